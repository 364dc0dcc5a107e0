"""The DOCX: what Word is told, and what LibreOffice makes of it."""

from __future__ import annotations

import io
import re
import shutil
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import docx
import pytest
import typst
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from hearth.bulletins.rendering.document import (
    Attachment,
    Chart,
    Column,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from hearth.bulletins.rendering.docx import render_docx
from tests.bulletins.rendering_pages import lines, reader, texts
from tests.bulletins.rendering_samples import (
    HAN,
    RECORDS,
    SVG,
    annex,
    bulletin,
    by_libreoffice,
    figure,
    plain,
    sparse,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 72 / 25.4

# The order of children that Word insists on (ECMA-376, transitional), as far as we use them.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr shd tabs "
    "autoSpaceDE autoSpaceDN snapToGrid spacing ind jc outlineLvl rPr",
    "rPr": "rStyle rFonts b i color spacing sz szCs u lang",
    "style": "name basedOn qFormat pPr rPr tblPr",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "tbl": "tblPr tblGrid tr",
    "sectPr": "reference pgSz pgMar cols docGrid",
    "settings": "zoom bordersDoNotSurroundHeader bordersDoNotSurroundFooter defaultTabStop "
    "evenAndOddHeaders drawingGridVerticalSpacing characterSpacingControl compat themeFontLang "
    "decimalSymbol listSeparator",
    "compat": "spaceForUL balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone ulTrailSpace "
    "doNotExpandShiftReturn adjustLineHeightInTable useFELayout compatSetting",
    "font": "altName charset family pitch",
    "docDefaults": "rPrDefault pPrDefault",
}


@pytest.fixture(scope="module")
def whole() -> bytes:
    return render_docx(bulletin(rows=60, draft=True))


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def part(content: bytes, name: str):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def paragraphs(content: bytes) -> dict[str, list[str]]:
    """Texts by style, in the order of the document."""
    found: dict[str, list[str]] = {}
    for paragraph in opened(content).paragraphs:
        found.setdefault(paragraph.style.style_id, []).append(paragraph.text)
    return found


# ---- what the file says --------------------------------------------------------------------------


def test_page_margins_and_grid_are_those_of_the_standard(whole):
    section = part(whole, "word/document.xml").find(f".//{W}sectPr")

    def values(name: str) -> dict[str, str]:
        return {key.removeprefix(W): value for key, value in section.find(W + name).items()}

    assert values("pgSz") == {"w": "11906", "h": "16838"}
    margins = values("pgMar")
    assert [margins[side] for side in ("top", "bottom", "left", "right")] == [
        "2098",
        "1984",
        "1587",
        "1474",
    ]
    assert values("docGrid") == {"type": "lines", "linePitch": "579"}


def test_faces_and_sizes_of_the_standard_are_named_for_chinese_characters(whole):
    styles = part(whole, "word/styles.xml")

    def face_and_size(style_id: str) -> tuple[str, str]:
        look = styles.find(f"{W}style[@{W}styleId='{style_id}']/{W}rPr")
        return look.find(f"{W}rFonts").get(f"{W}eastAsia"), look.find(f"{W}sz").get(f"{W}val")

    assert face_and_size("BodyText") == ("仿宋_GB2312", "32")
    assert face_and_size("Title") == ("方正小标宋简体", "44")
    assert face_and_size("Heading1") == ("黑体", "32")
    assert face_and_size("Heading2") == ("楷体_GB2312", "32")
    assert face_and_size("Heading3") == face_and_size("Heading4") == ("仿宋_GB2312", "32")
    assert face_and_size("AttachmentLabel") == ("黑体", "32")
    assert face_and_size("Footer") == ("宋体", "28")


def test_each_face_has_an_alternative_for_machines_without_it(whole):
    table = part(whole, "word/fontTable.xml")

    found = {
        font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val")
        for font in table
        if font.find(f"{W}altName") is not None
    }

    assert found["仿宋_GB2312"] == "仿宋"
    assert set(found) == {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"}


def test_each_part_of_the_document_has_a_style_of_its_own(whole):
    found = paragraphs(whole)

    assert found["IssuerMark"] == ["暖厅银行辽宁省分行文件"]
    assert found["DocumentNumber"] == ["暖银辽服通〔2021〕3号"]
    assert "".join(found["Title"][0].split()) == bulletin().title
    assert found["Addressees"] == ["各二级分行、省行各部室："]
    assert found["Heading1"] == ["一、检查基本情况", "二、总体得分与排名", "一、受理"]
    assert found["Heading2"] == ["（一）各分行得分"]
    assert found["Heading3"] == ["1.说明"]
    assert found["Heading4"] == ["（1）口径"]
    assert found["Caption"] == ["表1\u3000分行得分", "表2\u3000营业网点综合得分排名"]
    assert found["PictureCaption"] == ["图1\u3000分行得分"]
    assert found["TableNote"] == ["注：得分为网点平均值。"]
    assert found["AttachmentList"] == ["附件：1. 营业网点综合得分排名表", "2. 申诉处理结果"]
    assert found["Signature"] == ["暖厅银行辽宁省分行"]
    assert found["Date"] == ["2021年7月8日"]
    assert found["AttachmentLabel"] == ["附件1", "附件2"]
    assert found["AttachmentTitle"] == ["营业网点综合得分排名表", "申诉处理结果"]
    assert found["Record"] == [
        "抄送：总行渠道管理部，省行党委委员。",
        "暖厅银行辽宁省分行办公室\t2021年7月8日印发",
    ]


def test_styles_are_shown_in_the_language_of_the_document(whole):
    def names(content: bytes) -> set[str]:
        return {style.name for style in opened(content).styles}

    assert {"主送机关", "附件说明", "版记", "Title"} <= names(whole)
    assert {"Addressees", "List of annexes", "Record"} <= names(render_docx(plain(language="en")))


def test_an_issuer_that_is_not_configured_is_not_printed():
    found = paragraphs(render_docx(plain(Paragraph.of("正文"))))

    assert set(found) == {"Title", "BodyText"}


def test_children_stand_in_the_order_that_word_insists_on(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and ".xml" in name]
        roots = [etree.fromstring(archive.read(name)) for name in names if "rels" not in name]

    seen = set()
    for root in roots:
        for element in root.iter():
            name = etree.QName(element).localname
            if name not in ORDER or not element.tag.startswith(W):
                continue
            order = ORDER[name].split()
            children = [etree.QName(child).localname for child in element]
            children = [re.sub("(header|footer)R", "r", child) for child in children]
            assert set(children) <= set(order), (name, children)
            places = [order.index(child) for child in children]
            assert all(first <= second for first, second in pairwise(places)), (name, children)
            seen.add(name)
    assert seen == set(ORDER)


def test_labels_of_a_table_are_repeated_and_no_row_is_torn(whole):
    table = opened(whole).tables[1]

    assert [cell.text for cell in table.rows[0].cells][:2] == ["排名", "机构"]
    assert table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row._tr.find(f"{W}trPr/{W}cantSplit") is not None for row in table.rows)
    assert len(table.rows) == 61


def test_columns_add_up_to_the_width_of_the_text(whole):
    for table in opened(whole).tables:
        widths = [int(column.get(f"{W}w")) for column in table._tbl.find(f"{W}tblGrid")]
        assert sum(widths) == 11906 - 1587 - 1474


def test_page_numbers_are_fields_right_on_odd_and_left_on_even_pages(whole):
    word = opened(whole)
    section = word.sections[0]

    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert "PAGE" in "".join(paragraph._p.itertext())
        assert paragraph._p.find(f"{W}pPr/{W}jc").get(f"{W}val") == side
        assert paragraph._p.find(f"{W}pPr/{W}ind").get(W + side) == str(round(15.78 * 20))


def test_computed_numbers_lead_to_their_records_and_are_marked_in_running_text_only(whole):
    word = opened(whole)
    links = {
        link.get(
            "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
        ): link.find(f".//{W}rStyle").get(f"{W}val")
        for link in word.element.body.iter(f"{W}hyperlink")
    }
    targets = {word.part.rels[relation].target_ref: style for relation, style in links.items()}

    assert targets[RECORDS + "outlets"] == "Trace"
    assert targets[RECORDS + "outlet-7"] == "Hyperlink"
    assert len(targets) == 62


def test_one_address_is_one_relation_however_often_it_is_linked():
    document = plain(Paragraph.of(figure("1", "a"), figure("2", "a"), figure("3", "b")))

    relations = opened(render_docx(document)).part.rels.values()

    assert sum(relation.is_external for relation in relations) == 2


def test_a_chart_is_a_picture_of_220_dots_an_inch_with_words_for_those_who_do_not_see_it(whole):
    word = opened(whole)
    (shape,) = word.inline_shapes

    drawing = shape._inline
    relation = drawing.graphic.graphicData.pic.blipFill.blip.embed
    image = Image.open(io.BytesIO(word.part.related_parts[relation].blob))

    assert drawing.docPr.get("descr") == "暖城分行得分最高"
    assert shape.width.pt == pytest.approx(442.2, abs=0.5)
    assert image.width == pytest.approx(442.2 / 72 * 220, abs=2)
    assert image.width / image.height == pytest.approx(4, abs=0.02)
    colors = {color for _, color in image.convert("RGB").getcolors(100_000)}
    assert (185, 60, 11) in colors  # the bar
    assert len(colors) > 20  # the letters


def test_a_picture_that_cannot_be_read_is_an_error():
    with pytest.raises(typst.TypstError):
        render_docx(plain(Chart("<svg", "得分", "得分")))


def test_a_draft_says_so_on_odd_and_even_pages_and_a_final_text_does_not(whole):
    def marks(content: bytes) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            headers = [name for name in archive.namelist() if "header" in name]
            return [name for name in headers if "草稿 DRAFT" in archive.read(name).decode()]

    assert len(marks(whole)) == 2
    assert marks(render_docx(bulletin())) == []


def test_the_signature_stays_with_the_last_paragraph(whole):
    body = opened(whole).paragraphs
    last = next(paragraph for paragraph in body if paragraph.text == "按已排名网点计算。")

    assert last.paragraph_format.keep_with_next
    assert last._p.getnext().find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "AttachmentList"


def test_a_page_break_falls_before_what_follows():
    document = plain(Paragraph.of("前"), PageBreak(), annex(1), PageBreak())
    body = opened(render_docx(document)).paragraphs

    breaking = [p.text for p in body if p._p.find(f"{W}pPr/{W}pageBreakBefore") is not None]

    assert breaking == ["表1\u3000营业网点综合得分排名"]


def test_quotes_and_dashes_within_chinese_are_set_in_chinese_type():
    word = opened(render_docx(plain(Paragraph.of("推动“升温”——落实", "plain text"))))

    first, second = word.paragraphs[1].runs

    assert first._r.find(f"{W}rPr/{W}rFonts").get(f"{W}hint") == "eastAsia"
    assert second._r.find(f"{W}rPr") is None


def test_text_is_text_and_never_markup():
    nasty = '<w:p/> &amp; "q" \' ]]> <!-- {{ x }} \x00\x0b\ud800'
    document = plain(
        Paragraph.of(nasty, figure(nasty, "a")),
        Table(nasty, (Column(nasty),), ((nasty,),), note=nasty),
        Chart(SVG, nasty, nasty),
        title=nasty,
        signer=nasty,
        attachments=(Attachment(nasty, ()),),
    )

    text = "".join(part(render_docx(document), "word/document.xml").itertext())

    assert "".join(text.split()).count('<w:p/>&amp;"q"\']]><!--{{x}}') >= 8


def test_a_line_feed_breaks_the_line():
    word = opened(render_docx(plain(Paragraph.of("甲\n乙"))))

    assert word.paragraphs[1].text == "甲\n乙"


# ---- the file itself -----------------------------------------------------------------------------


def test_the_same_document_gives_the_same_bytes_and_another_does_not(whole):
    assert render_docx(bulletin(rows=60, draft=True)) == whole
    assert render_docx(bulletin(rows=60)) != whole


def test_no_clock_is_in_the_file(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(whole).core_properties
    assert properties.created == properties.modified == datetime(2021, 7, 8, tzinfo=UTC)


def test_the_file_carries_title_author_and_hash(whole):
    properties = opened(whole).core_properties

    assert properties.title == bulletin().title
    assert properties.author == properties.last_modified_by == "暖厅银行辽宁省分行"
    assert properties.identifier == properties.keywords == "3f9a" * 16
    assert properties.language == "zh-CN"
    assert properties.comments == ""


def test_a_title_longer_than_a_property_may_be_is_cut_there_and_only_there():
    document = plain(title="关于" + "检查" * 200 + "的通报")

    content = render_docx(document)

    assert len(opened(content).core_properties.title) == 255
    assert "".join(paragraphs(content)["Title"][0].split()) == document.title


def test_nothing_of_a_template_is_left_behind(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = set(archive.namelist())
        everything = b"".join(archive.read(name) for name in names)

    assert not [name for name in names if re.search("thumbnail|customXml|theme|Effects", name)]
    assert b"python-docx" not in everything


def test_an_annex_of_797_outlets_is_ready_within_ten_seconds():
    document = bulletin(rows=797)

    before = time.perf_counter()
    content = render_docx(document)

    assert time.perf_counter() - before < 10
    assert len(opened(content).tables[1]._tbl.findall(f"{W}tr")) == 798


# ---- in LibreOffice ------------------------------------------------------------------------------

ROWS_OF_HAN = [Paragraph((Run(HAN),), indented=False)] * 80


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, bytes]:
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice (soffice) to print the DOCX")
    files = {
        "rows": plain(*ROWS_OF_HAN),
        "flow": plain(Paragraph((Run(HAN * 80),), indented=False)),
        "whole": bulletin(rows=60, draft=True),
        "english": replace(bulletin(rows=3), language="en", title="Bulletin on Service"),
        "sparse": sparse(),
        "short": plain(Heading(1, "情况"), Paragraph.of("短文"), copied_to=("总行",)),
    }
    made = {name: render_docx(document) for name, document in files.items()}
    return by_libreoffice(made, tmp_path_factory.mktemp("soffice"))


def pages(pdf: bytes) -> PdfReader:
    return reader(pdf)


@pytest.mark.parametrize("name", ["rows", "flow"])
def test_libreoffice_too_puts_22_lines_of_28_characters_on_a_page(printed, name):
    second = lines(pages(printed[name]).pages[1])

    assert [line.text for line in second] == [HAN] * 22 + ["— 2 —"]
    assert lines(pages(printed[name]).pages[2])[0].text == HAN
    assert second[0].x == pytest.approx(28 * MM, abs=0.3)
    assert second[0].y - second[1].y == pytest.approx(28.95, abs=0.11)


def test_libreoffice_shows_every_part_of_a_bulletin(printed):
    text = "".join(texts(printed["whole"]))

    for words in ("一、检查基本情况", "（一）各分行得分", "附件：1.营业网点综合得分排名表", "表2"):
        assert words in text
    assert all(f"暖城第{rank}支行" in text for rank in range(1, 61))


def test_libreoffice_repeats_the_labels_of_a_table(printed):
    annexed = [page for page in texts(printed["whole"]) if "暖城第" in page]

    assert len(annexed) > 1
    assert all("排名机构所属分行综合得分" in page for page in annexed)


def test_libreoffice_puts_the_record_at_the_foot_of_the_last_page(printed):
    for name in ("whole", "short"):
        found = pages(printed[name]).pages
        copied = next(line for line in lines(found[-1]) if "抄送" in line.text)
        assert 35 * MM < copied.y < 35 * MM + 60


def test_libreoffice_begins_each_attachment_on_a_page(printed):
    starts = [page[:3] for page in texts(printed["whole"]) if page.startswith("附件")]

    assert starts == ["附件1", "附件2"]


def test_libreoffice_numbers_pages_right_and_left(printed):
    first, second = pages(printed["flow"]).pages[:2]
    odd = next(line for line in lines(first) if "— 1 —" in line.text)
    even = next(line for line in lines(second) if "— 2 —" in line.text)

    assert even.x == pytest.approx(28 * MM + 15.78, abs=0.5)
    assert odd.x > 120 * MM


def test_libreoffice_shows_parts_that_hold_next_to_nothing(printed):
    text = "".join(texts(printed["sparse"]))

    for words in ("附注", "注：本期没有。", "甲", "附件：空表", "暖厅银行"):
        assert words in text


def test_libreoffice_shows_english_in_english(printed):
    text = " ".join(line.text for page in pages(printed["english"]).pages for line in lines(page))

    for words in ("To: ", "Table 1. ", "Annexes: 1.", "Annex 2", "8 July 2021", "Issued on"):
        assert words in text
