"""Faces: which are taken, what is said of those that lack, and that no character vanishes."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from hearth.bulletins.rendering.document import Chart, Heading, Paragraph
from hearth.bulletins.rendering.fonts import (
    SANS,
    SERIF,
    Role,
    font_shelf,
    missing_glyphs,
    stand_ins,
)
from hearth.bulletins.rendering.pdf import render_pdf
from tests.bulletins.rendering_pages import reader, texts
from tests.bulletins.rendering_samples import SVG, plain

RARE = "𬭎䶮㙓"  # Noto has them
RARER = "𠮷"  # Noto Serif SC has not
SAMPLE = plain(Heading(1, "情况"), Paragraph.of("服务"))


def make_font(folder: Path, family: str, characters: str, weight: int = 400) -> None:
    """A font of black squares, as a licensed one would lie in the folder."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((900, 0), (900, 800), (100, 800)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    names = [f"u{ord(character):X}" for character in characters]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap(dict(zip(map(ord, characters), names, strict=True)))
    builder.setupGlyf(dict.fromkeys([".notdef", *names], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    style = "Bold" if weight >= 700 else "Regular"
    ps_name = f"{family.replace(' ', '')}-{style}"
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": ps_name})
    builder.setupOS2(usWeightClass=weight, sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost()
    builder.save(folder / f"{family}-{style}.ttf")


def fonts_of(pdf: bytes) -> set[str]:
    """Names of the fonts in a file, without the mark of a subset."""
    return {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader(pdf).pages
        for font in page["/Resources"]["/Font"].values()
    }


def test_without_a_folder_every_face_of_the_standard_has_a_stand_in():
    found = {stand_in.wanted: stand_in.used for stand_in in stand_ins()}

    assert found == {
        "方正小标宋简体": SERIF,
        "仿宋_GB2312": SERIF,
        "黑体": SANS,
        "楷体_GB2312": SERIF,
        "宋体": SERIF,
    }


def test_a_stand_in_for_a_heavier_face_is_thickened_and_the_text_is_not():
    shelf = font_shelf()

    assert all(shelf.dress(role).stroke_em > 0 for role in (Role.TITLE, Role.HEI, Role.KAI))
    assert all(shelf.dress(role).stroke_em == 0 for role in (Role.BODY, Role.FOLIO, Role.TABLE))


def test_a_licensed_face_in_the_folder_is_used(tmp_path):
    make_font(tmp_path, "FangSong_GB2312", "服务现报通")

    pdf = render_pdf(SAMPLE, tmp_path)

    assert "仿宋_GB2312" not in {stand_in.wanted for stand_in in stand_ins(tmp_path)}
    assert "FangSong_GB2312-Regular" in fonts_of(pdf)
    assert "FangSong_GB2312-Regular" not in fonts_of(render_pdf(SAMPLE))
    assert "服务" in texts(pdf)[0]


def test_what_a_licensed_face_lacks_comes_from_the_stand_in(tmp_path):
    make_font(tmp_path, "FangSong_GB2312", "服")

    pdf = render_pdf(plain(Paragraph.of("服务" + RARE)), tmp_path)

    assert "服务" + RARE in texts(pdf)[0]
    assert missing_glyphs(plain(Paragraph.of("服务" + RARE)), tmp_path) == []


def test_a_heavier_stand_in_in_the_folder_is_used_instead_of_thickening(tmp_path):
    make_font(tmp_path, SERIF, "关于服务检查的通报", weight=700)
    shelf = font_shelf(tmp_path)

    assert (shelf.dress(Role.TITLE).weight, shelf.dress(Role.TITLE).stroke_em) == (700, 0)
    assert shelf.dress(Role.BODY).weight == 400
    assert any(name.endswith("Bold") for name in fonts_of(render_pdf(SAMPLE, tmp_path)))


def test_a_font_put_into_the_folder_is_seen_without_a_restart(tmp_path):
    assert len(stand_ins(tmp_path)) == 5

    make_font(tmp_path, "SimHei", "情况")

    assert "黑体" not in {stand_in.wanted for stand_in in stand_ins(tmp_path)}


def test_a_font_in_a_folder_below_is_found(tmp_path):
    below = tmp_path / "licensed"
    below.mkdir()
    make_font(below, "KaiTi_GB2312", "情况")

    assert font_shelf(tmp_path).dress(Role.KAI).families[0] == "KaiTi_GB2312"


def test_fonts_of_the_machine_are_left_alone():
    families = set(font_shelf().typst_fonts.families())

    assert families == {SERIF, SANS}


def test_rare_characters_of_names_are_there():
    document = plain(Paragraph.of(f"经办：刘{RARE}"))

    assert missing_glyphs(document) == []
    assert RARE in texts(render_pdf(document))[0]


def test_a_character_that_no_font_has_is_named_and_shows_as_a_mark():
    document = plain(
        Paragraph.of(f"经办：{RARER}野"),
        Chart(SVG.replace("沈阳", RARER + "\ue000"), "得分", "得分"),
        signer=f"{RARER}行",
        draft=True,
    )

    text = "".join(texts(render_pdf(document)))

    assert missing_glyphs(document) == ["\ue000", RARER]
    assert "经办：〓野" in text
    assert "〓行" in text
    assert "〓〓分行" in text


def test_a_font_of_any_name_that_has_the_character_mends_it(tmp_path):
    make_font(tmp_path, "Rare Han", RARER)
    document = plain(Paragraph.of(f"经办：{RARER}野"))

    assert missing_glyphs(document, tmp_path) == []
    assert f"经办：{RARER}野" in texts(render_pdf(document, tmp_path))[0]


def test_what_is_taken_out_anyway_is_not_called_missing():
    assert missing_glyphs(plain(Paragraph.of("一\x00\u200b\ud800\n二"))) == []


@pytest.mark.parametrize("words", ["〔2021〕3号——“六个一”（一）①Ⅱ→↑℃％·…", "0123456789%+-±≥≤×÷"])
def test_the_marks_of_official_documents_are_in_the_stand_ins(words):
    assert missing_glyphs(plain(Paragraph.of(words))) == []
