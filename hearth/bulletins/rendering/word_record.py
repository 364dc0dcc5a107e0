"""The record at the end of a DOCX (版记): copies and printing, at the foot of the last page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.bulletins.rendering import layout
from hearth.bulletins.rendering.layout import mm_twips, twips
from hearth.bulletins.rendering.word_styles import TEXT_WIDTH_TWIPS
from hearth.bulletins.rendering.word_xml import paragraph, run, tag

if TYPE_CHECKING:
    from hearth.bulletins.rendering.layout import Layout
    from hearth.bulletins.rendering.word_xml import Element
    from hearth.bulletins.rendering.wording import Wording


def record(words: Wording, page: Layout) -> list[Element]:
    """Its lines and rules in one frame, which stands at the foot of the type area.

    A frame and not a table: a table as wide as the text does not float in LibreOffice. The page is
    that of the paragraph that follows, which the caller has to put.
    """
    em = twips(page.small_pt)
    lines = []
    if words.copied_to:
        hanging = tag("w:ind", left=4 * em, right=em, hanging=3 * em)
        lines.append(paragraph("Record", run(words.copied_to), frame=_frame(), indent=hanging))
    if words.printed_by:
        edge = tag("w:tabs", tag("w:tab", val="right", pos=TEXT_WIDTH_TWIPS - em))
        sides = tag("w:ind", left=em)
        content = [run(words.printed_by), tag("w:r", tag("w:tab")), run(words.printed_on)]
        lines.append(paragraph("Record", *content, frame=_frame(), tabs=edge, indent=sides))
    between = [part for line in lines for part in (line, _rule(layout.THIN_MM))][:-1]
    return [_rule(layout.THICK_MM), *between, _rule(layout.THICK_MM)]


def _rule(millimetres: float) -> Element:
    """A line of black, as high as the rule is thick: borders part the frame in LibreOffice."""
    black = tag("w:shd", val="clear", color="auto", fill="000000")
    height = tag("w:spacing", line=mm_twips(millimetres), lineRule="exact")
    return paragraph("RecordRule", frame=_frame(), black=black, height=height)


def _frame() -> Element:
    """The same on each paragraph: Word takes neighbours with equal frames for one frame."""
    return tag(
        "w:framePr",
        w=TEXT_WIDTH_TWIPS,
        vSpace=120,
        wrap="notBeside",
        vAnchor="margin",
        hAnchor="margin",
        xAlign="left",
        yAlign="bottom",
    )
