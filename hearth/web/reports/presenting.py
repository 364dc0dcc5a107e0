"""Reports as templates show them: links where the reader may go, headings with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hearth.bulletins.composition.wording import Language
from hearth.network.scope import Actor
from hearth.web.bulletins.forms import LANGUAGE_TAGS
from hearth.web.bulletins.presenting import numbered, shown_blocks, sight_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A report in one language for one reader."""

    language: Language
    tag: str  # of HTML: zh-CN or en
    title: str
    blocks: Sequence[dict[str, Any]]
    annex: str
    table: dict[str, Any]
    figures: int  # that it names


def shown(parts: Mapping[str, Any], language: Language, actor: Actor) -> Shown:
    """The report of ``composing.compose``."""
    told, sees = parts[language], sight_of(actor)
    return Shown(
        language,
        LANGUAGE_TAGS[language],
        told["title"],
        numbered(shown_blocks(told["blocks"], sees), language),
        told["annex"],
        shown_blocks([told["table"]], sees)[0],
        len(parts["figures"]),
    )
