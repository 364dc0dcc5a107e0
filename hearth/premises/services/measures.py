"""What is done for a unit on a list, as work orders with a budget; the stay follows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.scope import Actor
from hearth.premises.models import WatchlistEntry, WorkOrder
from hearth.premises.services.orders import OrderText, open_order


@dataclass(frozen=True, slots=True)
class Measure:
    """One piece of work for a unit on a list. ``budget_fen`` is in hundredths of a yuan."""

    kind: str
    budget_fen: int | None = None
    due_on: date | None = None
    contractor: str = ""
    note: str = ""


@transaction.atomic
def open_measure(*, actor: Actor, entry: WatchlistEntry, measure: Measure) -> WorkOrder:
    """Open a work order for a unit that is on a list.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``withdrawn``, ``not_listed``: the unit has left; ``budget_negative``, or as
            ``open_order``.
    """
    if entry.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    if entry.until is not None:
        raise RuleViolation("not_listed", _("The unit is not on this list."))
    if measure.budget_fen is not None and measure.budget_fen < 0:
        raise RuleViolation("budget_negative", _("The budget cannot be below 0."), field="budget")
    text = OrderText(
        unit=entry.unit,
        kind=measure.kind,
        opened_on=timezone.localdate(),
        due_on=measure.due_on,
        contractor=measure.contractor,
        note=measure.note,
        watch_entry=entry,
        budget_fen=measure.budget_fen,
    )
    return open_order(actor=actor, text=text)
