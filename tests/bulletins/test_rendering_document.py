"""The plain document: what it refuses, how it counts, labels, breaks and measures."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.bulletins.rendering import formatting
from hearth.bulletins.rendering.columns import fit
from hearth.bulletins.rendering.document import (
    Attachment,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
)
from hearth.bulletins.rendering.layout import (
    BOTTOM_MM,
    CELL_PADDING_PT,
    CHARACTERS,
    CHINESE,
    LEFT_MM,
    LINES,
    RIGHT_MM,
    TEXT_HEIGHT_PT,
    TEXT_WIDTH_PT,
    TOP_MM,
    mm_twips,
    twips,
)
from hearth.bulletins.rendering.prepare import numbered
from hearth.bulletins.rendering.text import clean, em_width
from hearth.bulletins.rendering.titles import NEVER_FIRST, break_title
from hearth.bulletins.rendering.wording import wording_of
from tests.bulletins.rendering_samples import SVG, annex, bulletin, plain

TITLE_EM = CHINESE.title_em


# ---- what a document refuses ---------------------------------------------------------------------


@pytest.mark.parametrize("href", ["/figures/1", "javascript:alert(1)", "file:///etc/passwd", ""])
def test_a_link_that_leads_nowhere_or_does_harm_is_refused(href):
    with pytest.raises(ValueError, match="link"):
        Run("797", href=href)


@pytest.mark.parametrize("level", [0, 5])
def test_a_heading_has_one_of_four_levels(level):
    with pytest.raises(ValueError, match="level"):
        Heading(level, "检查情况")


@pytest.mark.parametrize(
    "blocks",
    [
        (Heading(2, "甲"),),
        (Heading(1, "甲"), Heading(3, "乙")),
        (Heading(1, "甲"), Heading(2, "乙"), Heading(1, "丙"), Heading(3, "丁")),
    ],
)
def test_headings_may_not_skip_a_level_in_text_or_attachment(blocks):
    with pytest.raises(ValueError, match="follows"):
        plain(*blocks)
    with pytest.raises(ValueError, match="follows"):
        Attachment("附表", blocks)


def test_a_row_must_have_as_many_cells_as_there_are_columns():
    with pytest.raises(ValueError, match="row 2 has 1 cells for 2 columns"):
        Table("", (Column("甲"), Column("乙")), (("1", "2"), ("3",)))


@pytest.mark.parametrize("widths", [(0.6, 0.5), (0.5, 0.5, None)])
def test_fixed_widths_must_leave_room(widths):
    with pytest.raises(ValueError, match="add up"):
        Table("", tuple(Column("甲", width=width) for width in widths), ())


@pytest.mark.parametrize("width", [0, 1.2])
def test_a_column_width_is_a_share(width):
    with pytest.raises(ValueError, match="width"):
        Column("甲", width=width)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Document(" ", ()),
        lambda: Attachment("", ()),
        lambda: Heading(1, ""),
        lambda: Table("得分", (), ()),
        lambda: Chart(SVG, "得分", ""),
        lambda: Chart("<p>no picture</p>", "得分", "得分"),
    ],
)
def test_what_a_reader_needs_is_required(make):
    with pytest.raises(ValueError, match="needs"):
        make()


# ---- labels and numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (30, "三十"), (99, "九十九")],
)
def test_chinese_numerals(number, text):
    assert formatting.chinese_numeral(number) == text


@pytest.mark.parametrize("number", [0, 100, -3])
def test_chinese_numerals_end_where_headings_do(number):
    with pytest.raises(ValueError, match="numbered"):
        formatting.chinese_numeral(number)


def test_chinese_numerals_are_all_different():
    assert len({formatting.chinese_numeral(number) for number in range(1, 100)}) == 99


def test_headings_are_numbered_in_four_shapes_and_begin_again_below_a_new_one():
    document = plain(
        Heading(1, "甲"),
        Heading(2, "乙"),
        Heading(3, "丙"),
        Heading(4, "丁"),
        Heading(4, "戊"),
        Heading(2, "己"),
        Heading(3, "庚"),
        Heading(1, "附注", numbered=False),
        Heading(1, "辛"),
        attachments=(Attachment("表", (Heading(1, "壬"),)),),
    )

    made = numbered(document)

    assert [block.text for block in made.blocks] == [
        "一、甲",
        "（一）乙",
        "1.丙",
        "（1）丁",
        "（2）戊",
        "（二）己",
        "1.庚",
        "附注",
        "二、辛",
    ]
    assert made.attachments[0].blocks[0].text == "一、壬"


def test_english_headings_carry_the_numbers_above_them():
    document = plain(Heading(1, "A"), Heading(2, "B"), Heading(2, "C"), Heading(3, "D"))

    made = numbered(replace(document, language="en"))

    assert [block.text for block in made.blocks] == ["1. A", "1.1 B", "1.2 C", "1.2.1 D"]


def test_tables_and_charts_are_counted_through_the_attachments_and_only_with_a_caption():
    bare = replace(annex(1), caption="")
    document = plain(
        annex(1),
        bare,
        Chart(SVG, "得分", "得分"),
        attachments=(Attachment("表", (annex(1), Chart(SVG, "", "得分"))),),
    )

    made = numbered(document)

    assert [block.caption for block in made.blocks] == [
        "表1\u3000营业网点综合得分排名",
        "",
        "图1\u3000得分",
    ]
    assert [block.caption for block in made.attachments[0].blocks] == [
        "表2\u3000营业网点综合得分排名",
        "",
    ]


def test_dates_have_no_leading_zeros():
    assert formatting.date_text(date(2021, 6, 2), "zh") == "2021年6月2日"
    assert formatting.date_text(date(2021, 6, 22), "en") == "22 June 2021"


def test_a_document_number_has_the_year_in_six_cornered_brackets_and_no_zeros():
    assert formatting.document_number("辽农银服通", 2021, 3) == "辽农银服通〔2021〕3号"


@pytest.mark.parametrize(
    ("code", "year", "serial"), [(" ", 2021, 3), ("通", 21, 3), ("通", 2021, 0)]
)
def test_an_impossible_document_number_is_refused(code, year, serial):
    with pytest.raises(ValueError, match="document number"):
        formatting.document_number(code, year, serial)


def test_numbers_as_they_are_written():
    assert formatting.count_text(2821, "zh") == "2821"
    assert formatting.count_text(2821, "en") == "2,821"
    assert [formatting.score_text(n) for n in (9437, 9400, 5, -52, 10000)] == [
        "94.37",
        "94.00",
        "0.05",
        "-0.52",
        "100.00",
    ]
    assert [formatting.movement_text(n) for n in (5, -2, 0, None)] == ["+5", "-2", "0", "—"]


def test_one_attachment_has_no_number_and_two_have():
    one = wording_of(plain(attachments=(Attachment("排名表", ()),)))
    two = wording_of(plain(attachments=(Attachment("排名\n表", ()), Attachment("清单", ()))))

    assert (one.attachment_labels, one.attachment_names) == (("附件",), ("排名表",))
    assert two.attachment_labels == ("附件1", "附件2")
    assert two.attachment_names == ("1. 排名表", "2. 清单")


def test_lines_that_nobody_filled_are_not_there():
    words = wording_of(plain())

    assert words.addressees == words.copied_to == words.printed_on == words.hash_line == ""
    assert words.attachments_label == words.date == ""


def test_closing_marks_are_put_once():
    words = wording_of(plain(addressees=("各分行：",), copied_to=("总行", "省行。")))

    assert words.addressees == "各分行："
    assert words.copied_to == "抄送：总行，省行。"


def test_english_words_of_the_form():
    words = wording_of(bulletin(language="en", title="Bulletin"))

    assert words.addressees == "To: 各二级分行; 省行各部室"
    assert words.attachments_label == "Annexes: "
    assert words.attachment_labels == ("Annex 1", "Annex 2")
    assert words.copied_to.startswith("cc: ")
    assert words.printed_on == "Issued on 8 July 2021"


# ---- text ----------------------------------------------------------------------------------------


def test_what_nobody_can_see_is_taken_out_and_nothing_else():
    dirty = "一\x00二\x0b三\t四\r\n五\u200b六\ud800七\u202e八\ufe0f\U000e0100 𬭎e\u0301"

    assert clean(dirty) == "一二三 四\n五六七八\ufe0f\U000e0100 𬭎e\u0301"


@given(st.text())
def test_cleaned_text_stays_as_it_is(text):
    once = clean(text)

    assert clean(once) == once
    once.encode("utf-8")


# ---- titles --------------------------------------------------------------------------------------

TITLES = (
    "关于2021年第二季度营业网点服务质量检查情况的通报",
    "中国暖厅银行辽宁省分行关于2021年第二季度营业网点服务检查评比情况的通报",
    "关于辽宁省分行2021年二季度服务升温工程推进情况及营业网点服务质量综合得分排名情况的通报",
    "2021年第二季度营业网点服务质量综合得分排名表",
    "Bulletin on the Service Quality Inspections of Outlets in the Second Quarter of 2021",
)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_breaks_into_whole_words_that_fit(title):
    lines = break_title(title, TITLE_EM)

    assert "".join("".join(lines).split()) == "".join(title.split())
    assert all(em_width(line) <= TITLE_EM for line in lines)
    assert not any(line[0] in NEVER_FIRST for line in lines)
    for word in ("2021", "季度", "网点", "服务", "通报", "排名", "Quality", "Quarter"):
        assert title.count(word) == sum(line.count(word) for line in lines)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_a_trapezoid_or_a_diamond_but_no_hourglass(title):
    widths = [em_width(line) for line in break_title(title, TITLE_EM)]
    steps = [after - before for before, after in pairwise(widths)]

    assert not any(first < 0 < second for first, second in pairwise(steps))


def test_an_english_line_does_not_end_with_a_small_word():
    title = (
        "Bulletin on the Inspection and Comparison of Outlet Service in the Second Quarter of 2021"
    )

    assert break_title(title, TITLE_EM) == (
        "Bulletin on the Inspection",
        "and Comparison of Outlet Service",
        "in the Second Quarter of 2021",
    )


def test_a_short_title_stays_on_one_line():
    assert break_title("关于表扬暖城分行的通报", TITLE_EM) == ("关于表扬暖城分行的通报",)


def test_the_author_may_break_a_title():
    assert break_title("关于服务检查\n情况的通报\n", TITLE_EM) == ("关于服务检查", "情况的通报")


def test_a_title_of_many_words_takes_no_time():
    before = time.perf_counter()

    for words in range(1, 200):
        break_title("关于" + "整改" * words + "的通报", TITLE_EM)

    assert time.perf_counter() - before < 5


def test_a_title_of_more_than_four_lines_is_left_to_the_renderer():
    title = "关于" + "检查" * 60 + "的通报"

    assert break_title(title, TITLE_EM) == (title,)


def test_a_word_wider_than_the_line_is_left_to_the_renderer():
    assert break_title("A" * 80, 20) == ("A" * 80,)


# ---- columns -------------------------------------------------------------------------------------


def test_the_columns_together_are_as_wide_as_the_text():
    for table in (annex(3), Table("", (Column("甲", 0.3), Column("乙", 0.3)), ())):
        assert sum(fit(table).widths_pt) == pytest.approx(TEXT_WIDTH_PT)


def test_a_small_table_has_the_larger_type():
    small = Table("", (Column("分行"), Column("得分")), (("暖城分行", "94.37"),))

    wide = Table("", tuple(Column("综合得分") for _ in range(10)), (("94.37",) * 10,))

    assert fit(small).size_pt == fit(annex(40)).size_pt == 12
    assert fit(annex(41)).size_pt == 10.5
    assert fit(wide).size_pt == 9


def test_fixed_columns_keep_their_share():
    table = Table("", (Column("甲", width=0.25), Column("乙"), Column("丙")), (("1", "2", "3"),))

    assert fit(table).widths_pt[0] == pytest.approx(0.25 * TEXT_WIDTH_PT)


def test_a_long_remark_gives_way_and_numbers_and_names_do_not():
    remark = "大堂经理未主动识别老年客户，便民设施配备不全，需于月底前完成整改。" * 3
    columns = tuple(Column(label) for label in ("机构", "综合得分", "问题", "经办"))
    table = Table("", columns, (("暖城和平大街支行", "100.00", remark, "Alexandrovna"),))

    measures = fit(table)

    room = [(width - 2 * CELL_PADDING_PT) / measures.size_pt for width in measures.widths_pt]
    assert room[0] >= em_width("暖城和平大街支行")
    assert room[1] >= em_width("100.00")
    assert room[2] > 2 * room[0]
    assert room[3] >= em_width("Alexandrovna")


def test_a_long_label_breaks_between_words():
    columns = (Column("低于合格线网点占比"), *(Column("得分") for _ in range(8)))

    labels = fit(Table("", columns, (("7.1%", *["94.37"] * 8),))).labels

    assert "".join(labels[0]) == "低于合格线网点占比"
    assert len(labels[0]) > 1
    assert sum("网点" in line for line in labels[0]) == 1


def test_more_columns_than_the_page_can_hold_still_add_up():
    columns = tuple(Column(f"指标{number}") for number in range(30))

    widths = fit(Table("", columns, (tuple("123456.78" for _ in columns),))).widths_pt

    assert sum(widths) == pytest.approx(TEXT_WIDTH_PT)
    assert min(widths) > 0


# ---- page ----------------------------------------------------------------------------------------


def test_the_page_in_twips_is_that_of_the_standard():
    assert [mm_twips(mm) for mm in (TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM)] == [
        2098,
        1984,
        1587,
        1474,
    ]
    assert (mm_twips(210), mm_twips(297)) == (11906, 16838)
    assert twips(CHINESE.pitch_pt) == 579
    assert CHARACTERS * CHINESE.character_pt <= TEXT_WIDTH_PT + 0.22
    assert (CHARACTERS + 1) * CHINESE.character_pt > TEXT_WIDTH_PT
    assert LINES * CHINESE.pitch_pt <= TEXT_HEIGHT_PT < (LINES + 1) * CHINESE.pitch_pt


def test_paragraphs_are_made_of_strings_and_runs():
    made = Paragraph.of("共", Run("797", computed=True), "个")

    assert [run.text for run in made.runs] == ["共", "797", "个"]
    assert made.indented
