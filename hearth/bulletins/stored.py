"""Reading a stored bulletin: its parts in one language, its rows, its fingerprint.

Everything here works on what the bulletin holds and on nothing else, so a published one reads the
same for ever, whatever happens to the records, the standards and the words of the interface.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from hearth.bulletins.composition.defaults import OPTIONAL, SECTIONS
from hearth.bulletins.composition.wording import Language
from hearth.bulletins.models import Bulletin
from hearth.bulletins.rendering.formatting import count_text, movement_text
from hearth.kernel.rounding import centi_text

HEAD = ("title", "title_en", "issuer", "number", "addressees", "reason")
MARK_ENDING = "文件"  # of the mark in red, which is no part of the organ's name
FIGURES = ("text", "item")  # blocks made of runs

Cell = str | dict[str, str]


@dataclass(frozen=True, slots=True)
class Prose:
    """What the manager wrote for one section.

    ``language`` is the one it is written in: the official Chinese where nobody has translated it.
    """

    text: str
    language: Language

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its lines that say something."""
        return tuple(line.strip() for line in self.text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its heading (empty for the opening), computed blocks, and prose after them."""

    key: str
    title: str
    blocks: Sequence[dict[str, Any]]
    prose: Prose


def sections(bulletin: Bulletin, language: Language) -> list[Section]:
    """The text in order, beginning with the opening, which has no heading."""
    computed = {section["key"]: section for section in bulletin.computed[language]["sections"]}
    found = []
    for key in SECTIONS:
        part = computed.get(key, {"title": "", "blocks": []})
        prose = prose_of(bulletin, language, key)
        if key not in OPTIONAL or part["blocks"] or prose.paragraphs:
            found.append(Section(key, part["title"], part["blocks"], prose))
    return found


def prose_of(bulletin: Bulletin, language: Language, key: str) -> Prose:
    """Prose of one section in ``language``, else in Chinese."""
    own = bulletin.prose.get(language, {}).get(key, "")
    if own.strip() or language == "zh":
        return Prose(own, language)
    chinese = bulletin.prose.get("zh", {}).get(key, "")
    return Prose(chinese, "zh") if chinese.strip() else Prose("", language)


def title_of(bulletin: Bulletin, language: Language) -> str:
    """The title; the official Chinese one where there is no English."""
    return bulletin.title if language == "zh" else bulletin.title_en or bulletin.title


def signer_of(bulletin: Bulletin) -> str:
    """The organ that signs: the mark at the head without 文件."""
    return bulletin.issuer.removesuffix(MARK_ENDING)


def annexes(bulletin: Bulletin, language: Language) -> list[dict[str, Any]]:
    """The annexes as composed: ``key``, ``title``, ``blocks``."""
    found: list[dict[str, Any]] = bulletin.computed[language]["annexes"]
    return found


def differences(bulletin: Bulletin, language: Language) -> list[str]:
    """What this revision says otherwise than the one before it."""
    return [said[language] for said in bulletin.difference]


def outlet_rows(
    bulletin: Bulletin, *, wanted: Callable[[Sequence[Any]], bool] | None = None
) -> list[Sequence[Any]]:
    """Rows of the full ranking (``composition.annexes.outlet_rows``), those ``wanted`` says."""
    rows: list[Sequence[Any]] = bulletin.computed["outlets"]
    return rows if wanted is None else [row for row in rows if wanted(row)]


def is_ranked(row: Sequence[Any]) -> bool:
    """Whether a row of the full ranking has a rank."""
    return row[0] is not None


def ranking_row(
    row: Sequence[Any], block: dict[str, Any], address: str, language: Language
) -> list[Cell]:
    """A row of the full ranking in the columns of the ``ranking`` block.

    Args:
        row: as stored, without words.
        block: with the words of one language. What is not ranked says why instead of its group.
        address: path of the result of an outlet with ``{code}`` in it; empty: no links.
        language: of the numbers.
    """
    rank, code, name, branch, _score, likely, group, movement, checks, reason, _path = row
    words = block["groups"].get(group) or block["unranked"]["reasons"].get(reason, reason)
    return [
        "—" if rank is None else str(rank),
        code,
        name,
        branch,
        _score_cell(row, address),
        likely,
        words or "—",
        movement_text(movement),
        count_text(checks, language),
    ]


def unranked_row(
    row: Sequence[Any], block: dict[str, Any], address: str, language: Language
) -> list[Cell]:
    """A row without a rank in the columns of ``block["unranked"]``; else as ``ranking_row``."""
    _rank, code, name, branch, _score, _likely, _group, _moved, checks, reason, _path = row
    words = block["unranked"]["reasons"].get(reason, reason) or "—"
    score, counted = _score_cell(row, address), count_text(checks, language)
    return [code, name, branch, score, counted, words]


def _score_cell(row: Sequence[Any], address: str) -> Cell:
    code, score, path = row[1], row[4], row[10]
    if score is None:
        return "—"
    text = centi_text(score)
    return {"t": text, "to": address.format(code=code), "at": path} if address else text


# --- what freezes it ------------------------------------------------------------------------------


def content_of(bulletin: Bulletin) -> dict[str, Any]:
    """All that a reader of the bulletin is told, as plain data."""
    published = bulletin.published_at
    return {
        "period": bulletin.period,
        "revision": bulletin.revision,
        **{name: getattr(bulletin, name) for name in HEAD},
        "prose": bulletin.prose,
        "computed": bulletin.computed,
        "difference": bulletin.difference,
        "published_on": timezone.localdate(published).isoformat() if published else None,
    }


def fingerprint(bulletin: Bulletin) -> str:
    """SHA-256 of the content in its one canonical form."""
    return digest(content_of(bulletin))


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of plain data in its one canonical form (keys sorted, no blanks, UTF-8)."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_intact(bulletin: Bulletin) -> bool:
    """Whether a published bulletin is what was published; drafts are always."""
    return not bulletin.is_published or fingerprint(bulletin) == bulletin.content_hash


Kind = Literal["pdf", "docx"]
