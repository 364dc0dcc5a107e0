"""Keeping the yearly plan: its aim, pillars and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.programme.enums import Missing, PillarKey
from hearth.programme.models import Measure, Pillar, Programme, Task
from hearth.programme.queries.people import EDIT
from hearth.programme.services.common import Fault, refuse, require_version

FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class MeasureText:
    """One measure as people write it; ``pillar`` is a key of ``PillarKey``."""

    pillar: str
    code: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlanText:
    """A yearly plan as people write it; ``goals`` by pillar."""

    year: int
    title: str
    starts_on: date
    ends_on: date
    aim: str = ""
    missing: str = Missing.LEFT_OUT.value
    goals: Mapping[str, str] = field(default_factory=dict)
    measures: Sequence[MeasureText] = ()


@transaction.atomic
def save_plan(
    *, actor: Actor, text: PlanText, programme_id: int | None = None, version: int = 0
) -> Programme:
    """Make the plan of a year, or change one with its pillars and measures.

    Measures are told apart by their codes: one that is no longer in ``text`` goes, unless a task
    carries it out.

    Raises:
        NotAllowed: lacks ``programme.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``plan_refused``, with the faults; ``measure_in_use``.
    """
    actor.require(EDIT)
    programme = None
    if programme_id is not None:
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        require_version(programme, version)
    refuse("plan_refused", list(_faults(text, programme)))
    verb = "plan.changed" if programme else "plan.added"
    programme = programme or Programme(version=0, recorded_by_id=actor.user_id or None)
    for name in ("year", "starts_on", "ends_on", "missing"):
        setattr(programme, name, getattr(text, name))
    programme.title, programme.aim = text.title.strip(), text.aim.strip()
    programme.version += 1
    programme.save()
    _save_pillars(programme, text)
    audit.record(actor, verb, programme, year=text.year, measures=len(text.measures))
    return programme


def _faults(text: PlanText, programme: Programme | None) -> list[Fault]:
    found: list[Fault] = []
    others = Programme.objects.filter(year=text.year)
    if programme is not None:
        others = others.exclude(pk=programme.pk)
    if not FIRST_YEAR <= text.year <= LAST_YEAR:
        found.append(("year", _("Write the year with four digits, such as 2021.")))
    elif others.exists():
        found.append(("year", _("This year has a plan already. Open that one.")))
    if not text.title.strip():
        found.append(("title", _("The plan needs a title.")))
    if text.ends_on < text.starts_on:
        found.append(("ends_on", _("The last day lies before the first one.")))
    return found + _measure_faults(text.measures)


def _measure_faults(measures: Sequence[MeasureText]) -> list[Fault]:
    found: list[Fault] = []
    seen: set[str] = set()
    for one in measures:
        code = one.code.strip()
        if not code or not one.title.strip():
            found.append(("measures", _("Every measure needs a code and a title.")))
        elif code in seen:
            found.append(
                ("measures", _("The code %(code)s stands for two measures.") % {"code": code})
            )
        elif one.pillar not in PillarKey.values:
            found.append(("measures", _("Choose the pillar of measure %(code)s.") % {"code": code}))
        seen.add(code)
    return found


def _save_pillars(programme: Programme, text: PlanText) -> None:
    pillars = {}
    for key in PillarKey.values:
        goal = text.goals.get(key, "").strip()
        pillars[key], _made = Pillar.objects.update_or_create(
            programme=programme, key=key, defaults={"goal": goal}
        )
    known = {one.code: one for one in programme.measures.all()}
    wanted = {one.code.strip(): one for one in text.measures}
    gone = [one.pk for code, one in known.items() if code not in wanted]
    used = Task.objects.filter(measure_id__in=gone).values_list("measure__code", flat=True)
    if busy := used.first():
        raise RuleViolation(
            "measure_in_use",
            _("Tasks carry out the measure %(code)s. Give them another one first.")
            % {"code": busy},
            faults=[("measures", _("Tasks carry out a measure that you left out."))],
        )
    Measure.objects.filter(pk__in=gone).delete()
    for code, one in wanted.items():
        Measure.objects.update_or_create(
            programme=programme,
            code=code,
            defaults={
                "pillar": pillars[one.pillar],
                "title": one.title.strip(),
                "detail": one.detail.strip(),
            },
        )
