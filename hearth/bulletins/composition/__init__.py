"""From the facts of a closed period to the computed parts of its bulletin, in both languages.

``compose`` is a function of its facts and the catalogues: the same facts give the same data. What
it returns is stored with the bulletin, shown, printed and hashed; nobody edits it. Chinese is the
official text; the English one says the same.
"""

from __future__ import annotations

from typing import Any

from django.utils import translation

from hearth.bulletins.composition.annexes import annexes, outlet_rows
from hearth.bulletins.composition.defaults import section_titles
from hearth.bulletins.composition.facts import Facts
from hearth.bulletins.composition.faults import faults
from hearth.bulletins.composition.good import good
from hearth.bulletins.composition.ledgers import ledgers
from hearth.bulletins.composition.movement import movement
from hearth.bulletins.composition.scores import scores
from hearth.bulletins.composition.situation import situation
from hearth.bulletins.composition.wording import DJANGO_LANGUAGE, LANGUAGES, Voice
from hearth.bulletins.domain.report_telling import reading_text

SCHEMA = 1
_WRITERS = {
    "situation": situation,
    "scores": scores,
    "movement": movement,
    "faults": faults,
    "good": good,
    "ledgers": ledgers,
}


def compose(facts: Facts) -> dict[str, Any]:
    """The computed parts as JSON-able data: whole numbers, texts, lists and dictionaries only.

    Keys: ``schema``, ``closing`` (period, revision, hashes), ``named_examples``, ``key_figures``
    and ``outlets`` without words; ``zh`` and ``en`` with ``sections`` and ``annexes``. A section
    has ``key``, ``title`` and ``blocks``; a block is a ``heading``, ``text``, ``item`` (runs),
    ``table``, ``chart`` or ``ranking``.
    """
    root = facts.root.path if facts.root else ""
    composed: dict[str, Any] = {
        "schema": SCHEMA,
        "closing": {
            "period": facts.period.key,
            "revision": facts.revision,
            "previous": facts.previous,
            "hashes": dict(facts.hashes),
        },
        "named_examples": facts.named_examples,
        "key_figures": _key_figures(facts),
        "outlets": outlet_rows(facts),
    }
    for language in LANGUAGES:
        with translation.override(DJANGO_LANGUAGE[language]):
            voice = Voice(language, facts.period, facts.revision, root)
            titles = section_titles()
            composed[language] = {
                "sections": [
                    {
                        "key": key,
                        "title": title,
                        "blocks": _WRITERS[key](facts, voice) if key in _WRITERS else [],
                    }
                    for key, title in titles.items()
                ],
                "annexes": annexes(facts, voice),
            }
    return composed


def _key_figures(facts: Facts) -> dict[str, Any]:
    """What two revisions are compared by."""
    told = facts.ledgers.figures if facts.ledgers else {}
    return {
        "ledgers": {key: reading_text(one.measure, one.now, "zh") for key, one in told.items()},
        "score_centi": facts.root.score_centi if facts.root else None,
        "checks": facts.tally.checks,
        "findings": facts.tally.findings,
        "outlets_ranked": len(facts.ranked_outlets),
        "below_pass": sum(unit.below_pass for unit in facts.ranked_outlets),
        "branches": [[u.code, u.name, u.rank, u.score_centi] for u in facts.branches],
    }
