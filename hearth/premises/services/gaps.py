"""A gap in what an outlet must have becomes a work order in one gesture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.premises.domain.ramps import faults
from hearth.premises.models import FacilityCheck, WorkOrder
from hearth.premises.sentences import RAMP_FAULTS
from hearth.premises.services.orders import OrderText, open_order

MOST = 200  # orders in one gesture


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the gesture did: orders that it opened, and gaps that had one already."""

    opened: tuple[WorkOrder, ...]
    known: int


@transaction.atomic
def order_gaps(*, actor: Actor, checks: Sequence[FacilityCheck]) -> Ordered:
    """Open an order for each gap that has none under way.

    Args:
        actor: who opens them.
        checks: the latest check of each facility; at most 200.

    Raises:
        NotAllowed: the actor may not edit the premises of one of the units.
        RuleViolation: ``too_many_gaps``, or ``no_gap``: the facility is there, or someone has
            looked again since.
    """
    if len(checks) > MOST:
        raise RuleViolation(
            "too_many_gaps", _("At most %(most)s orders are opened at once.") % {"most": MOST}
        )
    opened: list[WorkOrder] = []
    for check in checks:
        Unit.objects.select_for_update().get(pk=check.unit_id)  # sent twice, it is one order
        if not is_ordered(check):
            opened.append(_open(actor, check))
    return Ordered(tuple(opened), len(checks) - len(opened))


def is_ordered(check: FacilityCheck) -> bool:
    """Whether work on this facility of the outlet is under way."""
    waiting = WorkOrder.objects.unfinished().filter(unit=check.unit_id, facility=check.facility_id)
    return waiting.exclude(kind__in=[WorkOrder.Kind.CLEAN, WorkOrder.Kind.INSPECT]).exists()


def _open(actor: Actor, check: FacilityCheck) -> WorkOrder:
    newest = FacilityCheck.objects.filter(unit=check.unit_id, facility=check.facility_id)
    latest = newest.standing().order_by("-checked_on").first()
    wrong = faults(check.ramp) if check.ramp is not None else ()
    is_missing = check.required and not check.present
    if latest is None or latest.pk != check.pk or not (is_missing or wrong):
        raise RuleViolation(
            "no_gap",
            _("%(unit)s: %(facility)s is there, or someone has looked again since. Reload.")
            % {"unit": check.unit.name, "facility": check.facility},
        )
    words = [_("Provide what is missing.")] if is_missing else [str(RAMP_FAULTS[w]) for w in wrong]
    text = OrderText(
        unit=check.unit,
        kind=WorkOrder.Kind.OTHER if is_missing else WorkOrder.Kind.REPAIR,
        opened_on=timezone.localdate(),
        facility=check.facility,
        note=" ".join(words),
        gap=check,
    )
    return open_order(actor=actor, text=text)
