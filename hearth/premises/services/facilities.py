"""Facilities as someone saw them on a day, and the catalogue of what an outlet may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.catalogues import line_to_write, require_top
from hearth.ledgers.places import Places
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.premises.domain.ramps import Ramp
from hearth.premises.models import FacilityCheck, FacilityKind, WorkOrder
from hearth.premises.sentences import FAULTS

EDIT, APPROVE = "premises.edit", "premises.approve"
_CHANGED = (
    *("required", "present", "rise_mm", "run_mm", "width_mm", "has_handrail", "note"),
    *("recorded_by", "recorded_at", "version"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How one facility was found; ``ramp`` of one that is measured."""

    facility: FacilityKind
    required: bool
    present: bool
    ramp: Ramp | None = None
    note: str = ""


@transaction.atomic
def record_survey(*, actor: Actor, unit: Unit, day: date, seen: Sequence[Seen]) -> int:
    """Record a walk through an outlet; what was recorded on the same day is written over.

    Returns:
        How many facilities were recorded.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``not_an_outlet``, ``checked_in_future``, ``nothing_seen`` or ``ramp_pair``;
            ``facts['field']`` names the field.
    """
    actor.require(EDIT, unit.path)
    if not unit.is_outlet:
        raise RuleViolation("not_an_outlet", str(FAULTS["not_an_outlet"]))
    if day > timezone.localdate():
        raise RuleViolation("checked_in_future", str(FAULTS["checked_in_future"]), field="day")
    if not seen:
        raise RuleViolation("nothing_seen", _("Say of at least one facility how you found it."))
    _require_pairs(seen)
    Unit.objects.select_for_update().get(pk=unit.pk)  # two at once write one check each
    same_day = FacilityCheck.objects.standing().filter(unit=unit, checked_on=day)
    known = {one.facility_id: one for one in same_day}
    path = Places([unit]).on(unit.pk, day)
    rows = [_row(known.get(one.facility.pk), one) for one in seen]
    for row in rows:
        row.unit, row.unit_path, row.checked_on = unit, path, day
        row.recorded_by_id, row.recorded_at = actor.user_id or None, timezone.now()
    FacilityCheck.objects.bulk_update([row for row in rows if row.pk], _CHANGED, batch_size=100)
    FacilityCheck.objects.bulk_create([row for row in rows if not row.pk], batch_size=100)
    audit.record(
        actor, "facilities.surveyed", unit, unit_path=path, day=day.isoformat(), count=len(rows)
    )
    return len(rows)


def _require_pairs(seen: Sequence[Seen]) -> None:
    for one in seen:
        ramp = one.ramp
        if ramp is not None and (ramp.rise_mm is None) != (ramp.run_mm is None):
            raise RuleViolation(
                "ramp_pair",
                _("Measure both how high the ramp rises and how long it is, or neither."),
                field="rise",
            )


def _row(known: FacilityCheck | None, seen: Seen) -> FacilityCheck:
    row = known or FacilityCheck(facility=seen.facility, version=0)
    ramp = (seen.ramp or Ramp()) if seen.present and seen.facility.is_ramp else Ramp()
    row.required, row.present, row.note = seen.required, seen.present, seen.note.strip()
    row.rise_mm, row.run_mm = ramp.rise_mm, ramp.run_mm
    row.width_mm, row.has_handrail = ramp.width_mm, ramp.has_handrail
    row.version += 1
    return row


def confirm_provided(actor: Actor, order: WorkOrder) -> None:
    """Record that a facility is there: who verified the order that closed the gap has seen it.

    Nothing is recorded where the order closed no gap of a missing facility, or where someone
    looked again meanwhile. Called inside the transaction that verifies.
    """
    gap = order.gap
    if gap is None or gap.present or order.done_on is None:
        return
    today = timezone.localdate()
    later = FacilityCheck.objects.standing().filter(unit=gap.unit_id, facility=gap.facility_id)
    if later.filter(checked_on__gt=gap.checked_on).exists():
        return
    if gap.checked_on == today:
        FacilityCheck.objects.filter(pk=gap.pk).update(present=True, version=gap.version + 1)
        audit.record(actor, "facility.provided", gap, unit_path=gap.unit_path)
        return
    check = FacilityCheck.objects.create(
        unit=order.unit,
        unit_path=Places([order.unit]).on(order.unit_id, today),
        facility_id=gap.facility_id,
        required=gap.required,
        present=True,
        checked_on=today,
        recorded_by_id=actor.user_id or None,
    )
    audit.record(actor, "facility.provided", check, unit_path=check.unit_path)


@dataclass(frozen=True, slots=True)
class KindText:
    """What the catalogue says of one facility; ``unit_kinds`` where only some must have it.

    ``is_asked``: whether surveys ask for it; ``code`` of a new entry.
    """

    name: str
    name_en: str
    duty: str
    unit_kinds: tuple[str, ...] = ()
    is_public: bool = True
    is_asked: bool = True
    code: str = ""


@transaction.atomic
def save_kind(
    *, actor: Actor, kind: FacilityKind | None, version: int, text: KindText
) -> FacilityKind:
    """Add an entry to the catalogue or change one. Who must have it counts from the next check on.

    An entry that is no longer asked for ends today; what was seen of it before stays.

    Raises:
        NotAllowed: the actor does not approve for the whole network.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``kinds_missing``: some kinds of outlet must have it, but none is named;
            ``code_malformed`` or ``code_taken`` of a new entry.
    """
    require_top(actor, APPROVE)
    current = line_to_write(FacilityKind, kind, version=version, code=text.code)
    if text.duty == FacilityKind.Duty.KINDS and not text.unit_kinds:
        raise RuleViolation(
            "kinds_missing", _("Name the kinds of outlet that must have it."), field="unit_kinds"
        )
    current.name, current.name_en = text.name.strip(), text.name_en.strip()
    current.duty, current.is_public = text.duty, text.is_public
    current.unit_kinds = list(text.unit_kinds) if text.duty == FacilityKind.Duty.KINDS else []
    current.ended_on = None if text.is_asked else current.ended_on or timezone.localdate()
    current.version += 1
    current.save()
    audit.record(actor, "facility_kind.saved", current, code=current.code, duty=current.duty)
    return current
