"""Which deadline holds, how things stand at a unit, and what a list is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.rectification.models import AT_OUTLET, IN_TIME, Deadline, Rectification
from hearth.rectification.models import RectificationQuerySet as Rows

State = Rectification.State


def deadline_on(day: date) -> Deadline:
    """The rule of deadlines that holds on ``day``.

    Raises:
        RuleViolation: ``no_deadline``, none had begun by then.
    """
    found = Deadline.objects.in_force(day).first()
    if found is None:
        raise RuleViolation(
            "no_deadline",
            _("No rule of deadlines holds on %(day)s. Propose one and have it approved.")
            % {"day": day.isoformat()},
        )
    return found


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of rectifications is narrowed to; empty attributes narrow nothing.

    Attributes:
        q: words of the outlet's name or code, or of the criterion.
        under: code of a unit; it and what lies below it now.
        state: of ``Rectification.State``; empty: not closed; ``all``; ``overdue``, ``outlet``
            (waits for the outlet), ``verify`` (waits for a verifier), ``in_time`` or
            ``closed_late`` (closed with a fix by, or after, the first deadline), ``withdrawn``.
        severity: of ``Criterion.Severity``.
        channel: of ``Channel``.
        since: first day of the first deadlines.
        until: last day of the first deadlines, included.
    """

    q: str = ""
    under: str = ""
    state: str = ""
    severity: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None


def narrowed(scope: Scope, chosen: Narrowed, today: date) -> Rows:
    """Rectifications in ``scope`` that ``chosen`` leaves; what is due first comes first."""
    rows = Rectification.objects.visible_to(scope)
    rows = _in_state(rows, chosen.state, today)
    if chosen.under:
        unit = Unit.objects.visible_to(scope).filter(code=chosen.under).first()
        rows = rows.now_under(unit.path) if unit is not None else rows.none()
    if chosen.severity:
        rows = rows.filter(severity=chosen.severity)
    if chosen.channel:
        rows = rows.filter(channel=chosen.channel)
    if chosen.since:
        rows = rows.filter(first_due_on__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(first_due_on__lte=chosen.until)
    for word in chosen.q.split():
        rows = rows.filter(
            Q(unit__search_text__contains=word.lower())
            | Q(criterion__code__iexact=word)
            | Q(criterion__text__icontains=word)
        )
    return rows.order_by("due_on", "pk")


def _in_state(rows: Rows, state: str, today: date) -> Rows:
    if state == "withdrawn":
        return rows.filter(withdrawn_at__isnull=False)
    if state == "overdue":
        return rows.overdue(today)
    if state == "outlet":
        return rows.at_outlet()
    if state == "in_time":
        return rows.closed_in_time()
    if state == "closed_late":
        return rows.closed().exclude(IN_TIME)
    if state == "all":
        return rows.standing()
    named = State.FIXED if state == "verify" else state
    return rows.standing().filter(state=named) if named else rows.unclosed()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rectifications of some units wait, and for whom."""

    at_outlet: int = 0
    overdue: int = 0
    to_verify: int = 0

    @property
    def unclosed(self) -> int:
        """Everything that is not closed yet."""
        return self.at_outlet + self.to_verify


def standing(rows: Rows, today: date) -> Standing:
    """Counts over ``rows``; one query."""
    said = rows.unclosed().aggregate(
        at_outlet=Count("pk", filter=Q(state__in=AT_OUTLET)),
        overdue=Count("pk", filter=Q(state__in=AT_OUTLET, due_on__lt=today)),
        to_verify=Count("pk", filter=Q(state=State.FIXED)),
    )
    return Standing(**said)


def repeated(row: Rectification) -> QuerySet[Rectification]:
    """Earlier rectifications of the same criterion at the same outlet, the latest first.

    A criterion is the same when it bears the same code in an edition of the same standard.
    """
    return (
        Rectification.objects.standing()
        .filter(
            unit_id=row.unit_id,
            criterion__code=row.criterion.code,
            criterion__edition__standard_id=row.criterion.edition.standard_id,
            opened_on__lte=row.opened_on,
        )
        .exclude(pk=row.pk)
        .order_by("-opened_on", "-pk")
    )
