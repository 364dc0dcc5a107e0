"""The numbers of the page, in one place for both renderings.

The Chinese layout is that of GB/T 9704-2012 (clauses in brackets as the standard counts them); the
English one keeps its paper and margins and has the smaller type that English is read in.
Lengths are in millimetres where the standard gives millimetres and in points elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hearth.bulletins.rendering.document import Language

PAGE_MM = (210.0, 297.0)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37.0, 35.0, 28.0, 26.0  # 5.2.1: type area 156 x 225
LINES, CHARACTERS = 22, 28  # of a full page, 5.2.3
ISSUER_DROP_MM = 35.0  # top of the mark below the top of the type area, 7.2.4
RULE_GAP_MM = 4.0  # between the number and the red rule, 7.2.7
FOLIO_GAP_MM = 7.0  # dash of the page number below the type area, 7.5
THICK_MM, THIN_MM = 0.35, 0.25  # rules of the record at the end, 7.4.1

POINTS_PER_MM = 72 / 25.4
TEXT_WIDTH_PT = (PAGE_MM[0] - LEFT_MM - RIGHT_MM) * POINTS_PER_MM  # 442.2
TEXT_HEIGHT_PT = (PAGE_MM[1] - TOP_MM - BOTTOM_MM) * POINTS_PER_MM  # 637.8
TABLE_SIZES_PT = (12.0, 10.5, 9.0)  # 小四, 五号, 小五: the largest that needs no second line
TABLE_PITCH = 1.42  # line pitch of a table over its type size
RECORD_PITCH = 1.75  # line pitch of the record at the end over its type size
CELL_PADDING_PT = 3.5  # left and right of a cell's text
CHART_HEIGHT_PT = 300.0  # no picture stands higher, so a caption never loses it
ISSUER_LARGEST_PT = 50.0
CAPTION_PT, NOTE_PT, HASH_PT = 12.0, 9.0, 7.0


@dataclass(frozen=True, slots=True)
class Layout:
    """What differs between the languages.

    Attributes:
        body_pt: type size of the text.
        pitch_pt: from line to line; 22 of them (Chinese) fit the type area.
        tracking_pt: added between characters; negative, because 28 characters of 16 pt are
            2 mm wider than the type area.
        indent_em: first line of a paragraph, in characters.
        paragraph_gap_pt: between paragraphs.
        title_pt: type size of the titles.
        title_pitch_pt: from line to line of a title.
        small_pt: type size of the page number and of the record at the end.
        signature_em: the signature stands so many characters from the right edge, and the date
            so many further right.
    """

    body_pt: float
    pitch_pt: float
    tracking_pt: float
    indent_em: float
    paragraph_gap_pt: float
    title_pt: float
    title_pitch_pt: float
    small_pt: float
    signature_em: float = 2.0

    @property
    def character_pt(self) -> float:
        """Advance of one Chinese character of the text."""
        return self.body_pt + self.tracking_pt

    @property
    def title_em(self) -> float:
        """Characters that fit on one line of a title."""
        return TEXT_WIDTH_PT / self.title_pt


CHINESE = Layout(
    body_pt=16.0,  # 3号
    pitch_pt=28.95,
    tracking_pt=-0.22,  # 27 gaps between 28 characters of 16 pt: 442.1 of 442.2 pt
    indent_em=2.0,
    paragraph_gap_pt=0.0,
    title_pt=22.0,  # 2号
    title_pitch_pt=35.0,
    small_pt=14.0,  # 4号
)
ENGLISH = Layout(
    body_pt=12.0,
    pitch_pt=18.0,
    tracking_pt=0.0,
    indent_em=0.0,
    paragraph_gap_pt=7.0,
    title_pt=20.0,
    title_pitch_pt=28.0,
    small_pt=11.0,
    signature_em=0.0,
)


def layout_of(language: Language) -> Layout:
    """The layout that goes with a language."""
    return ENGLISH if language == "en" else CHINESE


def twips(points: float) -> int:
    """Points as twentieths of a point, which Word counts in; rounded to the nearest."""
    return round(points * 20)


def mm_twips(millimetres: float) -> int:
    """Millimetres as twentieths of a point, rounded to the nearest."""
    return round(millimetres * POINTS_PER_MM * 20)
