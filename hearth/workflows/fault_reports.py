"""A visitor reports a fault by a label: the outlet gets an order, and its head is told."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hearth.network.models import Grant, Unit
from hearth.network.roles import ROLES
from hearth.platform import files, notices
from hearth.premises.models import AssetLabel, WorkOrder
from hearth.premises.services.reports import Report, admit
from hearth.premises.services.reports import report_fault as take_report


def report_fault(
    *, label: AssetLabel, problem: str, words: str, photo: bytes, address: str
) -> WorkOrder:
    """Take the report and tell whoever keeps the premises of the outlet.

    Nobody signs in for this, so it is limited first, before a picture costs anything.

    Args:
        label: which was scanned.
        problem: of ``WorkOrder.Problem``.
        words: may be empty.
        photo: JPEG, PNG or WebP; empty for none.
        address: of the visitor, for the limit only.

    Raises:
        RuleViolation: ``too_often``, ``label_ended``, ``problem_unknown``, ``not_a_picture`` or
            ``picture_too_large``.
    """
    admit(label=label, address=address)
    stored = files.store_picture(photo) if photo else None
    with transaction.atomic():
        order = take_report(label=label, report=Report(problem, words, stored))
        notices.tell(
            keepers_of(label.unit),
            "fault.reported",
            reverse("premises:order", args=[order.pk]),
            unit=label.unit.name,
            problem=problem,
        )
    return order


def keepers_of(unit: Unit) -> list[int]:
    """Accounts whose role keeps the premises at exactly this unit, as its head's does."""
    roles = [key for key, role in ROLES.items() if "premises.edit" in role.permissions]
    held = Grant.objects.held_on(timezone.localdate()).filter(unit=unit, role__in=roles)
    return list(held.values_list("user_id", flat=True))
