"""Tables of the DOCX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.bulletins.rendering.columns import cell_text, fit
from hearth.bulletins.rendering.document import Run
from hearth.bulletins.rendering.layout import twips
from hearth.bulletins.rendering.word_styles import TEXT_WIDTH_TWIPS, table_style_id
from hearth.bulletins.rendering.word_xml import paragraph, run, tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from hearth.bulletins.rendering.columns import Fit
    from hearth.bulletins.rendering.document import Cell, Table
    from hearth.bulletins.rendering.word_xml import Element

HEAD_SHADE = "ECECEC"


def table(block: Table, link: Callable[[Run], Element]) -> Element:
    """The grid of a table; its labels are repeated on each page and no row is torn.

    Args:
        block: caption and note stand outside and are not drawn here.
        link: draws a cell that leads to its records.
    """
    measures = fit(block)
    widths = column_twips(measures)
    cells = _CellMaker(measures, widths, link)
    held = len(block.rows) if block.note else 0  # the last row stays with the note below
    aligns = [column.align for column in block.columns]
    return tag(
        "w:tbl",
        tag(
            "w:tblPr",
            tag("w:tblStyle", val="BulletinTable"),
            tag("w:tblW", w=sum(widths), type="dxa"),
            tag("w:tblLayout", type="fixed"),
            tag("w:tblLook", val="0620", firstRow="1", noHBand="1", noVBand="1"),
            None if not block.caption else tag("w:tblCaption", val=block.caption),
        ),
        tag("w:tblGrid", *(tag("w:gridCol", w=width) for width in widths)),
        tag(
            "w:tr",
            tag("w:trPr", tag("w:cantSplit"), tag("w:tblHeader")),
            *(cells.label(place, lines) for place, lines in enumerate(measures.labels)),
        ),
        *(
            tag(
                "w:tr",
                tag("w:trPr", tag("w:cantSplit")),
                *(
                    cells.cell(place, cell, aligns[place], keep=number == held)
                    for place, cell in enumerate(row)
                ),
            )
            for number, row in enumerate(block.rows, start=1)
        ),
    )


def column_twips(measures: Fit) -> list[int]:
    """Column widths in twips that add up to the width of the text, the last one taking the rest."""
    widths = [twips(width) for width in measures.widths_pt[:-1]]
    return [*widths, TEXT_WIDTH_TWIPS - sum(widths)]


class _CellMaker:
    """Cells of one table."""

    def __init__(self, measures: Fit, widths: list[int], link: Callable[[Run], Element]) -> None:
        self.head = table_style_id(measures.size_pt, head=True)
        self.text = table_style_id(measures.size_pt, head=False)
        self.widths = widths
        self.link = link

    def label(self, place: int, lines: tuple[str, ...]) -> Element:
        return tag(
            "w:tc",
            tag(
                "w:tcPr",
                tag("w:tcW", w=self.widths[place], type="dxa"),
                tag("w:shd", val="clear", color="auto", fill=HEAD_SHADE),
                tag("w:vAlign", val="center"),
            ),
            paragraph(self.head, run("\n".join(lines))),
        )

    def cell(self, place: int, cell: Cell, align: str, *, keep: bool) -> Element:
        shown = self.link(cell) if isinstance(cell, Run) and cell.href else run(cell_text(cell))
        jc = None if align == "left" else tag("w:jc", val=align)
        return tag(
            "w:tc",
            tag(
                "w:tcPr",
                tag("w:tcW", w=self.widths[place], type="dxa"),
                tag("w:vAlign", val="center"),
            ),
            paragraph(self.text, shown, keep=tag("w:keepNext") if keep else None, jc=jc),
        )
