"""The words that a rendering adds to a document, in the language of the document.

They are no interface text: 抄送 or cc: is fixed by the form of the document and stays what it is
whatever language the reader of the page has chosen. So they stand here and not in a catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hearth.bulletins.rendering.formatting import attachment_label, date_text

if TYPE_CHECKING:
    from hearth.bulletins.rendering.document import Document, Language

DRAFT_MARK = "草稿 DRAFT"


@dataclass(frozen=True, slots=True)
class Wording:
    """Labels and ready lines of one document; an empty one is not printed.

    Attributes:
        addressees: the line of the addressees with its colon.
        attachments_label: what stands before the list of attachments.
        attachment_names: one for each attachment, as the list below the text names it.
        attachment_labels: one for each attachment, as its own first line names it.
        copied_to: the line of those who get a copy.
        printed_by: who printed it, left.
        printed_on: when, right of it.
        date: below the signature.
        hash_line: what vouches for the content.
    """

    addressees: str
    attachments_label: str
    attachment_names: tuple[str, ...]
    attachment_labels: tuple[str, ...]
    copied_to: str
    printed_by: str
    printed_on: str
    date: str
    hash_line: str


def wording_of(document: Document) -> Wording:
    """The added words of ``document``."""
    language = document.language
    total = len(document.attachments)
    names = [one_line(attachment.title, language) for attachment in document.attachments]
    if total > 1:
        names = [f"{place}. {name}" for place, name in enumerate(names, start=1)]
    labels = [attachment_label(place, total, language) for place in range(1, total + 1)]
    day = date_text(document.dated_on, language) if document.dated_on else ""
    made = _english(document, day) if language == "en" else _chinese(document, day)
    return Wording(attachment_names=tuple(names), attachment_labels=tuple(labels), date=day, **made)


def one_line(title: str, language: Language) -> str:
    """A title without its author's line breaks: Chinese closes up, English keeps a space."""
    return (" " if language == "en" else "").join(line.strip() for line in title.split("\n"))


def _chinese(document: Document, day: str) -> dict[str, str]:
    addressees = "、".join(document.addressees).rstrip("：:")
    copies = "，".join(document.copied_to).rstrip("。")
    return {
        "addressees": f"{addressees}：" if addressees else "",
        "attachments_label": "附件：" if document.attachments else "",
        "copied_to": f"抄送：{copies}。" if copies else "",
        "printed_by": document.printed_by,
        "printed_on": f"{day}印发" if day and document.printed_by else "",
        "hash_line": f"内容校验码 {document.content_hash}" if document.content_hash else "",
    }


def _english(document: Document, day: str) -> dict[str, str]:
    addressees, copies = "; ".join(document.addressees), "; ".join(document.copied_to)
    label = "Annexes: " if len(document.attachments) > 1 else "Annex: "
    return {
        "addressees": f"To: {addressees}" if addressees else "",
        "attachments_label": label if document.attachments else "",
        "copied_to": f"cc: {copies}" if copies else "",
        "printed_by": document.printed_by,
        "printed_on": f"Issued on {day}" if day and document.printed_by else "",
        "hash_line": f"Content hash {document.content_hash}" if document.content_hash else "",
    }
