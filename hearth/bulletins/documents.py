"""A bulletin as an official document, and that as PDF or DOCX."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hearth.bulletins import stored
from hearth.bulletins.composition.wording import Language
from hearth.bulletins.models import Bulletin
from hearth.bulletins.pictures import draw_for_file
from hearth.bulletins.rendering.document import (
    Attachment,
    Block,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
)
from hearth.bulletins.rendering.docx import render_docx
from hearth.bulletins.rendering.pdf import render_pdf
from hearth.bulletins.stored import Kind

_SEPARATORS = re.compile(r"[、，,;；\n]+")


def render(bulletin: Bulletin, kind: Kind, language: Language, base_url: str = "") -> bytes:
    """The file of a bulletin, draft or published.

    Args:
        bulletin: with its contents.
        kind: pdf or docx.
        language: zh is the official text.
        base_url: such as ``https://hearth.example``; links of computed numbers lead there. Empty:
            the numbers stand without links.
    """
    document = document_of(bulletin, language, base_url)
    draw = render_pdf if kind == "pdf" else render_docx
    return draw(document, settings.HEARTH_FONTS)


def document_of(bulletin: Bulletin, language: Language, base_url: str = "") -> Document:
    """The bulletin as a plain document; a draft until it is published."""
    writer = _Writer(bulletin, language, base_url.rstrip("/"))
    published = bulletin.published_at
    return Document(
        title=stored.title_of(bulletin, language),
        issuer=bulletin.issuer,
        number=bulletin.number,
        addressees=tuple(part for part in _SEPARATORS.split(bulletin.addressees) if part.strip()),
        blocks=writer.text(),
        attachments=writer.attachments(),
        signer=stored.signer_of(bulletin),
        dated_on=timezone.localdate(published) if bulletin.is_published and published else None,
        draft=not bulletin.is_published,
        language=language,
        content_hash=bulletin.content_hash,
    )


class Writer:
    """Turns stored blocks into blocks of a document.

    Attributes:
        language: of the text.
        base_url: links of numbers lead there; empty: they stand without links.
    """

    def __init__(self, language: Language, base_url: str) -> None:
        self.language = language
        self.base_url = base_url

    def block(self, block: dict[str, Any]) -> list[Block]:
        """One stored block."""
        if block["kind"] == "heading":
            return [Heading(block.get("level", 1), block["text"])]
        if block["kind"] in stored.FIGURES:
            return [Paragraph(tuple(self.run(run) for run in block["runs"]))]
        if block["kind"] == "table":
            return [self.table(block, block["rows"])]
        return [Chart(draw_for_file(block), block["caption"], block["desc"])]

    def table(self, block: dict[str, Any], rows: list[list[stored.Cell]]) -> Table:
        """A table of texts and figures."""
        columns = tuple(
            Column(c["label"], c["percent"] / 100 or None, c["align"]) for c in block["columns"]
        )
        cells = tuple(tuple(self.cell(cell) for cell in row) for row in rows)
        return Table(block["caption"], columns, cells, block["note"])

    def cell(self, cell: stored.Cell) -> str | Run:
        """A text, or a figure with its link."""
        return cell if isinstance(cell, str) else self.run(cell)

    def run(self, run: dict[str, str]) -> Run:
        """A stretch of words; a figure leads to its records where the address is known."""
        if "to" not in run:
            return Run(run["t"])
        return Run(
            run["t"], computed=True, href=self.base_url + run["to"] if self.base_url else None
        )


class _Writer(Writer):
    """Turns the stored parts of one bulletin into blocks of a document."""

    def __init__(self, bulletin: Bulletin, language: Language, base_url: str) -> None:
        super().__init__(language, base_url)
        self.bulletin = bulletin

    def text(self) -> tuple[Block, ...]:
        """What a revision changes, the opening, and the sections."""
        said = stored.differences(self.bulletin, self.language)
        blocks: list[Block] = [Paragraph.of(line) for line in said]
        for section in stored.sections(self.bulletin, self.language):
            if section.title:
                blocks.append(Heading(1, section.title))
            for block in section.blocks:
                blocks += self.block(block)
            blocks += [Paragraph.of(line) for line in section.prose.paragraphs]
        return tuple(blocks)

    def attachments(self) -> tuple[Attachment, ...]:
        """The annexes with all their rows."""
        return tuple(
            Attachment(
                annex["title"],
                tuple(made for block in annex["blocks"] for made in self.block(block)),
            )
            for annex in stored.annexes(self.bulletin, self.language)
        )

    def block(self, block: dict[str, Any]) -> list[Block]:
        """One stored block; the ranking is two tables."""
        return self.ranking(block) if block["kind"] == "ranking" else super().block(block)

    def ranking(self, block: dict[str, Any]) -> list[Block]:
        """The full ranking; those without a rank in a table of their own, which says why."""
        address = result_address(self.bulletin) if self.base_url else ""
        ranked, others = [], []
        for row in stored.outlet_rows(self.bulletin):
            if stored.is_ranked(row):
                ranked.append(stored.ranking_row(row, block, address, self.language))
            else:
                others.append(stored.unranked_row(row, block, address, self.language))
        tables: list[Block] = [self.table(block, ranked)]
        if others:
            tables.append(self.table(block["unranked"] | {"note": ""}, others))
        return tables


def result_address(bulletin: Bulletin) -> str:
    """Path of an outlet's result in the closing of ``bulletin``, with ``{code}`` for its code."""
    address = reverse("scoring:result", args=[bulletin.period, "CODE"])
    revision = bulletin.computed["closing"]["revision"]
    return f"{address.replace('CODE', '{code}')}?revision={revision}"


def file_name(bulletin: Bulletin, kind: Kind, language: Language) -> str:
    """Such as ``bulletin-2021Q2-zh.pdf``; later revisions bear their number, drafts say so."""
    parts = ["bulletin", bulletin.period]
    parts += [f"r{bulletin.revision}"] if bulletin.revision > 1 else []
    parts += [] if bulletin.is_published else ["draft"]
    return "-".join([*parts, language]) + f".{kind}"
