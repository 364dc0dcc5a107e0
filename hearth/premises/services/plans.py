"""Plans of preventive upkeep: made, ended, and at night turned into the orders that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.services import require_version
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.premises.domain.upkeep import to_be_done_by
from hearth.premises.models import FacilityKind, UpkeepPlan, WorkOrder
from hearth.premises.queries.plans import Asset, due
from hearth.premises.services.orders import EDIT

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class PlanText:
    """What a plan says: of signs of a kind, or of a facility, every so many months."""

    unit: Unit
    kind: str
    months: int
    starts_on: date
    sign_kind: str = ""
    facility: FacilityKind | None = None
    contractor: str = ""
    note: str = ""


@transaction.atomic
def make_plan(*, actor: Actor, text: PlanText) -> UpkeepPlan:
    """Make a plan for a unit and every outlet below it; its orders are opened from tonight on.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``one_asset_kind``: of signs or of a facility, one of both;
            ``months_bounds``; ``plan_known``: the same is planned for the unit already.
    """
    actor.require(EDIT, text.unit.path)
    if bool(text.sign_kind) == (text.facility is not None):
        raise RuleViolation(
            "one_asset_kind",
            _("Choose a kind of sign or a facility, one of both."),
            field="sign_kind",
        )
    if not 1 <= text.months <= MOST_MONTHS:
        raise RuleViolation("months_bounds", _("Every 1 to 60 months."), field="months")
    same = UpkeepPlan.objects.in_force(max(text.starts_on, timezone.localdate())).filter(
        unit=text.unit, kind=text.kind, sign_kind=text.sign_kind, facility=text.facility
    )
    if same.exists():
        raise RuleViolation(
            "plan_known", _("The same work is planned for this unit already. End that plan first.")
        )
    plan = UpkeepPlan.objects.create(
        unit=text.unit,
        sign_kind=text.sign_kind,
        facility=text.facility,
        kind=text.kind,
        months=text.months,
        starts_on=text.starts_on,
        contractor=text.contractor.strip(),
        note=text.note.strip(),
        made_by_id=actor.user_id or None,
    )
    audit.record(
        actor,
        "upkeep_plan.made",
        plan,
        unit_path=text.unit.path,
        kind=plan.kind,
        months=plan.months,
    )
    return plan


@transaction.atomic
def end_plan(*, actor: Actor, plan: UpkeepPlan, version: int) -> UpkeepPlan:
    """Open no more orders by this plan; those that are open stay.

    Raises:
        NotAllowed: the actor may not edit the premises of the plan's unit.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``plan_ended``.
    """
    current = UpkeepPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    actor.require(EDIT, current.unit.path)
    require_version(current.version, version)
    if current.ends_on is not None:
        raise RuleViolation("plan_ended", _("This plan has ended already."))
    current.ends_on, current.version = timezone.localdate(), current.version + 1
    current.save(update_fields=["ends_on", "version"])
    audit.record(actor, "upkeep_plan.ended", current, unit_path=current.unit.path)
    return current


def open_due_orders(*, actor: Actor, today: date) -> int:
    """Open the orders that plans in force ask for; run again, it opens none twice.

    Args:
        actor: the night's operator.
        today: orders are opened on this day.

    Returns:
        How many were opened.
    """
    plans = UpkeepPlan.objects.in_force(today).select_related("unit").order_by("pk")
    return sum(_open_by(actor, plan, today) for plan in plans)


@transaction.atomic
def _open_by(actor: Actor, plan: UpkeepPlan, today: date) -> int:
    UpkeepPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)  # two nights are one
    found = due(plan, today)
    WorkOrder.objects.bulk_create([_order(plan, one, today) for one in found], batch_size=200)
    if found:
        audit.record(actor, "upkeep_plan.opened", plan, unit_path=plan.unit.path, count=len(found))
    return len(found)


def _order(plan: UpkeepPlan, asset: Asset, today: date) -> WorkOrder:
    return WorkOrder(
        order_no=f"{today:%Y%m%d}-P{plan.pk}-{asset.key}",
        unit_id=asset.unit_id,
        unit_path=asset.unit_path,
        kind=plan.kind,
        sign_id=asset.sign_id,
        facility_id=plan.facility_id,
        opened_on=today,
        due_on=to_be_done_by(asset.due, today),
        contractor=plan.contractor,
        note=plan.note,
        plan=plan,
    )
