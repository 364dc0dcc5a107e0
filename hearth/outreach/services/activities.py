"""Recording activities, and confirming what another recorded."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import Refusal, RuleViolation, StaleWrite
from hearth.ledgers.history import Seen, require_reason, told_once
from hearth.ledgers.places import Places
from hearth.network.models import Person, Unit, User
from hearth.network.scope import Actor
from hearth.outreach.domain.kinds import details_faults, read_fields
from hearth.outreach.domain.sessions import Session, entry_faults, looks_double
from hearth.outreach.models import Activity, ActivityKind, ServiceTarget, ServiceVehicle
from hearth.outreach.queries.overview import of_history
from hearth.outreach.services.words import CONFIRM, DETAILS, EDIT, ENTRY, STALE
from hearth.platform import audit
from hearth.platform.models import AuditEvent

AHEAD = timedelta(hours=1)  # clocks differ; an activity is recorded when it has begun
MOST_AT_ONCE = 200
HISTORY = "activity.history_confirmed"


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """An activity as the entry page has it; the same columns as the ledger's sheet and more."""

    kind: ActivityKind
    unit: Unit
    started_at: datetime
    ended_at: datetime | None = None
    title: str = ""
    audience: str = ""
    persons: int | None = None
    place: str = ""
    staff: Person | None = None
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    target: ServiceTarget | None = None
    vehicle: ServiceVehicle | None = None


@transaction.atomic
def record_activity(
    *, actor: Actor, uuid: uuids.UUID, entry: ActivityEntry, accept_double: bool = False
) -> Activity:
    """Add one activity; the same UUID again gives back what it stored before.

    Args:
        actor: who records it, and therefore does not confirm it.
        uuid: made by the page, so that a second press or a retry stores it once.
        entry: what it says.
        accept_double: the user saw the records that look like it and says this is another one.

    Raises:
        NotAllowed: the actor may not record for this unit.
        RuleViolation: ``entry_refused`` with ``facts['faults']`` (column and sentence), or
            ``looks_double`` with ``facts['doubles']`` (their keys).
    """
    actor.require(EDIT, entry.unit.path)
    number = f"{entry.unit.code}-{uuid.hex[:12]}"
    before = Activity.objects.standing().filter(activity=number).first()
    if before is not None:
        return before
    _check(entry)
    if not accept_double:
        _refuse_doubles(entry, doubles_of(entry))
    record = Activity.objects.create(
        activity=number,
        unit_path=Places([entry.unit]).on(entry.unit.pk, entry.started_at),
        recorded_by_id=actor.user_id or None,
        **_columns(entry),
    )
    audit.record(
        actor,
        "record.added",
        record,
        unit_path=record.unit_path,
        kind="activities",
        despite_double=accept_double,
    )
    return record


@transaction.atomic
def change_activity(
    *,
    actor: Actor,
    activity: Activity,
    version: int,
    entry: ActivityEntry,
    accept_double: bool = False,
) -> Activity:
    """Change an activity; one that was confirmed has to be confirmed again.

    Raises:
        NotAllowed: the actor may not write where it lies, or where it would lie.
        StaleWrite: it was changed meanwhile.
        RuleViolation: as of ``record_activity``; ``withdrawn``.
    """
    actor.require(EDIT, activity.unit_path)
    actor.require(EDIT, entry.unit.path)
    current = current_activity(activity, version)
    _check(entry)
    if not accept_double:
        _refuse_doubles(entry, [one for one in doubles_of(entry) if one.pk != current.pk])
    changed = []
    for name, value in _columns(entry).items():
        if getattr(current, name) != value:
            setattr(current, name, value)
            changed.append(name)
    if not changed:
        return current
    current.unit_path = Places([entry.unit]).on(entry.unit.pk, entry.started_at)
    current.version += 1
    current.save()
    audit.record(
        actor,
        "record.changed",
        current,
        unit_path=current.unit_path,
        kind="activities",
        columns=sorted(changed),
    )
    return current


def doubles_of(entry: ActivityEntry) -> list[Activity]:
    """Standing activities of the same kind, unit and day that look like this one."""
    day = timezone.localdate(entry.started_at)
    near = Activity.objects.standing().on(day).filter(unit=entry.unit, kind=entry.kind)
    this = Session(entry.started_at, entry.ended_at, entry.title)
    return [
        one
        for one in near.order_by("started_at", "pk")
        if looks_double(this, Session(one.started_at, one.ended_at, one.title))
    ]


@transaction.atomic
def confirm(*, actor: Actor, activity: Activity, version: int, without_proof: str = "") -> Activity:
    """Say as the branch that an activity took place as recorded.

    Args:
        actor: who confirms; neither its recorder nor whoever changed or held it.
        activity: which one.
        version: that which the actor saw.
        without_proof: why it is confirmed though the evidence of its kind is missing.

    Raises:
        NotAllowed: the actor may not confirm there.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn``, ``own_work``, ``confirmed`` already, ``evidence_missing``.
    """
    actor.require(CONFIRM, activity.unit_path)
    current = current_activity(activity, version)
    if current.state == "confirmed":
        raise RuleViolation("confirmed", _("This activity is confirmed already."))
    _refuse_own_work(actor, current)
    if not without_proof.strip() and not has_proof(current):
        raise RuleViolation(
            "evidence_missing",
            _(
                "The evidence that this kind asks for is missing. Have it added, or say why it"
                " is confirmed without."
            ),
            field="without_proof",
        )
    current.confirmed_version, current.confirmed_by_id = current.version, actor.user_id or None
    current.confirmed_at, current.decision_note = timezone.now(), without_proof.strip()
    current.save(
        update_fields=["confirmed_version", "confirmed_by", "confirmed_at", "decision_note"]
    )
    audit.record(
        actor,
        "activity.confirmed",
        current,
        unit_path=current.unit_path,
        version=current.version,
        without_proof=bool(without_proof.strip()),
    )
    return current


def confirm_many(
    *, actor: Actor, versions: Sequence[tuple[Activity, int]]
) -> tuple[int, list[tuple[Activity, str]]]:
    """Confirm several, each for itself; how many were, and which were not and why.

    Raises:
        NotAllowed: the actor may confirm nowhere.
        RuleViolation: ``too_many``, over 200 at once.
    """
    actor.require(CONFIRM)
    if len(versions) > MOST_AT_ONCE:
        raise RuleViolation("too_many", _("At most 200 can be confirmed at once."))
    done, refused = 0, []
    for activity, version in versions:
        try:
            confirm(actor=actor, activity=activity, version=version)
            done += 1
        except Refusal as refusal:
            refused.append((activity, str(refusal)))
    return done, refused


@transaction.atomic
def confirm_history(*, actor: Actor, until: date, note: str, seen: Seen | None = None) -> int:
    """Confirm in one act what began before ``until`` and is as it was recorded; how many.

    For the past that a network brings along: nobody can look at years of it one by one. What was
    sent back, changed, or is the actor's own stays out (``queries.overview.of_history``).

    Args:
        actor: who confirms; neither the recorder nor the holder.
        until: activities that began on this day or later stay out.
        note: on what the actor relies; kept with every record.
        seen: what the page showed; sent a second time it gives what it gave before.

    Raises:
        NotAllowed: the actor may confirm nowhere.
        RuleViolation: ``no_reason``; ``nothing_waits``.
        StaleWrite: other activities wait now than the actor was shown.
    """
    actor.require(CONFIRM)
    note = require_reason(note)
    count = of_history(actor, until).update(
        confirmed_version=F("version"),
        confirmed_by=actor.user_id or None,
        confirmed_at=timezone.now(),
        decision_note=note,
    )
    return told_once(actor=actor, action=HISTORY, until=until, note=note, changed=count, seen=seen)


@transaction.atomic
def send_back(*, actor: Actor, activity: Activity, version: int, reason: str) -> Activity:
    """Send an activity back to who recorded it, to be mended or taken back.

    Raises:
        NotAllowed: the actor may not confirm there.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn``, ``own_work``, ``no_reason``, or ``confirmed`` by another.
    """
    actor.require(CONFIRM, activity.unit_path)
    current = current_activity(activity, version)
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say what has to be mended."), field="reason")
    if current.state == "confirmed" and current.confirmed_by_id != actor.user_id:
        raise RuleViolation("confirmed", _("Another confirmed this activity; ask them."))
    _refuse_own_work(actor, current)
    current.returned_version, current.confirmed_version = current.version, None
    current.decision_note = reason.strip()
    current.save(update_fields=["returned_version", "confirmed_version", "decision_note"])
    audit.record(
        actor,
        "activity.returned",
        current,
        unit_path=current.unit_path,
        version=current.version,
        reason=reason.strip(),
    )
    return current


def has_proof(activity: Activity) -> bool:
    """Whether the evidence that its kind asks for is there."""
    wanted = activity.kind.evidence
    if wanted == ActivityKind.Evidence.NONE or activity.photos.exists():
        return True
    if wanted == ActivityKind.Evidence.PHOTO:
        return False
    sheet = getattr(activity, "sheet", None)
    return sheet is not None and sheet.closed_at is not None and sheet.sign_ins.exists()


def current_activity(activity: Activity, version: int) -> Activity:
    """The activity as it is stored, locked.

    Raises:
        StaleWrite: it was changed since ``version``.
        RuleViolation: ``withdrawn``.
    """
    rows = Activity.objects.select_for_update(of=("self",)).select_related("kind", "unit")
    current = rows.get(pk=activity.pk)
    if current.version != version:
        raise StaleWrite("stale", STALE, version=current.version)
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    return current


def worked_on(actor: Actor, activity: Activity) -> bool:
    """Whether the actor recorded, changed or held it (design rule 6.2)."""
    if not actor.user_id:
        return False
    if activity.recorded_by_id == actor.user_id:
        return True
    person = User.objects.filter(pk=actor.user_id).values_list("person_id", flat=True).first()
    if person is not None and activity.staff_id == person:
        return True
    changes = AuditEvent.objects.filter(
        object_type=activity._meta.label_lower,
        object_id=str(activity.pk),
        action__in=("record.changed", "sign_in.closed"),  # which puts in how many came
        actor=actor.identity,
    )
    return changes.exists()


def _refuse_own_work(actor: Actor, activity: Activity) -> None:
    if worked_on(actor, activity):
        raise RuleViolation(
            "own_work",
            _("Who recorded, changed or held an activity does not confirm it. Ask a colleague."),
        )


def _columns(entry: ActivityEntry) -> dict[str, Any]:
    return {one.name: getattr(entry, one.name) for one in fields(entry)}


def _check(entry: ActivityEntry) -> None:
    found = entry_faults(
        counts_persons=entry.kind.counts_persons,
        persons=entry.persons,
        started_at=entry.started_at,
        ended_at=entry.ended_at,
    )
    faults = [(column, str(ENTRY[code])) for column, code in found]
    if entry.started_at > timezone.now() + AHEAD:
        faults.append(("started_at", _("It has not begun yet. Record it when it is over.")))
    if not entry.kind.is_mobile and (entry.target or entry.vehicle):
        faults.append(("target", _("Only a mobile service goes to a target with a vehicle.")))
    own = read_fields(entry.kind.extra_fields)
    faults += [(f"own_{f.key}", str(DETAILS[f.code])) for f in details_faults(own, entry.details)]
    if faults:
        raise RuleViolation("entry_refused", faults[0][1], faults=faults)


def _refuse_doubles(entry: ActivityEntry, doubles: Sequence[Activity]) -> None:
    if doubles:
        raise RuleViolation(
            "looks_double",
            _("%(unit)s has such an activity on this day already. Look whether it is the same.")
            % {"unit": entry.unit.name},
            doubles=[one.pk for one in doubles],
        )
