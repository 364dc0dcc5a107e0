"""Workbooks made to harm, and those that only look like it."""

from __future__ import annotations

import io
import random
import resource
import struct
import zipfile
import zlib

import pytest

from hearth.platform.spreadsheets import Limits, UnreadableFile, open_sheets
from hearth.platform.spreadsheets.archive import look_through
from hearth.platform.spreadsheets.reading import _calamine_errors
from tests.platform.spreadsheets.xlsx_files import (
    HEAD,
    packed,
    parsed,
    parts,
    reasons,
    text,
    workbook,
)

FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def refused(content, limits=None):
    options = {} if limits is None else {"limits": limits}
    with pytest.raises(UnreadableFile) as refusal:
        list(open_sheets([("s.xlsx", io.BytesIO(content))], ["s"], **options)["s"])
    return refusal.value


# --- bombs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        FAR,
        "<row r='1048576'><c  r = 'XFD1048576' ><v>1</v></c></row>",
        '<row r="1"><c r="xfd1048576"><v>1</v></c></row>',
        '<x:row r="9"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        '<row r="9"><x:c r="XFD1048576"><v>1</v></x:c></row>',
        '<row r="1"><c s="r=\'A1\'" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c a=">" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1048576" r="A1"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>' + '<row r="2"><c r="XFC2"><v>1</v></c></row>',
        '<row r="1">' + "<c><v>1</v></c>" * 300 + "</row>",
        '<row r="600000"/><row><c><v>1</v></c></row>',
        "<row/>" * 600_000 + "<row><c><v>1</v></c></row>",
        '<row r="1"><c r="A99999999999"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A' + "9" * 5_000 + '"><v>1</v></c></row>',
        f"{HEAD}<!-- {'-' * 9} -->{FAR}",
    ],
)
def test_cells_far_apart_are_refused_before_the_reader_lays_out_what_is_between(cells):
    refusal = refused(workbook(cells))

    assert refusal.code == "file_too_large"
    assert "Sheet s is used as far as cell" in str(refusal)


def test_a_far_cell_is_found_across_the_pieces_in_which_a_part_is_unpacked():
    filler = "".join(
        f'<row r="{number}">{text(f"A{number}", "x" * 40)}</row>' for number in range(1, 20_001)
    )

    assert refused(workbook(filler + FAR)).facts["cell"] == "XFD1048576"


def test_wide_and_long_sheets_are_refused_by_the_area_that_both_make():
    limits = Limits(rows=100, columns=10, cells=500)
    square = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'

    assert look_through(io.BytesIO(workbook(square.format(100, "E"))), "a", limits)
    assert refused(workbook(square.format(101, "A")), limits).code == "file_too_large"
    assert refused(workbook(square.format(1, "K")), limits).code == "file_too_large"
    assert refused(workbook(square.format(100, "F")), limits).code == "file_too_large"


def test_a_part_that_unpacks_to_far_more_than_its_size_is_refused():
    assert refused(workbook(HEAD + " " * (9 << 20))).code == "file_too_large"


def test_many_parts_are_limited_together():
    files = parts({"s": HEAD}) | {f"xl/media/{n}.bin": bytes(1_000_000) for n in range(8)}

    assert refused(packed(files), Limits(unpacked_bytes=7_000_000)).code == "file_too_large"


def test_too_many_entries_are_refused():
    files = parts({"s": HEAD}) | {f"xl/media/{n}": b"" for n in range(1_001)}

    assert refused(packed(files)).code == "file_too_large"


def directory_entry(content: bytes | bytearray, name: str) -> int:
    """Offset of the entry of a part in the central directory."""
    return content.index(name.encode(), content.index(b"PK\x01\x02")) - 46


def test_a_directory_that_states_too_small_a_size_is_found_out():
    name = "xl/worksheets/sheet1.xml"
    content = bytearray(workbook(HEAD + " " * 5_000_000))
    at = directory_entry(content, name)
    content[at + 24 : at + 28] = struct.pack("<L", 100)
    plain = zipfile.ZipFile(io.BytesIO(workbook(HEAD + " " * 5_000_000))).read(name)
    content[at + 16 : at + 20] = struct.pack("<L", zlib.crc32(plain[:100]))
    assert len(zipfile.ZipFile(io.BytesIO(bytes(content))).read(name)) == 100

    assert refused(bytes(content)).code == "file_damaged"


def test_a_directory_that_states_too_large_a_size_is_found_out():
    content = bytearray(workbook(HEAD))
    at = directory_entry(content, "xl/worksheets/sheet1.xml")
    content[at + 24 : at + 28] = struct.pack("<L", 5_000_000)

    assert refused(bytes(content)).code == "file_damaged"


def test_an_entry_under_two_names_or_a_second_directory_is_refused():
    buffer = io.BytesIO(workbook(HEAD))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("XL/workbook.xml", "other")
    assert refused(buffer.getvalue()).code == "file_damaged"

    assert refused(workbook(HEAD) + b"trailing").code == "file_damaged"
    assert refused(workbook(HEAD) + workbook(FAR)).code == "file_damaged"


@pytest.mark.parametrize("field", [4, 6, 8, 12, 16, 20])
def test_an_end_record_that_states_what_is_not_so_is_refused(field):
    content = bytearray(workbook(HEAD))
    content[len(content) - 22 + field] ^= 1

    assert refused(bytes(content)).code == "file_damaged"


def test_encrypted_entries_and_other_compressions_are_refused():
    content = bytearray(workbook(HEAD))
    at = directory_entry(content, "xl/workbook.xml")
    content[at + 8] |= 1
    assert "password" in str(refused(bytes(content)))

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        for name, part in parts({"s": HEAD}).items():
            archive.writestr(name, part)
    assert refused(buffer.getvalue()).code == "file_damaged"


def test_a_workbook_whose_parts_are_not_compressed_is_read_and_checked_alike():
    def stored(rows):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, part in parts({"s": rows}).items():
                archive.writestr(name, part)
        return buffer.getvalue()

    assert [
        row.code for row in parsed(stored(f'{HEAD}<row r="2">{text("A2", "x")}</row>')).rows
    ] == ["x"]
    assert refused(stored(HEAD + FAR)).code == "file_too_large"


def test_an_entry_that_is_not_where_the_directory_says_is_refused():
    content = bytearray(workbook(HEAD))
    at = directory_entry(content, "xl/worksheets/sheet1.xml")
    content[at + 42 : at + 46] = struct.pack("<L", 5)

    assert refused(bytes(content)).code == "file_damaged"


def test_a_panic_of_the_reader_is_a_refusal_and_an_interrupt_is_none():
    class PanicException(BaseException):
        """As the Rust library raises it."""

    with pytest.raises(UnreadableFile), _calamine_errors("a.xlsx"):
        raise PanicException("index out of bounds")
    with pytest.raises(KeyboardInterrupt), _calamine_errors("a.xlsx"):
        raise KeyboardInterrupt


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    rows = f'<row r="1">{text("A1", "code")}</row><row r="2">{text("A2", "&b;")}</row>'

    assert refused(workbook(rows, prefix=bomb)).code == "file_damaged"


def test_a_tag_longer_than_any_sheet_needs_is_refused():
    assert refused(workbook(f'{HEAD}<c a="{"x" * (9 << 20)}"'), Limits(ratio=10_000)).code == (
        "file_damaged"
    )


def test_damaged_workbooks_end_in_a_refusal_or_are_read_never_in_a_crash():
    """Every byte of a workbook may be wrong; memory is capped so that a bomb would show."""
    rows = HEAD + "".join(
        f'<row r="{n}">{text(f"A{n}", "k")}<c r="B{n}"><v>{n}.5</v></c></row>' for n in range(2, 40)
    )
    good = workbook(rows)
    chance = random.Random(7)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, hard))
    outcomes: set[bool | str] = set()
    try:
        for _number in range(600):
            content = bytearray(good)
            for _change in range(chance.randint(1, 4)):
                place = chance.randrange(len(content))
                if chance.random() < 0.1:
                    del content[place:]
                    break
                content[place] = chance.randrange(256)
            try:
                sheet = open_sheets([("s.xlsx", io.BytesIO(bytes(content)))], ["s"])["s"]
                outcomes.add(len(list(sheet)) > 0)
            except UnreadableFile as refusal:
                outcomes.add(refusal.code)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    assert {True, "file_damaged"} <= outcomes


# --- what only looks like it --------------------------------------------------------------------


def test_cells_that_are_only_formatted_do_not_count():
    styled = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/><c r="XFD{n}" s="1"/></row>' for n in range(2, 900)
    )
    rows = HEAD + f'<row r="2">{text("A2", "x")}<c r="XFD2" s="1" /></row>' + styled

    assert [row.code for row in parsed(workbook(rows + '<row r="1048576"/>')).rows] == ["x"]
    prefixed = HEAD + f'<x:row r="2">{text("A2", "x")}<x:c r="XFD2" s="1"/></x:row>'
    assert [row.code for row in parsed(workbook(prefixed)).rows] == ["x"]


@pytest.mark.parametrize(
    "row",
    [
        '<x:row r="2"><x:c r="A2" t="str"><x:v>x</x:v></x:c></x:row>',
        '<row><c t="str"><v>x</v></c></row>',
        "<row r='2'><c r='A2' t='str'><v>x</v></c></row>",
    ],
)
def test_sheets_that_are_written_otherwise_are_read(row):
    assert [(row.code, row.row_number) for row in parsed(workbook(HEAD + row)).rows] == [("x", 2)]


def test_a_sheet_that_begins_further_down_and_right_keeps_its_row_numbers_and_letters():
    rows = (
        f'<row r="4">{text("C4", "code")}{text("D4", "note")}</row>'
        f'<row r="6">{text("D6", "x")}</row>'
    )

    found = parsed(workbook(rows))

    assert [(error.row, error.cell) for error in found.errors] == [(6, "C6")]


# --- what the reader would drop -----------------------------------------------------------------


@pytest.mark.parametrize("quote", ['"', "'"])
def test_cells_of_failed_formulas_are_bad_cells(quote):
    cell = f"<c r={quote}B2{quote} t={quote}e{quote}><f>A1/0</f><v>#DIV/0!</v></c>"
    rows = HEAD + f'<row r="2">{text("A2", "k")}{cell}</row><row r="3">{text("A3", "l")}</row>'

    found = parsed(workbook(rows))

    reason = "The formula in this cell has failed. Type the value instead."
    assert reasons(found) == [(2, "note", "#DIV/0!", reason)]
    assert [row.code for row in found.rows] == ["l"]


@pytest.mark.parametrize("formula", ["<f>1+1</f>", '<f t="shared" si="0"/>', "<f>A1&amp;B1</f>"])
def test_formulas_that_were_never_computed_are_bad_cells(formula):
    rows = HEAD + f'<row r="2">{text("A2", "k")}<c r="B2">{formula}</c></row>'

    [error] = parsed(workbook(rows)).errors

    assert (error.cell, error.value) == ("B2", "=…")
    assert "never computed" in error.reason


def test_bad_cells_below_and_beside_all_others_are_found():
    rows = HEAD + f'<row r="2">{text("A2", "k")}</row><row r="9"><c r="B9"><f>1</f></c></row>'

    assert [error.cell for error in parsed(workbook(rows)).errors] == ["A9", "B9"]


def test_formulas_with_values_are_read_as_their_values():
    rows = HEAD + (
        '<row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
        '<c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>"c"</f><v>c</v></c>'
        '<c r="B3" t="str"><f>""</f><v></v></c></row>'
    )

    assert [tuple(row)[:2] for row in parsed(workbook(rows)).rows] == [("ab", "2"), ("c", "")]


def test_errors_that_stop_the_reader_are_named_with_their_cell():
    rows = HEAD + '<row r="2"><c r="B2" t="e"><f>x</f><v>#SPILL!</v></c></row>'

    refusal = refused(workbook(rows))

    assert "Sheet s, cell B2 holds #SPILL!" in str(refusal)


def test_bad_cells_of_other_sheets_do_not_matter():
    other = '<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'
    content = packed(parts({"s": HEAD + f'<row r="2">{text("A2", "x")}</row>', "other": other}))

    assert not parsed(content).errors
