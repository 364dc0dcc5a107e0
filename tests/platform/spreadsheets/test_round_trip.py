"""What is written is read back as it was, by either format and either way of writing."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.platform.spreadsheets import Column, SheetSpec, Table, load, write_csv, write_xlsx
from hearth.platform.spreadsheets.cells import BLANKS, EXCEL_ERRORS
from tests.platform.spreadsheets.xlsx_files import ZONE

LEVELS = (("province", "省分行"), ("branch", "二级分行"), ("outlet", "网点"))
COLUMNS = [
    Column("text", "Text", max_length=5_000),
    Column("code", "Code", "code"),
    Column("integer", "Integer", "integer", minimum=-(10**18), maximum=10**18),
    Column("milli", "Milli", "milli"),
    Column("centi", "Centi", "centi"),
    Column("decimal", "Decimal", "decimal"),
    Column("date", "Date", "date"),
    Column("instant", "Instant", "instant"),
    Column("boolean", "Boolean", "boolean"),
    Column("list", "List", "list"),
    Column("choice", "Choice", "choice", choices=LEVELS),
    Column("ways", "Ways", "list", choices=LEVELS),
    Column("longitude", "Longitude", "longitude"),
    Column("latitude", "Latitude", "latitude"),
    Column("period", "Period", "period"),
]
SPEC = SheetSpec("s", COLUMNS)

# Texts as people write them, and as they break programs: 生僻字, emoji, formula signs, quotes.
signs = st.one_of(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffd"),
    st.sampled_from("=+-@'\"\t\n,;<>&_x0041;#＝＠（）𠮷䶮㐂😀👨‍👩‍👧١"),
)
texts = st.text(signs, max_size=30).map(lambda text: text.strip(BLANKS))
texts = texts.filter(lambda text: text not in EXCEL_ERRORS)
codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_./ -]{0,10}[A-Za-z0-9]", fullmatch=True)
codes |= st.sampled_from(["001", "0", "1e5", "2021-06-15", "-1", "TRUE", "=1", "'1"])
small = st.integers(-(2**31) + 1, 2**31 - 1)
degrees = st.decimals(-90, 90, places=6)
instants = st.datetimes(
    dt.datetime(1901, 1, 2),  # noqa: DTZ001 - hypothesis wants it bare, and adds the zone
    dt.datetime(2199, 12, 30),  # noqa: DTZ001 - the same
    timezones=st.just(dt.UTC),
)
items = st.text(st.characters(categories=("L", "N"), max_codepoint=0x9FFF), min_size=1).filter(
    lambda text: text.isascii() or not any("\uff00" < sign < "\uff5f" for sign in text)
)
periods = st.sampled_from(["2021Q2", "2021-06", "2021H1", "2021", ""])
rows = st.tuples(
    texts,
    codes,
    st.none() | st.integers(-(10**18), 10**18),
    st.none() | small,
    st.none() | small,
    st.none() | st.decimals(-(10**12), 10**12, places=6),
    st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)),
    st.none() | instants,
    st.none() | st.booleans(),
    st.lists(items, max_size=3).map(tuple),
    st.sampled_from(["", "province", "outlet"]),
    st.lists(st.sampled_from(["province", "outlet"])).map(tuple),
    st.none() | degrees,
    st.none() | degrees,
    periods,
)
tables = st.lists(rows, max_size=8)


def _written(how, table, labels):
    buffer = io.BytesIO()
    if how == "csv":
        write_csv(buffer, table, zone=ZONE, labels=labels)
    else:
        write_xlsx(buffer, [table], zone=ZONE, labels=labels, bulk=how == "bulk")
    return buffer


def _read_back(how, content):
    suffix = "csv" if how == "csv" else "xlsx"
    return load([(f"s.{suffix}", io.BytesIO(content))], [SPEC], zone=ZONE)["s"]


@pytest.mark.parametrize("how", ["csv", "bulk", "styled"])
@settings(max_examples=60, deadline=None)
@given(table=tables, labels=st.booleans())
def test_every_type_comes_back_as_it_was(how, table, labels):
    found = _read_back(how, _written(how, Table("s", COLUMNS, table), labels).getvalue())

    assert not found.errors
    wanted = [row for row in table if any(cell not in (None, "", ()) for cell in row)]
    assert [row[:-1] for row in found.rows] == wanted


@pytest.mark.parametrize("how", ["csv", "bulk", "styled"])
@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "+86 138",
        "-",
        "'=1",
        "''=1",
        '="001"',
        'say "hi", twice',
        "two\nlines\n\nfour",
        "_x0041_ _x000D_",
        "𠮷野家䶮㐂喆",
        "👨‍👩‍👧 emoji",
        "http://example.org/",
        "{=1}",
        "a\tb",
        "12.0",
        "１２",
        "长" * 4_999,
    ],
)
def test_a_text_comes_back_whatever_it_looks_like(how, text):
    row = (text, *(None for _column in COLUMNS[1:]))
    content = _written(how, Table("s", COLUMNS, [row]), labels=False).getvalue()

    assert _read_back(how, content).rows[0].text == text


@pytest.mark.parametrize("how", ["csv", "bulk", "styled"])
def test_equal_rows_give_equal_bytes(how):
    row = ("甲", "001", 1, 2, 3, Decimal("1.5"), dt.date(2021, 6, 15), None, True, (), "", (), None)
    table = [(*row, None, "2021")] * 3
    first = _written(how, Table("s", COLUMNS, table), labels=True).getvalue()

    with time_machine.travel(dt.datetime(2033, 5, 5, tzinfo=dt.UTC)):
        second = _written(how, Table("s", COLUMNS, table), labels=True).getvalue()

    assert first == second


def test_gb18030_csv_comes_back_as_excel_in_china_saves_it():
    table = [("𠮷野家😀=1", "001", *(None for _column in COLUMNS[2:]))]
    plain = _written("csv", Table("s", COLUMNS, table), labels=False).getvalue().decode("utf-8-sig")

    found = _read_back("csv", plain.encode("gb18030"))

    assert (found.rows[0].text, found.rows[0].code) == ("𠮷野家😀=1", "001")


@pytest.mark.parametrize("how", ["csv", "bulk", "styled"])
def test_instants_keep_what_a_workbook_would_round_or_take_for_another(how):
    berlin = ZoneInfo("Europe/Berlin")
    columns = [Column("at", "At", "instant")]
    wanted = [
        dt.datetime(2021, 10, 31, 0, 30, tzinfo=dt.UTC),
        dt.datetime(2021, 10, 31, 1, 30, tzinfo=dt.UTC),  # the same local time, an hour later
        dt.datetime(2021, 6, 15, 10, 0, 0, 123_456, tzinfo=dt.UTC),
        dt.datetime(1900, 2, 1, tzinfo=dt.UTC),
    ]
    buffer = io.BytesIO()
    table = Table("s", columns, [(instant,) for instant in wanted])
    if how == "csv":
        write_csv(buffer, table, zone=berlin)
    else:
        write_xlsx(buffer, [table], zone=berlin, bulk=how == "bulk")

    buffer.seek(0)
    suffix = "csv" if how == "csv" else "xlsx"
    found = load([(f"s.{suffix}", buffer)], [SheetSpec("s", columns)], zone=berlin)["s"]

    assert [row.at for row in found.rows] == wanted
