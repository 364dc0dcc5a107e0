from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.platform.spreadsheets.cells import (
    BLANKS,
    clean,
    column_index,
    excel_length,
    half_width,
    letters,
    neutral_for_csv,
    neutral_for_xlsx,
    number_text,
    shown,
    text_of,
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "=1+1",
            "+8613800000000",
            "-5",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "　=1",
            "\u200b=1",
        ),
        *(
            "＝1+1",
            "＋1",
            "－1",
            "＠x",
            '=HYPERLINK("http://x")',
            "-",
            "'=1",
            "''=1",
            "=cmd|' /C calc'!A0",
        ),
    ],
)
def test_a_text_like_a_formula_leaves_csv_with_an_apostrophe_and_comes_back(text):
    out = neutral_for_csv(text)

    assert out == "'" + text
    assert clean(out) == text.strip(BLANKS)


@pytest.mark.parametrize("text", ["", "a=1", "'quoted'", "'", "1-2", "备注=无", "(-5)"])
def test_other_texts_leave_csv_as_they_are(text):
    assert neutral_for_csv(text) == text


def test_xlsx_needs_no_apostrophe_before_a_formula_sign_because_its_cell_is_a_string():
    assert neutral_for_xlsx("=1+1") == "=1+1"
    assert neutral_for_xlsx("'=1+1") == "''=1+1"
    assert neutral_for_xlsx('="001"') == '\'="001"'


@given(st.text("'=+-@\t\r\n \"a＝x1"))
def test_what_either_format_writes_is_read_back_as_it_was(text):
    wanted = text.strip(BLANKS)
    assert clean(neutral_for_csv(wanted)) == wanted
    assert clean(neutral_for_xlsx(wanted)) == wanted


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (" \u3000a b\xa0\ufeff\u200b ", "a b"),
        ("\u202a001\u202c", "001"),
        ('="001"', "001"),
        ('="a""b"', 'a"b'),
        ("'=1", "=1"),
        ("=1+1", "=1+1"),
    ],
)
def test_clean_trims_every_blank_and_undoes_what_other_systems_guard_texts_with(raw, text):
    assert clean(raw) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e14, "100000000000000"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (1234567.891, "1234567.891"),
    ],
)
def test_a_number_becomes_the_text_that_excel_shows(value, text):
    assert number_text(value) == text


def test_text_of_names_every_kind_of_cell():
    assert [text_of(cell) for cell in (True, False, None, 7, dt.date(2021, 6, 1))] == [
        "TRUE",
        "FALSE",
        "",
        "7",
        "2021-06-01",
    ]
    assert text_of(dt.datetime(2021, 6, 1, 10, 30)) == "2021-06-01 10:30:00"  # noqa: DTZ001 - as Excel gives it


def test_a_shown_value_is_one_short_line_that_cannot_act_on_a_terminal():
    assert shown("a\x1b[31mb\u202ec") == "a\\u001b[31mb\\u202ec"
    assert shown("a\nb") == "a⏎b"
    assert len(shown("长" * 500)) == 120
    assert shown("长" * 500).endswith("…")


def test_half_width_makes_codes_of_full_width_signs_and_drops_what_has_no_width():
    assert half_width("ＬＮ－００１\u200b（甲）") == "LN-001(甲)"


@given(st.integers(0, 20_000))
def test_letters_and_column_index_are_each_others_inverse(index):
    assert column_index(letters(index)) == index


def test_letters_of_the_first_and_last_columns():
    assert [letters(0), letters(25), letters(26), letters(16_383)] == ["A", "Z", "AA", "XFD"]


def test_excel_counts_an_emoji_as_two():
    assert excel_length("a😀") == 3
