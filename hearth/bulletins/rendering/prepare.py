"""What both renderings do to a document first: clean its text, number its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hearth.bulletins.rendering.document import (
    DEEPEST_HEADING,
    Chart,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
)
from hearth.bulletins.rendering.formatting import caption_label, heading_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from hearth.bulletins.rendering.document import Block, Cell, Language

UNDATED = date(2000, 1, 1)  # inside the files of a document that has no date yet


def numbered(document: Document) -> Document:
    """``document`` with the number of each heading, table and chart written into its text.

    Headings are counted within the text and within each attachment; tables and charts through
    the whole document, so that "表3" means one table.
    """
    counter = _Counter(document.language)
    blocks = counter.number(document.blocks)
    attachments = tuple(
        replace(attachment, blocks=counter.number(attachment.blocks))
        for attachment in document.attachments
    )
    return replace(document, blocks=blocks, attachments=attachments)


class _Counter:
    """Counts tables and charts across calls and headings within each."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.captions = {"table": 0, "chart": 0}

    def number(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        counts = [0] * DEEPEST_HEADING
        return tuple(self._numbered(block, counts) for block in blocks)

    def _numbered(self, block: Block, counts: list[int]) -> Block:
        if isinstance(block, Heading) and block.numbered:
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (DEEPEST_HEADING - block.level)
            label = heading_label(tuple(counts[: block.level]), self.language)
            return Heading(block.level, label + block.text, numbered=False)
        if isinstance(block, Table | Chart) and block.caption:
            kind = "table" if isinstance(block, Table) else "chart"
            self.captions[kind] += 1
            label = caption_label(kind, self.captions[kind], self.language)
            return replace(block, caption=label + block.caption)
        return block


def with_text(
    document: Document, change: Callable[[str], str], *, pictures: bool = False
) -> Document:
    """``document`` with ``change`` applied to each text that either rendering shows.

    Args:
        document: left as it is.
        change: from one text to another.
        pictures: the SVG of charts is changed as well. Addresses of links never are.
    """
    return replace(
        document,
        title=change(document.title),
        blocks=_blocks(document.blocks, change, pictures),
        issuer=change(document.issuer),
        number=change(document.number),
        addressees=tuple(map(change, document.addressees)),
        attachments=tuple(
            replace(
                attachment,
                title=change(attachment.title),
                blocks=_blocks(attachment.blocks, change, pictures),
            )
            for attachment in document.attachments
        ),
        signer=change(document.signer),
        copied_to=tuple(map(change, document.copied_to)),
        printed_by=change(document.printed_by),
    )


def texts(document: Document) -> list[str]:
    """Each text that either rendering shows, pictures included."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    with_text(document, note, pictures=True)
    return found


def _blocks(
    blocks: tuple[Block, ...], change: Callable[[str], str], pictures: bool
) -> tuple[Block, ...]:
    return tuple(_block(block, change, pictures) for block in blocks)


def _block(block: Block, change: Callable[[str], str], pictures: bool) -> Block:
    if isinstance(block, Heading):
        return replace(block, text=change(block.text))
    if isinstance(block, Paragraph):
        return replace(block, runs=tuple(_run(run, change) for run in block.runs))
    if isinstance(block, Table):
        return replace(
            block,
            caption=change(block.caption),
            columns=tuple(replace(c, label=change(c.label)) for c in block.columns),
            rows=tuple(tuple(_cell(cell, change) for cell in row) for row in block.rows),
            note=change(block.note),
        )
    if isinstance(block, Chart):
        svg = change(block.svg) if pictures else block.svg
        return replace(block, svg=svg, caption=change(block.caption), alt=change(block.alt))
    return block


def _run(run: Run, change: Callable[[str], str]) -> Run:
    return replace(run, text=change(run.text))


def _cell(cell: Cell, change: Callable[[str], str]) -> Cell:
    return _run(cell, change) if isinstance(cell, Run) else change(cell)
