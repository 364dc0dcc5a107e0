"""Home visits up to the door: the request, looking at it, the appointment, the approval."""

from __future__ import annotations

import secrets
import uuid as uuids
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.kernel.problems import BadValue
from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.outreach.domain.visits import (
    Stay,
    clashes,
    clean_phone,
    clean_place,
    may,
    nearest_free,
    tells_of,
)
from hearth.outreach.models import Visit
from hearth.outreach.queries.visits import (
    person_of,
    possible_visitors,
    rules_on,
    stays_of,
    windows,
)
from hearth.outreach.services.words import CONFIRM, EDIT, PLACE_MALFORMED, STALE, listed
from hearth.platform import audit, limits
from hearth.platform.audit import Doer

VISITOR = audit.System("visitor", "visitor")
CODE_DIGITS = 12
LENGTHS = {"name": 60, "address": 200, "circumstances": 500}
MOST_ASKED = 5  # requests from one address within the hour
MOST_LOOKED = 30
HOUR = timedelta(hours=1)
MOST_A_NIGHT = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """What someone asks for, as they typed it.

    ``consents``: they were told the purpose and how long data are kept, and agreed.
    """

    name: str
    phone: str
    address: str
    group: str
    need: str
    consents: bool
    circumstances: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Triage:
    """What was found out on the telephone; ``unit`` is the outlet that goes."""

    unit: Unit
    group: str
    need: str
    has_id: bool
    has_family: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """When the two go, and with which device."""

    starts_at: datetime
    minutes: int
    first: Person
    second: Person
    device: str = ""


# --- asking ---------------------------------------------------------------------------------------


def request_visit(
    *, actor: Actor, uuid: uuids.UUID, unit: Unit, channel: str, request: Request
) -> Visit:
    """Take down a request made at an outlet or by telephone.

    The same UUID again gives back what it stored before.

    Args:
        actor: who takes it down, and therefore does not approve the appointment.
        uuid: made by the page.
        unit: outlet or branch that it is for.
        channel: ``outlet`` or ``phone``.
        request: what is asked for.

    Raises:
        NotAllowed: the actor may not record for this unit.
        RuleViolation: ``request_refused`` with ``facts['faults']`` (field and sentence),
            ``no_consent``, or ``channel_unknown``.
    """
    actor.require(EDIT, unit.path)
    if channel not in {Visit.Channel.OUTLET, Visit.Channel.PHONE}:
        raise RuleViolation(
            "channel_unknown", _("Say whether they asked at the outlet or by phone.")
        )
    return _stored(actor, actor.user_id, uuid, unit, channel, request)


def ask_publicly(*, uuid: uuids.UUID, unit: Unit, request: Request, address: str) -> Visit:
    """Take a request of someone without an account.

    Args:
        uuid: made by the page; the same again gives back what it stored before.
        unit: outlet or branch that was chosen.
        request: what is asked for.
        address: of the browser, for the limit only; it is not kept.

    Raises:
        RuleViolation: as of ``request_visit``, or ``too_often``.
    """
    known = Visit.objects.filter(uuid=uuid).first()
    if known is not None:
        return known
    _refuse(request)
    limits.spend("visit.requested", address, most=MOST_ASKED, within=HOUR)
    return _stored(VISITOR, None, uuid, unit, Visit.Channel.PUBLIC, request)


def look_up(*, code: str, address: str) -> Visit:
    """The visit with this code, for a page that shows its state and nothing of anybody.

    Raises:
        RuleViolation: ``too_often``.
        Visit.DoesNotExist: there is none.
    """
    limits.spend("visit.looked_up", address, most=MOST_LOOKED, within=HOUR)
    digits = "".join(c for c in code if c.isdigit())
    return Visit.objects.select_related("unit").get(code=digits)


@transaction.atomic
def _stored(
    doer: Doer,
    user_id: int | None,
    uuid: uuids.UUID,
    unit: Unit,
    channel: str,
    request: Request,
) -> Visit:
    known = Visit.objects.select_for_update().filter(uuid=uuid).first()
    if known is not None:
        return known
    _refuse(request)
    visit, made = Visit.objects.get_or_create(
        uuid=uuid,
        defaults={
            "code": _new_code(),
            "unit": unit,
            "unit_path": unit.path,
            "channel": channel,
            "group": request.group,
            "need": request.need,
            "name": request.name.strip(),
            "phone": clean_phone(request.phone),
            "address": request.address.strip(),
            "circumstances": request.circumstances.strip(),
            "place": _place_text(request.place),
            "consent_days": rules_on(timezone.localdate()).keep_days,
            "recorded_by_id": user_id,
        },
    )
    if made:
        audit.record(
            doer, "visit.requested", visit, unit_path=visit.unit_path, channel=str(channel)
        )
    return visit


def _refuse(request: Request) -> None:
    """Say everything that is wrong at once."""
    faults = [
        (field, _("At most %(n)s characters.") % {"n": most})
        for field, most in LENGTHS.items()
        if len(getattr(request, field).strip()) > most
    ]
    if not request.name.strip():
        faults.append(("name", _("Whom shall we visit?")))
    if not request.address.strip():
        faults.append(("address", _("Where shall we come to?")))
    try:
        clean_phone(request.phone)
    except BadValue:
        faults.append(("phone", _("A telephone number, 7 to 12 digits.")))
    try:
        clean_place(request.place)
    except BadValue:
        faults.append(("place", str(PLACE_MALFORMED)))
    if request.group not in Visit.Group.values:
        faults.append(("group", _("Choose one.")))
    if request.need not in Visit.Need.values:
        faults.append(("need", _("Choose one.")))
    if not request.consents:
        faults.append(("consents", _("Without this we may not note the request down.")))
    if faults:
        code = "no_consent" if faults[0][0] == "consents" else "request_refused"
        raise RuleViolation(code, faults[0][1], faults=faults)


def _place_text(text: str) -> str:
    place = clean_place(text)
    return "" if place is None else f"{place[0]}, {place[1]}"


def _new_code() -> str:
    return str(secrets.randbelow(9 * 10 ** (CODE_DIGITS - 1)) + 10 ** (CODE_DIGITS - 1))


# --- looking at it, and the appointment -----------------------------------------------------------


@transaction.atomic
def triage(*, actor: Actor, visit: Visit, version: int, found: Triage) -> Visit:
    """Note who it is for, what is needed, and which outlet goes.

    Raises:
        NotAllowed: the actor may not record for the unit asked, or for the outlet that is to go.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``not_an_outlet``, ``no_id`` (nothing can be done without
            a valid document: cancel, or call again later), ``place_malformed``.
    """
    current = current_visit(actor, EDIT, visit, version, "triage")
    actor.require(EDIT, found.unit.path)
    if not found.unit.is_outlet:
        raise RuleViolation("not_an_outlet", _("Choose the outlet that goes."), field="unit")
    if not found.has_id:
        raise RuleViolation(
            "no_id",
            _(
                "Without a valid identity document nothing can be done at the door. Have one made "
                "ready and call again, or cancel the request."
            ),
            field="has_id",
        )
    try:
        place = _place_text(found.place)
    except BadValue:
        raise RuleViolation("place_malformed", str(PLACE_MALFORMED), field="place") from None
    current.unit, current.unit_path = found.unit, found.unit.path
    current.group, current.need = found.group, found.need
    current.has_id, current.has_family = found.has_id, found.has_family
    current.place = place or current.place
    current.triaged_by_id, current.triaged_at = actor.user_id, timezone.now()
    return moved(actor, current, Visit.Stage.TRIAGED, "visit.triaged")


@transaction.atomic
def plan(*, actor: Actor, visit: Visit, version: int, appointment: Appointment) -> Visit:
    """Propose an appointment of two; one that was approved has to be approved again.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``same_visitor``, ``not_staff``, ``in_the_past``,
            ``outside_hours``, or ``overlaps`` with the nearest free start, or None, as
            ``facts['free']``.
    """
    current = current_visit(actor, EDIT, visit, version, "plan")
    now = timezone.now()
    pair = {appointment.first.pk, appointment.second.pk}
    if len(pair) != 2:
        raise RuleViolation(
            "same_visitor", _("Two go: choose two different people."), field="second"
        )
    # Whoever plans for one of them meanwhile waits until this appointment is there.
    locked = Person.objects.select_for_update().filter(pk__in=pair).order_by("pk")
    there = possible_visitors(current.unit, timezone.localdate(appointment.starts_at))
    if len(locked) != 2 or there.filter(pk__in=pair).count() != 2:
        raise RuleViolation(
            "not_staff",
            _("Both must work on that day at %(unit)s or above it.") % {"unit": current.unit.name},
            field="first",
        )
    stay = _stay(current, appointment)
    if stay.starts <= now:
        raise RuleViolation("in_the_past", _("This time is over."), field="starts_at")
    back = _place_free(current, stay, pair, now)
    current.starts_at, current.ends_at, current.back_by = stay.starts, stay.ends, back
    current.first_visitor, current.second_visitor = appointment.first, appointment.second
    current.device = appointment.device.strip()
    current.planned_by_id, current.planned_at = actor.user_id, now
    current.approved_by_id = current.approved_at = None
    current.sent_back_because = ""
    return moved(actor, current, Visit.Stage.PLANNED, "visit.planned", starts_at=stay.starts)


def _stay(visit: Visit, appointment: Appointment) -> Stay:
    start = appointment.starts_at
    if not 15 <= appointment.minutes <= 480:
        raise RuleViolation("length", _("A visit takes 15 to 480 minutes."), field="minutes")
    return Stay(start, start + timedelta(minutes=appointment.minutes), visit.located)


def _place_free(visit: Visit, stay: Stay, pair: set[int], now: datetime) -> datetime:
    """When they have to be back; refused where they cannot be in two places.

    Raises:
        RuleViolation: ``outside_hours`` or ``overlaps``.
    """
    rules = rules_on(timezone.localdate(stay.starts))
    opens, closes = timezone.localtime(stay.starts), timezone.localtime(stay.ends)
    if (
        opens.date() != closes.date()
        or opens.time() < rules.day_from
        or closes.time() > rules.day_to
    ):
        raise RuleViolation(
            "outside_hours",
            _("Visits are made from %(from)s to %(to)s.")
            % {"from": f"{rules.day_from:%H:%M}", "to": f"{rules.day_to:%H:%M}"},
            field="starts_at",
        )
    held = stays_of(pair, stay.starts, beside=visit)
    hit = clashes(stay, [one for one, _visit in held], rules.travel)
    if hit:
        first = next(other for one, other in held if one is hit[0])
        free = nearest_free(
            stay, [one for one, _v in held], rules.travel, windows(rules, stay.starts, now)
        )
        raise RuleViolation(
            "overlaps", _overlap(first, pair, free), field="starts_at", free=free, with_=first.code
        )
    outlet = visit.unit
    home = (
        (outlet.longitude, outlet.latitude)
        if outlet.longitude is not None and outlet.latitude is not None
        else None
    )
    return stay.ends + rules.travel.between(stay.place, home)


def _overlap(other: Visit, pair: set[int], free: datetime | None) -> str:
    who = [p for p in (other.first_visitor, other.second_visitor) if p is not None and p.pk in pair]
    words = {
        "who": listed([p.name for p in who]),
        "from": f"{timezone.localtime(other.starts_at):%m-%d %H:%M}",
        "to": f"{timezone.localtime(other.ends_at):%H:%M}",
    }
    busy = _("%(who)s: another visit %(from)s–%(to)s, and the way between takes its time.") % words
    if free is None:
        return busy + " " + _("No time is free in the two weeks around it; choose others.")
    shown = f"{timezone.localtime(free):%Y-%m-%d %H:%M}"
    return busy + " " + _("The nearest free time is %(free)s.") % {"free": shown}


@transaction.atomic
def approve(*, actor: Actor, visit: Visit, version: int) -> Visit:
    """Say as a third person that these two go then (design rule 6.2).

    Raises:
        NotAllowed: the actor may not confirm there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``goes_oneself``, ``own_work`` (took down the request or
            proposed the appointment), or ``in_the_past``.
    """
    current = current_visit(actor, CONFIRM, visit, version, "approve")
    if person_of(actor) in {current.first_visitor_id, current.second_visitor_id}:
        raise RuleViolation(
            "goes_oneself", _("Who goes does not approve the visit. A third person does.")
        )
    if actor.user_id in {current.recorded_by_id, current.planned_by_id}:
        raise RuleViolation(
            "own_work",
            _("Who took the request or proposed the appointment does not approve it."),
        )
    if current.starts_at is None or current.starts_at <= timezone.now():
        raise RuleViolation(
            "in_the_past", _("The time of this appointment is over. Send it back for another.")
        )
    current.approved_by_id, current.approved_at = actor.user_id, timezone.now()
    return moved(actor, current, Visit.Stage.APPROVED, "visit.approved")


@transaction.atomic
def send_back(*, actor: Actor, visit: Visit, version: int, reason: str) -> Visit:
    """Refuse a proposed appointment, with what is to be changed.

    Raises:
        NotAllowed: the actor may not confirm there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``no_reason`` or ``tells_of_someone``.
    """
    current = current_visit(actor, CONFIRM, visit, version, "send_back")
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say what has to be mended."), field="reason")
    refuse_telling(current, reason, "reason")
    current.sent_back_because = reason.strip()[:200]
    return moved(actor, current, Visit.Stage.TRIAGED, "visit.sent_back")


@transaction.atomic
def cancel(*, actor: Actor, visit: Visit, version: int, reason: str, note: str = "") -> Visit:
    """End a visit that will not be; possible until it is closed. Its data go on their clock.

    Args:
        actor: who cancels.
        visit: which one.
        version: that which the actor saw.
        reason: of ``Visit.CancelReason``.
        note: more in words; sealed, since it may speak of the customer. Needed with ``other``.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage`` or ``no_reason``.
    """
    current = current_visit(actor, EDIT, visit, version, "cancel")
    known = set(Visit.CancelReason.values) - {Visit.CancelReason.IDLE}
    if reason not in known or (reason == Visit.CancelReason.OTHER and not note.strip()):
        raise RuleViolation("no_reason", _("Say why it is cancelled."), field="note")
    current.cancel_reason, current.cancel_note = reason, note.strip()[:500]
    current.cancelled_by_id = actor.user_id
    end(current)
    return moved(actor, current, Visit.Stage.CANCELLED, "visit.cancelled", reason=reason)


@transaction.atomic
def end_idle(now: datetime) -> int:
    """Cancel open visits that nobody has moved for as long as the rules of the day say; how many.

    Else the data of people who were forgotten would be kept for ever.
    """
    if not Visit.objects.open().exists():  # nor need there be rules yet
        return 0
    days = rules_on(timezone.localdate(now)).idle_days
    rows = Visit.objects.select_for_update().idle_since(now - timedelta(days=days))
    idle = list(rows.order_by("pk")[:MOST_A_NIGHT])
    for visit in idle:
        visit.cancel_reason = Visit.CancelReason.IDLE
        end(visit)
        moved(
            audit.System(),
            visit,
            Visit.Stage.CANCELLED,
            "visit.cancelled",
            reason=str(Visit.CancelReason.IDLE),
        )
    return len(idle)


# --- what the other services of visits use --------------------------------------------------------


def current_visit(actor: Actor, permission: str, visit: Visit, version: int, act: str) -> Visit:
    """The visit as it is stored, locked, when ``act`` may be done with it.

    Raises:
        NotAllowed: the permission is not held where it lies.
        StaleWrite: it was changed since ``version``.
        RuleViolation: ``wrong_stage``.
    """
    rows = Visit.objects.select_for_update(of=("self",))
    rows = rows.select_related("unit", "first_visitor", "second_visitor")
    current = rows.get(pk=visit.pk)
    actor.require(permission, current.unit_path)
    if current.version != version:
        raise StaleWrite("stale", STALE, version=current.version)
    if not may(act, current.stage):
        raise RuleViolation(
            "wrong_stage",
            _("This visit is at another step now. Reload the page and see what comes next."),
            stage=current.stage,
        )
    return current


def refuse_telling(visit: Visit, text: str, field: str) -> None:
    """Let pass words that are kept in the open and say nothing of who the customer is.

    Raises:
        RuleViolation: ``tells_of_someone``.
    """
    if tells_of(text, name=visit.name, phone=visit.phone):
        raise RuleViolation(
            "tells_of_someone",
            _("This stays readable for years. Say it without names and numbers of customers."),
            field=field,
        )


def end(visit: Visit) -> None:
    """Start the clock after which personal data go: the shorter of what was agreed and the rule."""
    now = timezone.now()
    today = timezone.localdate(now)
    days = min(visit.consent_days, rules_on(today).keep_days)
    visit.closed_at, visit.purge_on = now, today + timedelta(days=days)


def moved(actor: Doer, visit: Visit, stage: Visit.Stage, action: str, **facts: object) -> Visit:
    """Save a visit at its next stage, with the event that says so."""
    visit.stage, visit.moved_at = stage, timezone.now()
    visit.version += 1
    visit.save()
    audit.record(actor, action, visit, unit_path=visit.unit_path, **facts)
    return visit
