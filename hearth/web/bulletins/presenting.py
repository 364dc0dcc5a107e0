"""Stored bulletins as templates show them: links where the reader may go, charts drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone

from hearth.bulletins import stored
from hearth.bulletins.composition.wording import Language
from hearth.bulletins.documents import result_address
from hearth.bulletins.models import Bulletin
from hearth.bulletins.pictures import draw_for_page
from hearth.bulletins.rendering.formatting import attachment_label, date_text, heading_label
from hearth.network.scope import Actor, Scope
from hearth.web.bulletins.forms import LANGUAGE_TAGS

PAGE = 50
SHORT = 10  # characters of a cell that stays in one line
SCORES = "scores.view"
Sees = Callable[[str, str], bool]
"""Whether the reader holds a permission at a place of the tree."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A bulletin in one language for one reader."""

    language: Language
    tag: str  # of HTML: zh-CN or en
    title: str
    sections: Sequence[dict[str, Any]]
    annexes: Sequence[dict[str, Any]]
    differences: Sequence[str]
    signer: str
    day: str  # of publication, in words; empty for a draft
    outlets: Page[Any] | None = None


def sight_of(actor: Actor) -> Sees:
    """What the reader may open: figures of the ledgers each name the permission they take."""
    scopes: dict[str, Scope] = {}

    def sees(path: str, permission: str) -> bool:
        if permission not in scopes:
            scopes[permission] = actor.scope_for(permission)
        return scopes[permission].covers(path)

    return sees


def shown(
    bulletin: Bulletin, language: Language, sees: Sees, *, find: str = "", page: str = ""
) -> Shown:
    """The whole bulletin; of the full ranking one page, narrowed to what ``find`` says."""
    outlets = _outlets(bulletin, find.strip().lower(), page)
    annexes = stored.annexes(bulletin, language)
    return Shown(
        language=language,
        tag=LANGUAGE_TAGS[language],
        title=stored.title_of(bulletin, language),
        sections=[
            {
                "key": section.key,
                "number": heading_label((place,), language) if section.title else "",
                "title": section.title,
                "blocks": numbered(shown_blocks(section.blocks, sees), language, place),
                "prose": section.prose,
                "prose_tag": LANGUAGE_TAGS[section.prose.language],
            }
            for place, section in enumerate(stored.sections(bulletin, language))
        ],
        annexes=[
            _annex(annex, bulletin, language, sees, outlets)
            | {"label": attachment_label(place, len(annexes), language)}
            for place, annex in enumerate(annexes, start=1)
        ],
        differences=stored.differences(bulletin, language),
        signer=stored.signer_of(bulletin),
        day=date_text(timezone.localdate(bulletin.published_at), language)
        if bulletin.published_at
        else "",
        outlets=outlets,
    )


def _outlets(bulletin: Bulletin, find: str, page: str) -> Page[Any]:
    def wanted(row: Sequence[Any]) -> bool:
        return find in row[1].lower() or find in row[2].lower() or find in row[3].lower()

    rows = stored.outlet_rows(bulletin, wanted=wanted if find else None)
    return Paginator(rows, PAGE).get_page(page)


def _annex(
    annex: dict[str, Any],
    bulletin: Bulletin,
    language: Language,
    sees: Sees,
    outlets: Page[Any],
) -> dict[str, Any]:
    blocks = []
    for block in annex["blocks"]:
        if block["kind"] == "ranking":
            address = result_address(bulletin)
            cells = [stored.ranking_row(row, block, address, language) for row in outlets]
            blocks.append(_table(block, cells, sees) | {"kind": "ranking"})
        else:
            blocks += shown_blocks([block], sees)
    return annex | {"blocks": blocks}


def shown_blocks(blocks: Sequence[dict[str, Any]], sees: Sees) -> list[dict[str, Any]]:
    """Stored blocks with the links that the reader may follow."""
    return [_block(block, sees) for block in blocks]


def numbered(
    blocks: Sequence[dict[str, Any]], language: Language, *above: int
) -> list[dict[str, Any]]:
    """Headings with their numbers, counted under the headings ``above``."""
    count, found = 0, []
    for block in blocks:
        if block["kind"] == "heading":
            count += 1
            found.append(block | {"number": heading_label((*above, count), language)})
        else:
            found.append(block)
    return found


def _block(block: dict[str, Any], sees: Sees) -> dict[str, Any]:
    if block["kind"] == "heading":
        return block
    if block["kind"] in stored.FIGURES:
        return block | {"runs": [_run(run, sees) for run in block["runs"]]}
    if block["kind"] == "chart":
        return block | {"picture": draw_for_page(block, lambda path: sees(path, SCORES))}
    return _table(block, block["rows"], sees)


def _table(
    block: dict[str, Any], rows: Sequence[Sequence[stored.Cell]], sees: Sees
) -> dict[str, Any]:
    """Rows of cells, each with the label and the side of its column."""
    columns = block["columns"]
    head = block.get("head", _head_column(columns))
    shown_rows = [
        [
            {
                "run": _run(cell, sees),
                "column": column,
                "is_head": place == head,
                "is_short": len(cell) <= SHORT,
            }
            for place, (cell, column) in enumerate(zip(row, columns, strict=True))
        ]
        for row in rows
    ]
    return block | {"rows": shown_rows}


def _head_column(columns: Sequence[dict[str, str]]) -> int:
    """The first column of words: on a phone it is the head of the card."""
    return next((place for place, c in enumerate(columns) if c["align"] == "left"), 0)


def _run(run: stored.Cell, sees: Sees) -> dict[str, str]:
    """A run or cell with ``href``; empty where it leads nowhere for this reader."""
    if isinstance(run, str):
        return {"t": run, "href": ""}
    may = "to" in run and sees(run["at"], run.get("may", SCORES))
    return {"t": run["t"], "href": run["to"] if may else ""}
