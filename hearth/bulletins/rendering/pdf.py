"""PDF by Typst: tagged, PDF/A-2a and PDF/UA-1, the same bytes for the same document."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hearth.bulletins.rendering import layout
from hearth.bulletins.rendering.columns import cell_text, fit
from hearth.bulletins.rendering.document import Chart, Heading, Paragraph, Run, Table
from hearth.bulletins.rendering.fonts import Role, font_shelf
from hearth.bulletins.rendering.prepare import UNDATED, numbered, with_text
from hearth.bulletins.rendering.text import breakable, clean, em_width
from hearth.bulletins.rendering.titles import break_title
from hearth.bulletins.rendering.typesetting import typeset
from hearth.bulletins.rendering.wording import DRAFT_MARK, one_line, wording_of

if TYPE_CHECKING:
    from pathlib import Path

    from hearth.bulletins.rendering.document import Block, Cell, Document
    from hearth.bulletins.rendering.fonts import FontShelf

STANDARDS = ["a-2a", "ua-1"]


def render_pdf(document: Document, fonts_folder: Path | None = None) -> bytes:
    """``document`` as a PDF file.

    The file embeds its fonts, keeps its links, carries title, date and content hash inside, and
    conforms to PDF/A-2a and PDF/UA-1. It depends on the document and the fonts alone, byte for
    byte.

    Args:
        document: what to show. Characters that no font has show as 〓; ``fonts.missing_glyphs``
            names them beforehand.
        fonts_folder: of the licensed faces of the standard; None: stand-ins only.

    Raises:
        typst.TypstError: a chart holds an SVG that cannot be read.
    """
    shelf = font_shelf(fonts_folder)
    marked = with_text(numbered(with_text(document, clean)), shelf.marked, pictures=True)
    shown = with_text(marked, breakable)
    dated = document.dated_on or UNDATED
    return typeset(
        "official.typ",
        shelf,
        {"data": json.dumps(_payload(shown, shelf), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
    )


def _payload(document: Document, shelf: FontShelf) -> dict[str, Any]:
    """All that the template needs, as JSON holds it."""
    words = wording_of(document)
    page = layout.layout_of(document.language)
    dated = document.dated_on or UNDATED
    return {
        "language": document.language,
        "page": _page(),
        "layout": asdict(page) | {"character_pt": page.character_pt},
        "faces": {role: asdict(shelf.dress(role)) for role in Role},
        "title": one_line(document.title, document.language),
        "author": document.signer or document.issuer,
        "keywords": document.content_hash,
        "date": [dated.year, dated.month, dated.day],
        "draft": DRAFT_MARK if document.draft else "",
        "issuer": document.issuer,
        "number": document.number,
        "title_lines": break_title(document.title, page.title_em),
        "addressees": words.addressees,
        "blocks": [_block(block) for block in document.blocks],
        "attachments_label": words.attachments_label,
        "attachment_names": words.attachment_names,
        "attachments": [
            {
                "label": label,
                "title_lines": break_title(attachment.title, page.title_em),
                "blocks": [_block(block) for block in attachment.blocks],
            }
            for label, attachment in zip(words.attachment_labels, document.attachments, strict=True)
        ],
        "signer": document.signer,
        "date_text": words.date,
        "copied_to": words.copied_to,
        "copied_indent_em": em_width(words.copied_to[:3]),
        "printed_by": words.printed_by,
        "printed_on": words.printed_on,
        "hash_line": words.hash_line,
    }


def _page() -> dict[str, float]:
    return {
        "width_mm": layout.PAGE_MM[0],
        "height_mm": layout.PAGE_MM[1],
        "top_mm": layout.TOP_MM,
        "bottom_mm": layout.BOTTOM_MM,
        "left_mm": layout.LEFT_MM,
        "right_mm": layout.RIGHT_MM,
        "issuer_drop_mm": layout.ISSUER_DROP_MM,
        "rule_gap_mm": layout.RULE_GAP_MM,
        "issuer_largest_pt": layout.ISSUER_LARGEST_PT,
        "folio_gap_mm": layout.FOLIO_GAP_MM,
        "thick_mm": layout.THICK_MM,
        "thin_mm": layout.THIN_MM,
        "table_pitch": layout.TABLE_PITCH,
        "record_pitch": layout.RECORD_PITCH,
        "cell_padding_pt": layout.CELL_PADDING_PT,
        "chart_height_pt": layout.CHART_HEIGHT_PT,
        "caption_pt": layout.CAPTION_PT,
        "note_pt": layout.NOTE_PT,
        "hash_pt": layout.HASH_PT,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        runs = [asdict(run) for run in block.runs]
        return {"kind": "paragraph", "indented": block.indented, "runs": runs}
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return {"kind": "chart", "svg": block.svg, "caption": block.caption, "alt": block.alt}
    return {"kind": "break"}


def _table(table: Table) -> dict[str, Any]:
    measures = fit(table)
    return {
        "kind": "table",
        "caption": table.caption,
        "note": table.note,
        "size_pt": measures.size_pt,
        "widths_pt": measures.widths_pt,
        "labels": measures.labels,
        "aligns": [column.align for column in table.columns],
        "cells": [_cell(cell) for row in table.rows for cell in row],
    }


def _cell(cell: Cell) -> str | dict[str, Any]:
    return asdict(cell) if isinstance(cell, Run) and cell.href else cell_text(cell)
