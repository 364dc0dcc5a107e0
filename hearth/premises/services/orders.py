"""The flow of a work order: opened, started, done, verified by another person or given back."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.models import Finding
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.ledgers.history import Seen, require_reason, told_once
from hearth.ledgers.places import Places
from hearth.network.models import Grant, Unit
from hearth.network.scope import Actor
from hearth.platform import audit, notices
from hearth.platform.models import AuditEvent
from hearth.premises.domain.flow import STEPS
from hearth.premises.domain.orders import OrderFacts, faults
from hearth.premises.models import (
    AssetLabel,
    FacilityCheck,
    FacilityKind,
    Sign,
    WatchlistEntry,
    WorkOrder,
)
from hearth.premises.queries.orders import of_history
from hearth.premises.sentences import FAULTS
from hearth.premises.services.facilities import confirm_provided
from hearth.premises.services.stays import follow

EDIT, VERIFY = "premises.edit", "premises.verify"
HISTORY = "order.history_verified"
_SIGNS_OF_NUMBERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another


@dataclass(frozen=True, slots=True)
class OrderText:
    """What a new order says; about a sign, a facility, or neither.

    ``gap`` is the check whose finding it puts right; ``watch_entry`` the stay on a list that it is
    a measure of, with what it may cost; ``finding`` what an inspection by a standard found;
    ``uuid`` made by the page, so that a second press opens no second order.
    """

    unit: Unit
    kind: str
    opened_on: date
    sign: Sign | None = None
    facility: FacilityKind | None = None
    due_on: date | None = None
    contractor: str = ""
    note: str = ""
    gap: FacilityCheck | None = None
    watch_entry: WatchlistEntry | None = None
    budget_fen: int | None = None
    finding: Finding | None = None
    uuid: uuids.UUID | None = None


@dataclass(frozen=True, slots=True)
class NewSign:
    """The sign that takes the place of another."""

    sign_no: str
    kind: str
    make: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """How an order was done. ``cost_fen`` is in hundredths of a yuan."""

    done_on: date
    cost_fen: int | None = None
    contractor: str = ""
    warranty_until: date | None = None
    note: str = ""
    new_sign: NewSign | None = None


def order_number(day: date, uuid: uuids.UUID | None = None) -> str:
    """A number that no other order has: its day, and six signs by the chance of ``uuid``."""
    rest, chance = (uuid or uuids.uuid4()).int, ""
    for _place in range(6):
        rest, sign = divmod(rest, len(_SIGNS_OF_NUMBERS))
        chance += _SIGNS_OF_NUMBERS[sign]
    return f"{day:%Y%m%d}-{chance}"


@transaction.atomic
def open_order(*, actor: Actor, text: OrderText) -> WorkOrder:
    """Open a work order; the same UUID again gives back the one that it opened.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: a code of ``domain.orders.faults``, ``due_before_opened``, or
            ``finding_elsewhere``; ``facts['field']`` names the field.
    """
    actor.require(EDIT, text.unit.path)
    check_order(text)
    number = order_number(text.opened_on, text.uuid)
    if text.uuid is not None:
        Unit.objects.select_for_update(of=("self",)).get(pk=text.unit.pk)  # one after the other
        opened = WorkOrder.objects.standing().filter(order_no=number, unit=text.unit).first()
        if opened is not None and opened.recorded_by_id == actor.user_id:
            return opened
    order = WorkOrder.objects.create(
        order_no=number,
        unit=text.unit,
        unit_path=Places([text.unit]).on(text.unit.pk, text.opened_on),
        kind=text.kind,
        sign=text.sign,
        facility=text.facility,
        opened_on=text.opened_on,
        due_on=text.due_on,
        contractor=text.contractor.strip(),
        note=text.note.strip(),
        gap=text.gap,
        watch_entry=text.watch_entry,
        budget_fen=text.budget_fen,
        finding=text.finding,
        recorded_by_id=actor.user_id or None,
    )
    follow(actor, order)
    audit.record(actor, "order.opened", order, unit_path=order.unit_path, kind=order.kind)
    return order


def check_order(text: OrderText) -> None:
    """Let pass what a new order may say.

    Raises:
        RuleViolation: as ``open_order``.
    """
    for column, code in faults(_facts(text)):
        field = {"sign_no": "sign"}.get(column, column)
        raise RuleViolation(code, FAULTS[code], field=field)
    if text.finding is not None and text.finding.unit_id != text.unit.pk:
        raise RuleViolation("finding_elsewhere", FAULTS["finding_elsewhere"], field="unit")
    if text.due_on is not None and text.due_on < text.opened_on:
        raise RuleViolation(
            "due_before_opened", _("It cannot be due before it was opened."), field="due_on"
        )


def _facts(text: OrderText, done_on: date | None = None) -> OrderFacts:
    sign = text.sign
    return OrderFacts(
        text.kind,
        text.unit.pk,
        text.opened_on,
        timezone.localdate(),
        done_on,
        None if sign is None else sign.unit_id,
        text.facility is not None,
        None if sign is None else sign.installed_on,
        None if sign is None else sign.retired_on,
    )


@transaction.atomic
def start_order(
    *,
    actor: Actor,
    order: WorkOrder,
    version: int,
    contractor: str = "",
    due_on: date | None = None,
) -> WorkOrder:
    """Give the order to someone who does it; it is under way from today on.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the order was changed meanwhile.
        RuleViolation: ``wrong_state``, ``withdrawn`` or ``due_before_opened``.
    """
    current = locked(actor, order, version, step="start")
    if due_on is not None and due_on < current.opened_on:
        raise RuleViolation(
            "due_before_opened", _("It cannot be due before it was opened."), field="due_on"
        )
    current.underway_on = timezone.localdate()
    current.contractor = contractor.strip() or current.contractor
    current.due_on = due_on or current.due_on
    return keep(actor, current, "order.started", "underway_on", "contractor", "due_on")


@transaction.atomic
def finish_order(*, actor: Actor, order: WorkOrder, version: int, done: Done) -> WorkOrder:
    """Record that the work is done. A replacement takes the old sign down and puts the new one up.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the order was changed meanwhile.
        RuleViolation: ``wrong_state``, ``withdrawn``, a code of ``domain.orders.faults``,
            ``warranty_before_done``, ``cost_negative``, ``new_sign_missing``, ``new_sign_unasked``,
            ``sign_gone`` or ``sign_taken``; ``facts['field']`` names the field.
    """
    current = locked(actor, order, version, step="finish")
    _check_done(current, done)
    current.done_on, current.done_by_id = done.done_on, actor.user_id or None
    current.cost_fen, current.warranty_until = done.cost_fen, done.warranty_until
    current.contractor = done.contractor.strip() or current.contractor
    current.note = done.note.strip() or current.note
    current.return_reason = ""
    if done.new_sign is not None and current.sign is not None:
        current.new_sign = _replace(actor, current, current.sign, done.new_sign)
    return keep(
        actor,
        current,
        "order.finished",
        *("done_on", "done_by", "cost_fen", "warranty_until"),
        *("contractor", "note", "return_reason", "new_sign"),
    )


def _check_done(order: WorkOrder, done: Done) -> None:
    text = OrderText(order.unit, order.kind, order.opened_on, order.sign, order.facility)
    for column, code in faults(_facts(text, done.done_on)):
        raise RuleViolation(code, FAULTS[code], field=column)
    if done.warranty_until is not None and done.warranty_until <= done.done_on:
        raise RuleViolation(
            "warranty_before_done",
            _("The warranty must end after the work was done."),
            field="warranty_until",
        )
    if done.cost_fen is not None and done.cost_fen < 0:
        raise RuleViolation("cost_negative", _("The cost cannot be below 0."), field="cost")
    replaces = order.kind == WorkOrder.Kind.REPLACE and order.sign is not None
    if replaces and done.new_sign is None:
        raise RuleViolation(
            "new_sign_missing",
            _("Enter the number of the new sign; the old one is taken down with it."),
            field="new_sign_no",
        )
    if not replaces and done.new_sign is not None:
        raise RuleViolation(
            "new_sign_unasked",
            _("Only an order to replace a sign puts a new one up. Clear the new sign's number."),
            field="new_sign_no",
        )


def _replace(actor: Actor, order: WorkOrder, sign: Sign, new: NewSign) -> Sign:
    """Take the order's sign down and put the new one up, both on the day it is done."""
    old = Sign.objects.select_for_update().get(pk=sign.pk)
    if old.retired_on is not None or old.is_withdrawn:
        raise RuleViolation(
            "sign_gone",
            _("This sign was taken down already. Look at its page for what hangs there now."),
            field="new_sign_no",
        )
    old.retired_on, old.version = order.done_on, old.version + 1
    old.save(update_fields=["retired_on", "version"])
    AssetLabel.objects.in_use().filter(sign=old).update(ended_at=timezone.now())
    made = Sign(
        sign_no=new.sign_no.strip(),
        unit=order.unit,
        unit_path=order.unit_path,
        kind=new.kind,
        installed_on=order.done_on,
        make=new.make.strip(),
        place=old.place,
        lit_from=old.lit_from,
        lit_until=old.lit_until,
        recorded_by_id=actor.user_id or None,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise RuleViolation(
            "sign_taken", _("Another sign has this number. Choose a new one."), field="new_sign_no"
        ) from None
    return made


@transaction.atomic
def verify_order(*, actor: Actor, order: WorkOrder, version: int) -> WorkOrder:
    """Confirm that it was done well; never by who did it (design rule 6.2).

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the order was changed meanwhile.
        RuleViolation: ``wrong_state``, ``withdrawn`` or ``own_work``.
    """
    current = locked(actor, order, version, step="verify")
    require_other_hand(actor, current)
    current.verified_at, current.verified_by_id = timezone.now(), actor.user_id or None
    confirm_provided(actor, current)
    return keep(actor, current, "order.verified", "verified_at", "verified_by")


@transaction.atomic
def verify_history(*, actor: Actor, until: date, note: str, seen: Seen | None = None) -> int:
    """Confirm in one act what files say was done before ``until``; how many orders.

    For the past that a network brings along. Orders that somebody finished here are looked at one
    by one, and what the actor brought or changed stays out (``queries.orders.of_history``).

    Args:
        actor: who verifies.
        until: what was done on this day or later stays out.
        note: on what the actor relies; kept with every order.
        seen: what the page showed; sent a second time it gives what it gave before.

    Raises:
        NotAllowed: the actor may verify nowhere.
        RuleViolation: ``no_reason``; ``nothing_waits``.
        StaleWrite: other orders wait now than the actor was shown.
    """
    actor.require(VERIFY)
    note = require_reason(note)
    count = of_history(actor, until).update(
        verified_at=timezone.now(),
        verified_by=actor.user_id or None,
        verification_note=note,
        version=F("version") + 1,
    )
    return told_once(actor=actor, action=HISTORY, until=until, note=note, changed=count, seen=seen)


@transaction.atomic
def give_back(*, actor: Actor, order: WorkOrder, version: int, reason: str) -> WorkOrder:
    """Say that it was not done well; it is under way again. Never by who did it.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the order was changed meanwhile.
        RuleViolation: ``wrong_state``, ``withdrawn``, ``own_work``, ``no_reason``, or
            ``replaced``: a sign that hangs is not taken back by an order.
    """
    current = locked(actor, order, version, step="give_back")
    require_other_hand(actor, current)
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say what is still wrong."), field="reason")
    if current.new_sign_id is not None:
        raise RuleViolation(
            "replaced",
            _("The new sign hangs already. Open an order for what is wrong with it."),
            field="reason",
        )
    _tell_given_back(actor, current)
    current.done_on = current.done_by = None
    current.underway_on = current.underway_on or timezone.localdate()
    current.return_reason = reason.strip()
    return keep(
        actor,
        current,
        "order.given_back",
        *("done_on", "done_by", "underway_on", "return_reason"),
        reason=reason.strip(),
    )


def _tell_given_back(actor: Actor, order: WorkOrder) -> None:
    """Tell who did the work, and the head of the outlet, that it is under way again."""
    heads = Grant.objects.held_on(timezone.localdate()).filter(
        role="outlet_head", unit_id=order.unit_id
    )
    told = {order.done_by_id, *heads.values_list("user_id", flat=True)} - {None, actor.user_id}
    notices.tell(
        (user for user in told if user is not None),
        "order.given_back",
        reverse("premises:order", args=[order.pk]),
        unit=order.unit.name,
        order=order.order_no,
    )


def is_own_work(actor: Actor, order: WorkOrder) -> bool:
    """Whether the actor did the work or entered that it is done.

    Where an import or the ledger's form said so, whoever touched the record there counts as the
    one who did it.
    """
    if order.done_by_id is not None:
        return order.done_by_id == actor.user_id
    if order.recorded_by_id is not None and order.recorded_by_id == actor.user_id:
        return True
    return AuditEvent.objects.filter(
        object_type=WorkOrder._meta.label_lower,
        object_id=str(order.pk),
        actor=actor.identity,
        action__in=("record.changed", "order.finished"),
    ).exists()


def require_other_hand(actor: Actor, order: WorkOrder) -> None:
    """Let pass whoever did not do the work.

    Raises:
        RuleViolation: ``own_work``.
    """
    if is_own_work(actor, order):
        raise RuleViolation(
            "own_work", _("You entered that this is done; another person verifies it.")
        )


def locked(actor: Actor, order: WorkOrder, version: int, *, step: str) -> WorkOrder:
    """The order as it is stored now, for a step that may be taken from its state.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: it was changed since ``version``.
        RuleViolation: ``wrong_state`` or ``withdrawn``.
    """
    actor.require(EDIT, order.unit_path)
    rows = WorkOrder.objects.select_for_update(of=("self",))
    current = rows.select_related("unit", "sign", "facility").get(pk=order.pk)
    if current.version != version:
        raise StaleWrite(
            "stale",
            _("Someone changed this order meanwhile. Reload the page, look, and send again."),
            version=current.version,
        )
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    if current.state.value not in STEPS[step]:
        raise RuleViolation(
            "wrong_state",
            _("This order is %(state)s; the step you chose does not follow from there.")
            % {"state": current.state.label},
            state=current.state.value,
        )
    return current


def keep(actor: audit.Doer, order: WorkOrder, action: str, *columns: str, **data: Any) -> WorkOrder:
    """Store a step with a new version, and tell the trail."""
    order.version += 1
    order.save(update_fields=[*columns, "version"])
    follow(actor, order)
    audit.record(actor, action, order, unit_path=order.unit_path, kind=order.kind, **data)
    return order
