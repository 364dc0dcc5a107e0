"""Cleaning days (清洁日): scheduled and called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.services import require_version
from hearth.network.models import Grant, Unit
from hearth.network.scope import Actor, end_of
from hearth.platform import audit, notices
from hearth.premises.models import CleaningDay
from hearth.premises.services.orders import EDIT
from hearth.standards.models import Standard


@dataclass(frozen=True, slots=True)
class DayText:
    """What a cleaning day says; without a standard any video check verifies it."""

    unit: Unit
    held_on: date
    report_by: date
    theme: str = ""
    standard: Standard | None = None


@transaction.atomic
def schedule_day(*, actor: Actor, text: DayText) -> CleaningDay:
    """Schedule a cleaning day for a unit and every outlet below it.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``day_past``, ``report_before_day``, or ``day_known``: the unit has one on
            this day.
    """
    actor.require(EDIT, text.unit.path)
    if text.held_on < timezone.localdate():
        raise RuleViolation("day_past", _("This day is over. Choose one to come."), field="held_on")
    if text.report_by < text.held_on:
        raise RuleViolation(
            "report_before_day",
            _("Outlets cannot report before the day. Choose it or a later one."),
            field="report_by",
        )
    try:
        with transaction.atomic():
            day = CleaningDay.objects.create(
                unit=text.unit,
                held_on=text.held_on,
                report_by=text.report_by,
                theme=text.theme.strip(),
                standard=text.standard,
                scheduled_by_id=actor.user_id or None,
            )
    except IntegrityError:
        raise RuleViolation(
            "day_known", _("The unit has a cleaning day on this day already."), field="held_on"
        ) from None
    _tell_heads(actor, day, "cleaning_day.scheduled")
    audit.record(
        actor, "cleaning_day.scheduled", day, unit_path=text.unit.path, held_on=str(text.held_on)
    )
    return day


@transaction.atomic
def call_off(*, actor: Actor, day: CleaningDay, version: int, reason: str) -> CleaningDay:
    """Call a cleaning day off; what outlets reported of it stays in their ledger.

    Raises:
        NotAllowed: the actor may not edit the premises of the day's unit.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``called_off`` already, or ``no_reason``.
    """
    current = CleaningDay.objects.select_for_update(of=("self",)).get(pk=day.pk)
    actor.require(EDIT, current.unit.path)
    require_version(current.version, version)
    if current.called_off_at is not None:
        raise RuleViolation("called_off", _("This cleaning day was called off already."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why."), field="reason")
    current.called_off_at, current.called_off_reason = timezone.now(), reason.strip()
    current.version += 1
    current.save(update_fields=["called_off_at", "called_off_reason", "version"])
    _tell_heads(actor, current, "cleaning_day.called_off")
    audit.record(
        actor,
        "cleaning_day.called_off",
        current,
        unit_path=current.unit.path,
        reason=reason.strip(),
    )
    return current


def _tell_heads(actor: Actor, day: CleaningDay, kind: str) -> None:
    """Tell the heads of the outlets that the day is for; two statements, however many."""
    path = day.unit.path
    heads = Grant.objects.held_on(timezone.localdate()).filter(
        role="outlet_head", unit__path__gte=path, unit__path__lt=end_of(path)
    )
    told = set(heads.values_list("user_id", flat=True)) - {actor.user_id}
    notices.tell(
        told,
        kind,
        reverse("cleaning:day", args=[day.pk]),
        on=day.held_on.isoformat(),
        until=day.report_by.isoformat(),
        theme=day.theme,
    )
