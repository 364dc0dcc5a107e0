from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from hearth.kernel.errors import RuleViolation
from hearth.platform.spreadsheets import CellFault, Column
from hearth.platform.spreadsheets.cells import BadCell
from hearth.platform.spreadsheets.values import reader_for, reason_of
from tests.platform.spreadsheets.xlsx_files import ZONE

LEVELS = (("province", "省分行"), ("branch", "二级分行"), ("outlet", "网点"))


def read(kind, cell, zone=ZONE, **options):
    return reader_for(Column("c", "C", kind, **options), zone)(cell)


def utc(*parts):
    return local(*parts).replace(tzinfo=dt.UTC)


def local(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001 - as Excel gives it


GOOD = [
    ("text", "  沈阳市　", "沈阳市"),
    ("text", "a\r\nb\rc", "a\nb\nc"),
    ("text", 12.0, "12"),
    ("text", "１２（甲）", "１２（甲）"),
    ("text", dt.date(2021, 6, 15), "2021-06-15"),
    ("text", "𠮷野家👨‍👩‍👧", "𠮷野家👨‍👩‍👧"),
    ("code", "００１", "001"),
    ("code", 12.0, "12"),
    ("code", 1.5, "1.5"),
    ("code", 104221000012.0, "104221000012"),
    ("code", "LN\u200b01", "LN01"),
    ("integer", 12.0, 12),
    ("integer", "1,234", 1234),
    ("integer", "-3", -3),
    ("integer", "１２", 12),
    ("integer", "12.00", 12),
    ("milli", 2.5, 2500),
    ("milli", 0.1 + 0.2, 300),
    ("milli", "2.345", 2345),
    ("milli", ".5", 500),
    ("milli", -0.001, -1),
    ("milli", 2147483.647, 2147483647),
    ("centi", 94.37, 9437),
    ("centi", "94.370", 9437),
    ("decimal", "1.10", Decimal("1.10")),
    ("decimal", 0.1, Decimal("0.1")),
    ("longitude", 123.4315678949, Decimal("123.431568")),
    ("longitude", "-180", Decimal("-180.000000")),
    ("latitude", "41.80571234567890123", Decimal("41.805712")),
    ("date", "2021-06-15", dt.date(2021, 6, 15)),
    ("date", "2021/6/5", dt.date(2021, 6, 5)),
    ("date", "2021年6月5日", dt.date(2021, 6, 5)),
    ("date", "2021-06-15 00:00:00", dt.date(2021, 6, 15)),
    ("date", dt.date(2021, 6, 15), dt.date(2021, 6, 15)),
    ("date", local(2021, 6, 15), dt.date(2021, 6, 15)),
    ("instant", "2021-06-15T10:00", utc(2021, 6, 15, 2)),
    ("instant", "2021-06-15T10:00:01.25Z", utc(2021, 6, 15, 10, 0, 1, 250_000)),
    ("instant", "2021-06-15 10:00+02:00", utc(2021, 6, 15, 8)),
    ("instant", "2021-06-15T10:00-0330", utc(2021, 6, 15, 13, 30)),
    ("instant", "2021/6/15 9:05", utc(2021, 6, 15, 1, 5)),
    ("instant", "2021-06-15", utc(2021, 6, 14, 16)),
    ("instant", dt.date(2021, 6, 15), utc(2021, 6, 14, 16)),
    ("instant", local(2021, 6, 15, 10), utc(2021, 6, 15, 2)),
    ("instant", local(2021, 6, 15, 9, 59, 59, 999_000), utc(2021, 6, 15, 2)),
    ("boolean", "Y", True),
    ("boolean", "是", True),
    ("boolean", 1.0, True),
    ("boolean", "TRUE", True),
    ("boolean", "ｎ", False),
    ("boolean", "否", False),
    ("boolean", "0", False),
    ("list", "video; onsite；;self ", ("video", "onsite", "self")),
    ("period", "2021q2", "2021Q2"),
    ("period", "2021-6", "2021-06"),
    ("period", "2021/06", "2021-06"),
    ("period", 2021.0, "2021"),
    ("period", "２０２１Ｈ１", "2021H1"),
    ("period", dt.date(2021, 6, 1), "2021-06"),
]


@pytest.mark.parametrize(("kind", "cell", "value"), GOOD)
def test_a_good_cell_becomes_its_value(kind, cell, value):
    found = read(kind, cell)

    assert found == value
    assert type(found) is type(value)


BAD = [
    ("text", "a\0b", "control characters"),
    ("text", "a\x1bb", "control characters"),
    ("text", "\ud800", "control characters"),
    ("text", "锟斤\ufffd", "wrong encoding"),
    ("text", "#REF!", "formula in this cell has failed"),
    ("code", "#N/A", "formula in this cell has failed"),
    ("code", "a\nb", "one line"),
    ("code", "a\x07b", "control characters"),
    ("code", dt.date(2021, 1, 2), "turned this into a date"),
    ("code", 1e15, "15 digits"),
    ("code", "1.04E+11", "shortened"),
    ("integer", "12.5", "whole number"),
    ("integer", 12.5, "whole number"),
    ("integer", "twelve", "not a number"),
    ("integer", "1,23", "not a number"),
    ("integer", "١٢", "not a number"),
    ("integer", float("nan"), "not a number"),
    ("integer", float("inf"), "not a number"),
    ("integer", 3_000_000_000.0, "at most 2147483647"),
    ("integer", dt.date(2021, 1, 2), "Format the cell as a number"),
    ("integer", dt.timedelta(1), "Format the cell as a number"),
    ("milli", "2.3456", "3 decimals"),
    ("milli", 2.3456, "3 decimals"),
    ("milli", "2.5000000000000000001", "3 decimals"),
    ("milli", "1e3", "not a number"),
    ("milli", 1e300, "Too large"),
    ("centi", "94.375", "2 decimals"),
    ("decimal", "1" * 30, "not a number"),
    ("longitude", "180.1", "degrees"),
    ("latitude", 123.43, "changed places"),
    ("date", "2021-02-30", "no such day"),
    ("date", "15/06/2021", "Not a date"),
    ("date", "06-15", "Not a date"),
    ("date", 44362.0, "Not a date"),
    ("date", "0021-06-15", "between 1900 and 2199"),
    ("date", local(2021, 6, 15, 10), "date alone"),
    ("date", dt.time(10), "Not a date"),
    ("instant", "yesterday", "Not a date and time"),
    ("instant", "2021-06-15T25:00", "no such time"),
    ("instant", "2021-06-15T10:00+19:00", "offset"),
    ("instant", 44362.5, "Not a date and time"),
    ("instant", local(9999, 12, 31, 23, 59, 59, 999_000), "between 1900 and 2199"),
    ("boolean", "maybe", "y or n"),
    ("boolean", 2.0, "y or n"),
    ("period", "2021Q5", "Not a period"),
    ("period", "2021H3", "Not a period"),
    ("period", "2021-13", "Not a period"),
    ("period", "21Q1", "Not a period"),
    ("period", dt.date(2021, 6, 2), "A day is no period"),
]


@pytest.mark.parametrize(("kind", "cell", "reason"), BAD)
def test_a_bad_cell_is_refused_with_a_reason(kind, cell, reason):
    with pytest.raises(CellFault) as refused:
        read(kind, cell)

    assert reason in str(refused.value)


@pytest.mark.parametrize("cell", ["outlet", "OUTLET", " Ｏutlet ", "网点"])
def test_a_choice_is_known_by_identifier_and_by_label(cell):
    assert read("choice", cell, choices=LEVELS) == "outlet"


def test_a_choice_that_is_none_names_those_that_are():
    with pytest.raises(CellFault, match="Not one of: province, branch, outlet"):
        read("choice", "支行", choices=LEVELS)


def test_a_list_of_choices_gives_identifiers():
    assert read("list", "网点;branch", choices=LEVELS) == ("outlet", "branch")


def test_empty_cells_take_the_default_or_are_refused_where_required():
    kinds = ("text", "code", "period", "list", "integer", "milli", "date", "instant", "boolean")
    assert [read(kind, " 　") for kind in kinds] == ["", "", "", (), None, None, None, None, None]
    assert read("boolean", "", default=True) is True
    with pytest.raises(CellFault, match="required"):
        read("text", " ", required=True)


def test_bounds_are_inclusive_and_in_the_unit_the_user_writes():
    assert read("milli", "2.5", minimum=0, maximum=Decimal("2.5")) == 2500
    with pytest.raises(CellFault, match=r"at most 2\.5"):
        read("milli", 2.501, minimum=0, maximum=Decimal("2.5"))
    with pytest.raises(CellFault, match="at least 0"):
        read("integer", -1.0, minimum=0)
    assert read("integer", "3000000000", maximum=10**12) == 3_000_000_000


def test_a_text_longer_than_its_column_is_refused_with_both_lengths():
    assert read("text", "长" * 10, max_length=10) == "长" * 10
    with pytest.raises(CellFault, match="11 characters, at most 10"):
        read("text", "长" * 11, max_length=10)


def test_places_of_a_decimal_are_exact():
    assert read("decimal", "1.25", places=2) == Decimal("1.25")
    with pytest.raises(CellFault, match="2 decimals"):
        read("decimal", "1.255", places=2)


def test_a_local_time_that_clocks_skipped_is_refused_and_one_they_repeated_is_the_first():
    berlin = ZoneInfo("Europe/Berlin")
    with pytest.raises(CellFault, match="did not exist"):
        read("instant", "2021-03-28T02:30", zone=berlin)
    assert read("instant", "2021-10-31T02:30", zone=berlin) == utc(2021, 10, 31, 0, 30)


def test_the_last_step_of_a_room_converts_or_refuses():
    def even(value):
        if value % 2:
            raise RuleViolation("odd", "Only even numbers.")
        return value // 2

    assert read("integer", "8", convert=even) == 4
    assert read("integer", "", convert=even) is None
    with pytest.raises(RuleViolation) as refused:
        read("integer", "7", convert=even)
    assert reason_of(refused.value) == "Only even numbers."


def test_a_cell_that_the_file_marks_bad_gives_its_own_reason():
    with pytest.raises(CellFault, match="because"):
        read("text", BadCell("#REF!", "because"))
