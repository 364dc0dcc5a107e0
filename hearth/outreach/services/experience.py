"""Experience visits, and what becomes of the ideas they bring."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.places import Places
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.outreach.models import Activity, ExperienceVisit, Observation, PeerOutlet
from hearth.outreach.services.words import CONFIRM, EDIT
from hearth.platform import audit
from hearth.standards.models import Edition, Module

MOST_OBSERVATIONS = 30
WORST, BEST = 1, 5


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What a visitor reports.

    Attributes:
        unit: the visitor's own.
        day: of the visit.
        visited: one of our outlets, or None.
        peer: another bank's outlet, or None; exactly one of the two.
        edition: the standard by which it was looked at, if any.
        ratings: 1 (poor) to 5 (excellent) by module code of the edition.
        observations: kind (strength, weakness, idea) and text.
        activity: the session of staff experience it belongs to, if recorded.
    """

    unit: Unit
    day: date
    visited: Unit | None = None
    peer: PeerOutlet | None = None
    edition: Edition | None = None
    ratings: Mapping[str, int] = field(default_factory=dict)
    observations: Sequence[tuple[str, str]] = ()
    activity: Activity | None = None


@transaction.atomic
def report_visit(*, actor: Actor, uuid: uuids.UUID, report: VisitReport) -> ExperienceVisit:
    """Store an experience visit; the same UUID again gives back what it stored before.

    Raises:
        NotAllowed: the actor may not record for this unit.
        RuleViolation: ``one_place``, ``own_unit`` (nobody judges their own), ``day_ahead``,
            ``nothing_said``, ``too_many``, ``rating_wrong``.
    """
    actor.require(EDIT, report.unit.path)
    before = ExperienceVisit.objects.filter(uuid=uuid).first()
    if before is not None:
        actor.require(EDIT, before.unit_path)
        return before
    _check(report)
    visit = ExperienceVisit.objects.create(
        uuid=uuid,
        unit=report.unit,
        unit_path=Places([report.unit]).on(report.unit.pk, report.day),
        activity=report.activity,
        visited=report.visited,
        peer=report.peer,
        visited_on=report.day,
        edition=report.edition,
        ratings=dict(report.ratings),
        recorded_by_id=actor.user_id or None,
    )
    Observation.objects.bulk_create(
        Observation(visit=visit, kind=kind, text=text.strip()) for kind, text in report.observations
    )
    audit.record(
        actor,
        "experience.reported",
        visit,
        unit_path=visit.unit_path,
        observations=len(report.observations),
    )
    return visit


def _check(report: VisitReport) -> None:
    if (report.visited is None) == (report.peer is None):
        raise RuleViolation("one_place", _("Choose one outlet: ours or another bank's."))
    if report.visited is not None and report.visited.pk == report.unit.pk:
        raise RuleViolation("own_unit", _("Nobody judges their own outlet. Visit another."))
    if report.day > timezone.localdate():
        raise RuleViolation("day_ahead", _("This day is yet to come."), field="day")
    texts = [text for _kind, text in report.observations if text.strip()]
    if not texts or len(texts) < len(report.observations):
        raise RuleViolation("nothing_said", _("Say at least one thing that you noticed."))
    if len(texts) > MOST_OBSERVATIONS:
        raise RuleViolation("too_many", _("At most 30 observations in one report."))
    known = set()
    if report.edition is not None:
        modules = Module.objects.filter(edition=report.edition)
        known = set(modules.values_list("code", flat=True))
    if not set(report.ratings) <= known or any(
        not WORST <= value <= BEST for value in report.ratings.values()
    ):
        raise RuleViolation("rating_wrong", _("Ratings go from 1 (poor) to 5 (excellent)."))


@transaction.atomic
def decide_idea(
    *, actor: Actor, observation: Observation, outcome: str, note: str = ""
) -> Observation:
    """Say what becomes of an idea: a case, a task, or nothing and why.

    Raises:
        NotAllowed: the actor may not confirm there.
        RuleViolation: ``no_idea``, ``outcome_unknown``, ``decided`` already, ``no_reason`` for
            one that is not taken up.
    """
    actor.require(CONFIRM, observation.visit.unit_path)
    current = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    if current.kind != Observation.Kind.IDEA:
        raise RuleViolation("no_idea", _("Only ideas are taken up."))
    if current.outcome != Observation.Outcome.OPEN:
        raise RuleViolation("decided", _("Another decided on this idea already."))
    if outcome not in set(Observation.Outcome.values) - {Observation.Outcome.OPEN.value}:
        raise RuleViolation("outcome_unknown", _("Choose what becomes of it."), field="outcome")
    if outcome == Observation.Outcome.DECLINED and not note.strip():
        raise RuleViolation("no_reason", _("Say why it is not taken up."), field="note")
    current.outcome, current.outcome_note = outcome, note.strip()
    current.decided_by_id, current.decided_at = actor.user_id or None, timezone.now()
    current.save()
    audit.record(
        actor,
        "experience.idea_decided",
        current,
        unit_path=observation.visit.unit_path,
        outcome=outcome,
    )
    return current
