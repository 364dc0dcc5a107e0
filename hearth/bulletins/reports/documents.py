"""A report as an official document, and that as PDF or DOCX by the renderings of bulletins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from hearth.bulletins.composition.wording import Language
from hearth.bulletins.documents import Writer
from hearth.bulletins.rendering.document import Attachment, Document
from hearth.bulletins.rendering.docx import render_docx
from hearth.bulletins.rendering.pdf import render_pdf
from hearth.bulletins.stored import Kind


def document_of(
    parts: Mapping[str, Any],
    language: Language,
    as_of: date,
    *,
    content_hash: str = "",
    base_url: str = "",
) -> Document:
    """A report as a plain document; a draft until it is kept.

    Args:
        parts: as ``composing.compose`` made them.
        language: of the text.
        as_of: the day that it speaks of, and bears.
        content_hash: of a kept report; empty: it is not kept, and the file says so.
        base_url: links of numbers lead there; empty: the numbers stand without links.
    """
    told, writer = parts[language], Writer(language, base_url.rstrip("/"))
    blocks = [made for block in told["blocks"] for made in writer.block(block)]
    table = tuple(writer.block(told["table"])) if told["table"]["rows"] else ()
    return Document(
        title=told["title"],
        blocks=tuple(blocks),
        attachments=(Attachment(told["annex"], table),) if table else (),
        dated_on=as_of,
        draft=not content_hash,
        language=language,
        content_hash=content_hash,
    )


def render(document: Document, kind: Kind) -> bytes:
    """The file; the same document always gives the same bytes."""
    draw = render_pdf if kind == "pdf" else render_docx
    return draw(document, settings.HEARTH_FONTS)


def file_name(
    code: str, as_of: date, kind: Kind, language: Language, *, number: int | None = None
) -> str:
    """Such as ``report-LN-2021-06-22-7-zh.pdf`` of the kept report 7; without one a draft."""
    mark = "draft" if number is None else str(number)
    return f"report-{code}-{as_of.isoformat()}-{mark}-{language}.{kind}"
