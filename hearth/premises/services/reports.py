"""What anyone may report by the label on a sign or facility, and the outlet's answer to it."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.places import Places
from hearth.network.scope import Actor
from hearth.platform import audit, limits
from hearth.platform.files import StoredFile
from hearth.premises.models import AssetLabel, OrderPhoto, WorkOrder
from hearth.premises.services.orders import keep, locked, order_number

VISITOR = audit.System("visitor", "visitor")
LONGEST_WORDS = 200
MOST_PHOTOS = 4  # of one report
HOUR = timedelta(hours=1)
# within an hour; many telephones share one address of their carrier
MOST_A_LABEL, MOST_A_PLACE = 6, 30
_KINDS = {
    WorkOrder.Problem.DIRTY: WorkOrder.Kind.CLEAN,
    WorkOrder.Problem.MISSING: WorkOrder.Kind.INSPECT,
    WorkOrder.Problem.OTHER: WorkOrder.Kind.INSPECT,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a visitor says; ``words`` may be empty, and there may be no photo."""

    problem: str  # of WorkOrder.Problem
    words: str = ""
    photo: StoredFile | None = None


def admit(*, label: AssetLabel, address: str) -> None:
    """Count one report by label and by the visitor's address, of which nothing is kept.

    Raises:
        RuleViolation: ``too_often``.
    """
    limits.spend("fault.reported at", address, most=MOST_A_PLACE, within=HOUR)
    limits.spend("fault.reported of", label.token, most=MOST_A_LABEL, within=HOUR)


@transaction.atomic
def report_fault(*, label: AssetLabel, report: Report) -> WorkOrder:
    """Take a report of someone who has not signed in: an order for the outlet to answer.

    While nobody has answered, the same problem of the same thing is one order.

    Raises:
        RuleViolation: ``label_ended`` or ``problem_unknown``.
    """
    if label.ended_at is not None:
        raise RuleViolation("label_ended", _("This label is no longer in use."))
    if report.problem not in WorkOrder.Problem.values:
        raise RuleViolation("problem_unknown", _("Choose what is wrong."), field="problem")
    order = _waiting(label, report) or _opened(label, report)
    photo = report.photo
    if photo is not None and order.photos.count() < MOST_PHOTOS:
        OrderPhoto.objects.create(
            record=order,
            uuid=uuids.uuid4(),
            sha256=photo.sha256,
            size=photo.size,
            content_type=photo.content_type,
            width=photo.width,
            height=photo.height,
            caption="reported",
        )
    audit.record(
        VISITOR, "order.reported", order, unit_path=order.unit_path, problem=report.problem
    )
    return order


def _waiting(label: AssetLabel, report: Report) -> WorkOrder | None:
    """The order of the same report that nobody has answered yet."""
    rows = WorkOrder.objects.unfinished().filter(
        unit=label.unit,
        sign=label.sign_id,
        facility=label.facility_id,
        problem=report.problem,
        reported_at__isnull=False,
        accepted_at__isnull=True,
    )
    return rows.order_by("pk").first()


def _opened(label: AssetLabel, report: Report) -> WorkOrder:
    today = timezone.localdate()
    return WorkOrder.objects.create(
        order_no=order_number(today),
        unit=label.unit,
        unit_path=Places([label.unit]).on(label.unit_id, today),
        kind=_KINDS.get(WorkOrder.Problem(report.problem), WorkOrder.Kind.REPAIR),
        sign=label.sign,
        facility=label.facility,
        opened_on=today,
        problem=report.problem,
        note=report.words.strip()[:LONGEST_WORDS],
        reported_at=timezone.now(),
    )


@transaction.atomic
def accept_report(*, actor: Actor, order: WorkOrder, version: int, kind: str) -> WorkOrder:
    """Take the report on as work of ``kind``.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the order was changed meanwhile.
        RuleViolation: ``wrong_state``, ``withdrawn`` or ``kind_unknown``.
    """
    current = locked(actor, order, version, step="accept")
    if kind not in WorkOrder.Kind.values:
        raise RuleViolation("kind_unknown", _("Choose what is to be done."), field="kind")
    current.kind = kind
    current.accepted_at, current.accepted_by_id = timezone.now(), actor.user_id or None
    return keep(actor, current, "order.accepted", "kind", "accepted_at", "accepted_by")


@transaction.atomic
def refuse_report(*, actor: Actor, order: WorkOrder, version: int, reason: str) -> WorkOrder:
    """Say why nothing is to be done about a report; it stays readable.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the order was changed meanwhile.
        RuleViolation: ``wrong_state``, ``withdrawn`` or ``no_reason``.
    """
    current = locked(actor, order, version, step="refuse")
    if not reason.strip():
        raise RuleViolation(
            "no_reason", _("Say why nothing is to be done about it."), field="reason"
        )
    current.refused_at, current.refused_by_id = timezone.now(), actor.user_id or None
    current.refusal_reason = reason.strip()
    return keep(
        actor,
        current,
        "order.refused",
        *("refused_at", "refused_by", "refusal_reason"),
        reason=reason.strip(),
    )
