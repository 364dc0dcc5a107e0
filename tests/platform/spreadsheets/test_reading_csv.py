from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.platform.spreadsheets import Column, Limits, SheetSpec, UnreadableFile, open_sheets
from hearth.platform.spreadsheets.csvfile import encoding_of
from tests.platform.spreadsheets.xlsx_files import parsed

SPEC = SheetSpec("s", [Column("code", "Code", "code"), Column("name", "Name")])
LINES = "code,name\r\n1,沈阳市中山广场支行\r\n2,大连\r\n"


def read(content, limits=None):
    options = {} if limits is None else {"limits": limits}
    return list(open_sheets([("s.csv", io.BytesIO(content))], ["s"], **options)["s"])


def refused(content, limits=None):
    with pytest.raises(UnreadableFile) as refusal:
        read(content, limits)
    return refusal.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312"])
def test_every_encoding_that_offices_write_is_read(encoding):
    found = parsed(LINES.encode(encoding), SPEC, "s.csv")

    assert [row.name for row in found.rows] == ["沈阳市中山广场支行", "大连"]


def test_gb18030_carries_rare_characters_and_emoji():
    text = "code,name\n1,𠮷野家䶮㐂喆😀ḿ\n"

    assert read(text.encode("gb18030"))[1] == ["1", "𠮷野家䶮㐂喆😀ḿ"]


def test_ascii_alone_is_utf8():
    assert encoding_of(io.BytesIO(b"code\n1\n"), "s.csv") == "utf-8-sig"


# These words are valid UTF-8 by accident when they are encoded in GBK, the last even of Chinese.
@pytest.mark.parametrize("word", ["路", "牛", "罚", "墨", "卤", "拢", "漏", "络", "浣变坏"])
def test_gbk_words_that_happen_to_be_valid_utf8_do_not_confuse_a_gbk_file(word):
    lines = f"code,name\n1,{word}\n2,鞍山分行营业部\n3,{word}\n"

    assert read(lines.encode("gbk"))[1] == ["1", word]


@given(
    st.lists(
        st.text("沈阳大连鞍山抚顺本溪丹东锦州营口阜新辽阳盘锦铁岭朝葫芦岛支行路网点", min_size=1),
        min_size=1,
    )
)
def test_any_gb2312_text_is_taken_for_what_it_is(words):
    content = "\n".join(words).encode("gb2312")
    try:
        expected = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        expected = words

    assert [row[0] for row in read(content)] == expected


def test_a_gbk_row_in_a_utf8_file_is_refused_with_its_number():
    content = LINES.encode() + "3,丹东\n".encode("gbk") + "4,锦州\n".encode()

    refusal = refused(content)

    assert (refusal.code, refusal.facts["row"]) == ("file_encoding", 4)
    assert "Row 4" in str(refusal)
    assert "CSV UTF-8" in str(refusal)


def test_a_utf8_row_in_a_gbk_file_is_refused_although_all_of_it_decodes_as_gb18030():
    content = LINES.encode("gbk") + "3,丹东分行\n".encode() + "4,锦州\n".encode("gbk")
    content.decode("gb18030")

    refusal = refused(content)

    assert (refusal.code, refusal.facts["row"]) == ("file_encoding", 4)


def test_a_gbk_row_in_a_utf8_file_that_decodes_as_gb18030_is_the_odd_one():
    content = "code,name\n1,沈阳分行\n2,大连分行\n".encode() + "3,丹东\n".encode("gbk")
    content.decode("gb18030")

    assert refused(content).facts["row"] == 4


def test_bytes_that_are_in_no_encoding_are_refused_with_their_row():
    content = LINES.encode("gbk") + b"3,\xff\xff\n"

    assert refused(content).facts["row"] == 4


def test_a_file_with_a_byte_order_mark_must_be_utf8_throughout():
    content = LINES.encode("utf-8-sig") + "3,丹东\n".encode("gbk")

    assert refused(content).facts["row"] == 4


def test_rows_are_counted_as_excel_counts_them_where_cells_hold_line_breaks():
    content = b'code,name\n1,"two\nlines"\n' + "2,大连\n".encode("gbk") + "3,沈阳\n沈阳\n".encode()

    assert refused(content).facts["row"] == 3


def test_utf16_is_refused_with_the_way_to_save_it():
    assert "UTF-16" in str(refused(LINES.encode("utf-16")))


def test_binary_content_is_refused():
    assert refused(b"code,name\n1,a\0b\n").code == "file_format"


@pytest.mark.parametrize(
    "content",
    [
        b'code,name\n1,a\n2,"open\n3,b\n',
        b'code,name\n1,a\n2,"b" c\n',
        b"code\n1\n" + b"x" * 200_000,
    ],
)
def test_a_broken_quotation_is_refused_with_its_row(content):
    refusal = refused(content)

    assert (refusal.code, refusal.facts["row"]) == ("file_damaged", 3)


def test_quotes_commas_and_line_breaks_are_read_as_excel_writes_them():
    content = b'code,name\r\n1,"say ""a, b""\r\nand c"\r\n'

    assert read(content)[1] == ["1", 'say "a, b"\r\nand c']


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_read(ending):
    assert len(read(LINES.replace("\r\n", ending).encode("gbk"))) == 3


def test_too_many_rows_columns_or_bytes_are_refused():
    limits = Limits(rows=3, columns=3, file_bytes=1 << 20)

    assert len(read(b"a\n1\n2\n", limits)) == 3
    assert refused(b"a\n1\n2\n3\n", limits).facts["row"] == 4
    assert refused(b"a,b,c,d\n", limits).code == "file_too_large"
    assert "at most 1 MB" in str(refused(b"x" * (1 << 20) + b"y", limits))


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html><table>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "web page"),
        (b"%PDF-1.7", "no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_other_formats_are_refused_by_their_content_with_the_way_to_mend(content, hint):
    refusal = refused(content)

    assert refusal.code == "file_format"
    assert hint in str(refusal)


def test_the_stream_of_an_upload_stays_open():
    upload = io.BytesIO(LINES.encode("gbk"))

    list(open_sheets([("s.csv", upload)], ["s"])["s"])

    assert not upload.closed
