"""The PDF: what stands where on the page, and what the file is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import typst
from pypdf.generic import DictionaryObject, IndirectObject

from hearth.bulletins.rendering.document import (
    Attachment,
    Chart,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from hearth.bulletins.rendering.layout import TEXT_WIDTH_PT
from hearth.bulletins.rendering.pdf import render_pdf
from tests.bulletins.rendering_pages import lines, reader, texts
from tests.bulletins.rendering_samples import (
    HAN,
    RECORDS,
    SVG,
    annex,
    bulletin,
    figure,
    plain,
    sparse,
)

MM = 72 / 25.4
TOP_OF_TEXT, FOOT_OF_TEXT = (297 - 37) * MM, 35 * MM
LEFT_OF_TEXT, RIGHT_OF_TEXT = 28 * MM, (210 - 26) * MM


@pytest.fixture(scope="module")
def whole() -> bytes:
    return render_pdf(bulletin(rows=60))


def line_of(pdf: bytes, page: int, words: str):
    return next(line for line in lines(reader(pdf).pages[page]) if words in line.text)


# ---- the grid of GB/T 9704-2012, 5.2.3 -----------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        plain(Paragraph((Run(HAN * 80),), indented=False)),
        plain(*[Paragraph((Run(HAN),), indented=False)] * 80),
    ],
    ids=["one long paragraph", "paragraphs of 28 characters"],
)
def test_a_page_holds_22_lines_of_28_characters_and_the_23rd_goes_over(document):
    pages = reader(render_pdf(document)).pages

    second = lines(pages[1])
    assert [line.text for line in second] == [HAN] * 22 + ["— 2 —"]
    assert lines(pages[2])[0].text == HAN


def test_a_29th_character_goes_to_the_next_line():
    pdf = render_pdf(plain(Paragraph((Run(HAN + HAN[:9]),), indented=False)))

    assert [line.text for line in lines(reader(pdf).pages[0])][1:3] == [HAN, HAN[:9]]


def test_the_text_stands_within_the_margins_of_the_standard():
    pdf = render_pdf(plain(Paragraph((Run(HAN * 80),), indented=False)))
    page = reader(pdf).pages[1]

    body = [line for line in lines(page) if line.text == HAN]

    assert [float(side) for side in page.mediabox] == pytest.approx([0, 0, 210 * MM, 297 * MM])
    assert {round(line.x, 1) for line in body} == {round(LEFT_OF_TEXT, 1)}
    assert body[0].y + 0.88 * 16 < TOP_OF_TEXT
    assert body[-1].y - 0.12 * 16 > FOOT_OF_TEXT
    assert body[0].y - body[1].y == pytest.approx(28.95, abs=0.11)


def test_a_paragraph_is_set_in_by_two_characters():
    pdf = render_pdf(plain(Paragraph.of("现通报如下"), Heading(1, "情况")))

    for words in ("现通报如下", "一、情况"):
        assert line_of(pdf, 0, words).x == pytest.approx(LEFT_OF_TEXT + 2 * 15.78, abs=0.1)


# ---- head, signature, record ---------------------------------------------------------------------


def test_the_head_of_a_document_keeps_the_distances_of_the_standard(whole):
    mark = line_of(whole, 0, "行文件")
    number = line_of(whole, 0, "〔2021〕")
    title = line_of(whole, 0, "关于2021年")
    to = line_of(whole, 0, "各二级分行")

    size = TEXT_WIDTH_PT / 11
    assert mark.y + 0.88 * size == pytest.approx(TOP_OF_TEXT - 35 * MM, abs=1)
    assert mark.y > number.y > title.y > to.y
    assert number.y - title.y > 3 * 28.95
    assert to.x == pytest.approx(LEFT_OF_TEXT, abs=0.1)


def test_an_issuer_as_wide_as_the_page_stands_on_one_line():
    for issuer in (
        "暖厅银行辽宁省分行营业部服务管理委员会办公室文件",
        "Warm Hall Bank, Liaoning Branch",
    ):
        pdf = render_pdf(plain(issuer=issuer))

        assert line_of(pdf, 0, issuer[:2]).text.replace(" ", "") == issuer.replace(" ", "")


def test_an_issuer_that_is_not_configured_is_not_printed_and_nothing_stands_for_it():
    first = lines(reader(render_pdf(plain(Paragraph.of("正文")))).pages[0])

    assert [line.text for line in first] == ["关于服务检查的通报", "正文", "— 1 —"]
    assert first[0].y > TOP_OF_TEXT - 35


def test_the_date_begins_two_characters_after_the_organ_which_ends_two_from_the_edge():
    pdf = render_pdf(bulletin(attachments=(), copied_to=(), printed_by=""))
    page = len(reader(pdf).pages) - 1

    organ, day = line_of(pdf, page, "暖厅银行辽宁省分行"), line_of(pdf, page, "2021年7月8日")

    assert day.x - organ.x == pytest.approx(2 * 15.78, abs=0.2)
    assert organ.x + 9 * 15.78 == pytest.approx(RIGHT_OF_TEXT - 2 * 15.78, abs=0.5)
    assert organ.y - day.y == pytest.approx(28.95, abs=0.11)


def test_a_date_longer_than_the_organ_keeps_the_edge():
    pdf = render_pdf(bulletin(signer="省行", attachments=()))
    page = len(reader(pdf).pages) - 1

    organ, day = line_of(pdf, page, "省行"), line_of(pdf, page, "2021年7月8日")

    assert day.x - organ.x == pytest.approx(2 * 15.78, abs=0.2)
    assert day.x < RIGHT_OF_TEXT - 2 * 15.78 - 6 * 15.78


@pytest.mark.parametrize("filling", range(0, 23, 2))
def test_the_signature_never_stands_alone_on_a_page(filling):
    body = [Paragraph((Run(HAN),), indented=False)] * filling
    pdf = render_pdf(
        plain(*body, Paragraph.of("特此通报。"), signer="暖厅银行", dated_on=bulletin().dated_on)
    )

    pages = texts(pdf)
    signed = next(page for page in pages if "暖厅银行" in page)
    assert "特此通报。" in signed
    assert "2021年7月8日" in signed


def test_a_long_last_paragraph_is_broken_before_the_signature_and_not_pushed_over():
    last = Paragraph((Run(HAN * 26),))
    pdf = render_pdf(plain(last, signer="暖厅银行", attachments=(Attachment("清单", ()),)))

    first, second = (lines(page) for page in reader(pdf).pages[:2])
    assert len(first) > 20
    assert [line.text for line in second][-3:-1] == ["附件：清单", "暖厅银行"]
    assert second[0].text[0] in HAN


@pytest.mark.parametrize("filling", range(23))
def test_no_heading_stays_behind_at_the_foot_of_a_page(filling):
    body = [Paragraph((Run(HAN),), indented=False)] * filling
    document = plain(*body, Heading(1, "大"), Heading(2, "中"), Paragraph.of("有人跟上"))

    pages = texts(render_pdf(document))

    assert sum("一、大（一）中有人跟上" in page for page in pages) == 1


def test_the_record_stands_at_the_foot_of_the_last_page(whole):
    last = len(reader(whole).pages) - 1

    copied, printed = line_of(whole, last, "抄送"), line_of(whole, last, "办公室")

    assert copied.text == "抄送：总行渠道管理部，省行党委委员。"
    assert "2021年7月8日印发" in printed.text
    assert copied.x == printed.x == pytest.approx(LEFT_OF_TEXT + 14, abs=0.1)
    assert FOOT_OF_TEXT < printed.y < FOOT_OF_TEXT + 20


def test_the_content_hash_stands_on_the_last_page_only(whole):
    assert ["3f9a3f9a" in page for page in texts(whole)].count(True) == 1
    assert "内容校验码" + "3f9a" * 16 in texts(whole)[-1]


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(whole):
    odd, even = line_of(whole, 0, "— 1 —"), line_of(whole, 1, "— 2 —")

    assert even.x == pytest.approx(LEFT_OF_TEXT + 15.78, abs=0.1)
    assert odd.x > RIGHT_OF_TEXT - 70
    dash = odd.y + 0.38 * 14
    assert dash == pytest.approx(FOOT_OF_TEXT - 7 * MM, abs=1)


@pytest.mark.parametrize("draft", [True, False])
def test_every_page_of_a_draft_says_so_and_no_other_page(draft):
    pages = texts(render_pdf(bulletin(draft=draft)))

    assert {"草稿DRAFT" in page for page in pages} == {draft}


# ---- attachments, tables, charts -----------------------------------------------------------------


def test_each_attachment_begins_a_page_with_its_number_at_the_top_left(whole):
    pages = [lines(page) for page in reader(whole).pages]
    starts = [page for page in pages if page[0].text.startswith("附件")]

    assert [page[0].text for page in starts] == ["附件1", "附件2"]
    assert {round(page[0].x, 1) for page in starts} == {round(LEFT_OF_TEXT, 1)}
    assert starts[1][1].text == "申诉处理结果"
    assert starts[1][0].y - starts[1][1].y == pytest.approx(2 * 28.95, abs=6)


def test_attachments_are_announced_below_the_text(whole):
    text = "".join(texts(whole))

    assert "附件：1.营业网点综合得分排名表2.申诉处理结果暖厅银行辽宁省分行2021年7月8日" in text


def test_a_long_table_repeats_its_labels_and_loses_no_row(whole):
    pages = [page for page in texts(whole) if "暖城第" in page]

    assert len(pages) > 1
    assert all("排名机构所属分行综合得分" in page for page in pages)
    text = "".join(pages)
    assert all(f"暖城第{rank}支行" in text for rank in range(1, 61))


@pytest.mark.parametrize("rows", range(18, 26))
def test_the_note_of_a_table_stays_with_its_last_row(rows):
    pages = texts(render_pdf(plain(annex(rows, note="注：截至季末。"))))

    noted = next(page for page in pages if "注：截至季末。" in page)
    assert f"暖城第{rows}支行" in noted


def test_a_caption_stays_with_its_table():
    for filling in range(14, 22):
        body = [Paragraph((Run(HAN),), indented=False)] * filling
        pages = texts(render_pdf(plain(*body, annex(3))))

        captioned = next(page for page in pages if "表1" in page)
        assert "暖城第1支行" in captioned


def test_digits_of_a_table_stand_under_each_other():
    values = ("111.11", "888.88", "470.09")
    table = Table("", (Column("得分", align="right"),), tuple((value,) for value in values))
    pdf = render_pdf(plain(table))

    assert len({round(line_of(pdf, 0, value).x, 2) for value in values}) == 1


def test_an_annex_of_797_outlets_is_ready_within_ten_seconds():
    document = bulletin(rows=797)

    before = time.perf_counter()
    pdf = render_pdf(document)

    assert time.perf_counter() - before < 10
    assert "暖城第797支行" in "".join(texts(pdf))


def test_a_page_break_begins_a_page_and_two_begin_one():
    pages = texts(
        render_pdf(plain(Paragraph.of("前"), PageBreak(), PageBreak(), Paragraph.of("后")))
    )

    assert [page.startswith("后") for page in pages] == [False, True]


def test_a_chart_carries_its_words_as_text_and_a_sentence_for_those_who_do_not_see_it():
    pdf = render_pdf(plain(Chart(SVG, "得分", "暖城分行得分最高")))

    assert "沈阳分行" in texts(pdf)[0]
    assert "图1得分" in texts(pdf)[0]
    assert "暖城分行得分最高" in set(alternatives(reader(pdf)))


def test_a_high_chart_stays_on_the_page_with_its_caption():
    tall = SVG.replace('viewBox="0 0 400 100"', 'viewBox="0 0 400 4000"')

    pages = texts(render_pdf(plain(Chart(tall, "得分", "得分"), Paragraph.of("文"))))

    assert len(pages) == 1
    assert "图1得分" in pages[0]


def test_a_picture_that_cannot_be_read_is_an_error():
    with pytest.raises(typst.TypstError):
        render_pdf(plain(Chart("<svg", "得分", "得分")))


def alternatives(pdf):
    """The texts that stand for pictures, from the tree of tags."""

    def walk(node):
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, DictionaryObject):
            if "/Alt" in node:
                yield str(node["/Alt"])
            yield from walk(node.get("/K", []))
        elif isinstance(node, list):
            for child in node:
                yield from walk(child)

    yield from walk(pdf.trailer["/Root"]["/StructTreeRoot"])


# ---- what the file is ----------------------------------------------------------------------------


def test_the_same_document_gives_the_same_bytes_and_another_does_not(whole):
    assert render_pdf(bulletin(rows=60)) == whole
    assert render_pdf(bulletin(rows=60, number="暖银辽服通〔2021〕4号")) != whole


def test_the_file_is_tagged_and_conforms_to_pdf_a_and_pdf_ua(whole):
    root = reader(whole).trailer["/Root"]
    packet = root["/Metadata"].get_data().decode()

    assert root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).lower().startswith("zh")
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in packet


def test_the_file_carries_title_author_date_and_hash(whole):
    found = reader(whole).metadata

    assert found["/Title"] == bulletin().title
    assert found["/Author"] == "暖厅银行辽宁省分行"
    assert found["/Keywords"] == "3f9a" * 16
    assert found["/CreationDate"].startswith("D:20210708")


def test_a_document_without_a_date_is_dated_outside_of_time():
    assert reader(render_pdf(plain())).metadata["/CreationDate"].startswith("D:20000101")


def test_every_font_is_embedded(whole):
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader(whole).pages
        for font in page["/Resources"]["/Font"].values()
    }

    assert fonts
    assert all("/FontFile3" in font["/FontDescriptor"] for font in fonts.values())


def test_bookmarks_lead_to_headings_and_attachments(whole):
    def flat(outline):
        for item in outline:
            if isinstance(item, list):
                yield from flat(item)
            else:
                yield item.title

    assert list(flat(reader(whole).outline)) == [
        "一、检查基本情况",
        "二、总体得分与排名",
        "（一）各分行得分",
        "1.说明",
        "（1）口径",
        "营业网点综合得分排名表",
        "申诉处理结果",
        "一、受理",
    ]


def test_computed_numbers_lead_to_their_records(whole):
    found = {
        str(note.get_object()["/A"]["/URI"])
        for page in reader(whole).pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object() and "/URI" in note.get_object()["/A"]
    }

    expected = {"outlets", "score", *(f"outlet-{rank}" for rank in range(1, 61))}
    assert found == {RECORDS + key for key in expected}


def test_text_is_text_and_never_typst():
    nasty = (
        '#pagebreak() *b* _i_ $x^2$ \\ <tag> @ref "q" // c /* c */ `r` = H - L #{panic("!")} [a]'
    )
    document = plain(
        Heading(1, nasty),
        Paragraph.of(nasty, figure(nasty, "a")),
        Table(nasty, (Column(nasty),), ((nasty,),), note=nasty),
        title=nasty,
        attachments=(Attachment(nasty, ()),),
        addressees=(nasty,),
        signer=nasty,
        copied_to=(nasty,),
        printed_by=nasty,
        number=nasty,
    )

    text = "".join(texts(render_pdf(document)))

    assert text.count("".join(nasty.split())) >= 11
    assert text.count("#pagebreak()") == text.count('#{panic("!")}')


def test_characters_for_control_do_no_harm():
    document = plain(Paragraph.of("一\x00二\ud800三\u202e四"), title="关于\x07检查的通报")

    assert "一二三四" in texts(render_pdf(document))[0]


def test_an_address_longer_than_the_line_is_broken_and_not_cut():
    address = "https://hearth.example/" + "a1b2c3d4" * 20
    pdf = render_pdf(
        plain(Paragraph.of(address), Table("", (Column("址"),) * 4, ((address,) * 4,)))
    )

    text = "".join(texts(pdf)).replace("\u200b", "")

    assert text.count("a1b2c3d4") >= 20 + 4 * 10  # a word torn between columns is not counted
    widest = max(line.x for page in reader(pdf).pages for line in lines(page))
    assert widest < RIGHT_OF_TEXT


def test_parts_that_hold_next_to_nothing_are_set_all_the_same():
    text = "".join(texts(render_pdf(sparse())))

    for words in ("附注", "注：本期没有。", "甲", "附件：空表", "暖厅银行"):
        assert words in text
    assert "表1" not in text
    assert "图1" not in text


def test_twenty_attachments_are_announced_over_two_pages():
    many = tuple(Attachment(f"第{place}号清单", ()) for place in range(1, 31))
    document = plain(Paragraph.of("正文"), attachments=many, signer="暖厅银行")

    text = "".join(texts(render_pdf(document))[:3])

    assert all(f"{place}.第{place}号清单" in text for place in range(1, 31))
    assert "暖厅银行" in text


def test_english_is_set_in_english():
    document = Document(
        "Bulletin on Service",
        (Heading(1, "Scores"), Paragraph.of("See Table 1."), replace(annex(2), caption="Scores")),
        attachments=(Attachment("Appeals", (Paragraph.of("None."),)),),
        addressees=("All branches",),
        signer="Warm Hall Bank",
        dated_on=bulletin().dated_on,
        language="en",
    )
    pdf = render_pdf(document)

    text = " ".join(line.text for page in reader(pdf).pages for line in lines(page))
    for words in (
        "To: All branches",
        "1. Scores",
        "Table 1. Scores",
        "Annex: Appeals",
        "8 July 2021",
    ):
        assert words in text
    assert str(reader(pdf).trailer["/Root"]["/Lang"]).lower().startswith("en")
