"""六、升温工作开展情况: what the ledgers of the period hold, told from the registry of figures.

A part without any record is left out, and the whole section where nothing was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.bulletins.composition.facts import BranchLedgers, Facts, LedgerFacts
from hearth.bulletins.composition.wording import Block, Part, Run, Runs, Voice, column, sentence
from hearth.bulletins.domain.report_telling import (
    NOTHING,
    Known,
    Reading,
    difference,
    is_there,
    reading_text,
    signed_text,
)
from hearth.figures.addresses import rows_address
from hearth.figures.registry import FIGURES

PARTS: Mapping[str, tuple[str, ...]] = {
    "signs": ("signs.replaced", "signs.repaired", "signs.cleaned_share"),
    "facilities": ("facilities.provision",),
    "activities": (
        *("lectures.sessions", "customer_events.sessions", "mobile_services.count"),
        *("customer_experience.sessions", "customer_experience.persons"),
        *("staff_experience.sessions", "staff_experience.persons"),
        *("training.sessions", "training.persons"),
    ),
    "home_visits": ("home_visits.count", "home_visits.capable_share"),
    "tests": ("tests.branches", "tests.sittings", "tests.people", "tests.coverage"),
    "solicitations": ("solicitation.names", "solicitation.slogans"),
    "rectification": ("rectification.due", "rectification.closed", "rectification.in_time"),
}
"""Figures of each part, in the order in which they are told."""
DECIDE: Mapping[str, tuple[str, ...]] = {
    "home_visits": ("home_visits.count",),
}
"""Figures that decide whether a part is told; else any of the part."""
NONE_TELLS = ("facilities.provision", "rectification.closed", "rectification.in_time")
"""Shares that are told where they are 0 % as well: nothing of what had to be done was done."""
BY_BRANCH = (
    *("signs.cleaned_share", "facilities.provision", "home_visits.count", "lectures.sessions"),
    *("mobile_services.count", "tests.coverage", "rectification.closed"),
)
"""Columns of the table of branches, those of parts that are told."""
ALL = tuple(key for keys in PARTS.values() for key in keys)
FEWEST_TO_COMPARE = 2


def ledgers(facts: Facts, voice: Voice) -> list[Block]:
    """Each part under its heading, then the branches beside each other."""
    found = facts.ledgers
    if found is None:
        return []
    titles, items = _titles(), _items()
    told = [part for part in PARTS if _is_told(part, found)]
    blocks: list[Block] = []
    for part in told:
        said = [
            sentence(items[key], n=_amount(facts, voice, found, key))
            for key in PARTS[part]
            if _is_item(key, found)
        ]
        blocks.append({"kind": "heading", "level": 2, "text": titles[part]})
        blocks.append(voice.text(_ended(said, voice)))
    columns = [k for k in BY_BRANCH if _is_item(k, found) and any(k in PARTS[p] for p in told)]
    if columns and len(found.branches) >= FEWEST_TO_COMPARE:
        blocks.append(_table(facts, voice, found, columns))
    return blocks


def _is_told(part: str, found: LedgerFacts) -> bool:
    return any(_counts(found.figures[key]) for key in DECIDE.get(part, PARTS[part]))


def _is_item(key: str, found: LedgerFacts) -> bool:
    """Whether one figure of a part is told."""
    return (is_there if key in NONE_TELLS else _counts)(found.figures[key])


def _counts(known: Known) -> bool:
    """Whether there is a record; signs are there to be cleaned even where nobody cleans them."""
    return bool(known.now.part) if known.measure == "share" else is_there(known)


def _ended(said: Sequence[Runs], voice: Voice) -> Runs:
    """Items one after another as one sentence."""
    stop, end = ("；", "。") if voice.language == "zh" else ("; ", ".")
    runs: Runs = []
    for place, item in enumerate(said):
        runs += [{"t": stop}] if place else []
        runs += item
    return sentence("%(all)s" + end, all=runs)


def _amount(facts: Facts, voice: Voice, found: LedgerFacts, key: str) -> Runs:
    """A value that opens its rows, and its change against the period before."""
    known = found.figures[key]
    text = reading_text(known.measure, known.now, voice.language)
    code, path = found.code, found.path
    number = _number(facts, text, key, code, path)
    moved = signed_text(known, voice.language)
    if known.then is None or moved == NOTHING:
        return [number]
    if not difference(known):
        return sentence(_("%(n)s (as in the period before)"), n=number)
    if known.measure == "share":
        return sentence(_("%(n)s (%(change)s points on the period before)"), n=number, change=moved)
    return sentence(_("%(n)s (%(change)s on the period before)"), n=number, change=moved)


def _number(facts: Facts, text: str, key: str, code: str, path: str) -> Run:
    figure, period = FIGURES[key], facts.period
    return {
        "t": text,
        "to": rows_address(figure, code, period.last_day, period.start),
        "at": path,
        "may": figure.source.permission,
    }


def _table(facts: Facts, voice: Voice, found: LedgerFacts, keys: Sequence[str]) -> Block:
    return {
        "kind": "table",
        "caption": _("The work of the branches"),
        "columns": [
            column(_("Branch")),
            *(column(str(FIGURES[key].name), "right") for key in keys),
        ],
        "rows": [
            [branch.name, *(_cell(facts, voice, branch, key) for key in keys)]
            for branch in found.branches
        ],
        "note": _("Shares are of what existed or was due; a dash: there was nothing."),
    }


def _cell(facts: Facts, voice: Voice, branch: BranchLedgers, key: str) -> Part:
    reading: Reading = branch.readings[key]
    text = reading_text(FIGURES[key].measure, reading, voice.language)
    if text == NOTHING or not reading.records:
        return text
    return _number(facts, text, key, branch.code, branch.path)


def _titles() -> dict[str, str]:
    return {
        "signs": _("Signs"),
        "facilities": _("Convenience and age-friendly facilities"),
        "activities": pgettext("bulletin", "Activities"),
        "home_visits": _("Home visits"),
        "tests": _("Knowledge tests"),
        "solicitations": _("Solicitations"),
        "rectification": pgettext("figures", "Rectification"),
    }


def _items() -> dict[str, str]:
    """What is said of each figure."""
    return {
        "signs.replaced": _("signs replaced: %(n)s"),
        "signs.repaired": _("signs repaired: %(n)s"),
        "signs.cleaned_share": _("cleaned of the signs in use: %(n)s"),
        "facilities.provision": _("provided of what outlets must have: %(n)s"),
        "lectures.sessions": _("lectures on financial knowledge: %(n)s"),
        "customer_events.sessions": _("customer events: %(n)s"),
        "mobile_services.count": _("mobile services: %(n)s"),
        "customer_experience.sessions": _("sessions of customer experience: %(n)s"),
        "customer_experience.persons": _("customers who took part: %(n)s"),
        "staff_experience.sessions": _("sessions of staff experience: %(n)s"),
        "staff_experience.persons": _("staff who took part: %(n)s"),
        "training.sessions": _("trainings: %(n)s"),
        "training.persons": _("attendances at trainings: %(n)s"),
        "home_visits.count": _("home visits made: %(n)s"),
        "home_visits.capable_share": _("outlets able to make home visits: %(n)s"),
        "tests.branches": _("branches that held a knowledge test: %(n)s"),
        "tests.sittings": _("sittings: %(n)s"),
        "tests.people": _("people who sat a test: %(n)s"),
        "tests.coverage": _("basic operations staff covered: %(n)s"),
        "solicitation.names": _("names of the service brand handed in: %(n)s"),
        "solicitation.slogans": _("slogans handed in: %(n)s"),
        "rectification.due": _("findings due to be put right: %(n)s"),
        "rectification.closed": _("signed off: %(n)s"),
        "rectification.in_time": _("put right in time: %(n)s"),
    }
