"""Which checks a page shows."""

from __future__ import annotations

from typing import Any

from django.db.models.lookups import In
from django.forms import Form

from hearth.inspections.enums import AS_CUSTOMER
from hearth.inspections.models import Finding, Inspection, InspectionQuerySet
from hearth.network.models import Unit
from hearth.network.models.units import UnitQuerySet
from hearth.network.scope import Actor
from hearth.platform.planner import unindexed
from hearth.standards.models import Criterion

FEW_UNITS = 50


def understood(form: Form) -> dict[str, Any]:
    """What a filter says, without the fields that cannot be read; they show their own errors."""
    form.is_valid()
    return dict(form.cleaned_data)


def filtered(actor: Actor, wanted: dict[str, Any]) -> InspectionQuerySet:
    """Current checks that ``actor`` may read, narrowed by a ``ListFilter``; newest first."""
    rows = (
        Inspection.objects.visible_to(actor)
        .filter(is_current=True)
        .select_related("unit", "edition__standard", "inspector")
        .defer("document", "modules")
        .order_by("-inspected_on", "-pk")
    )
    return narrowed(rows, wanted)


def narrowed(rows: InspectionQuerySet, wanted: dict[str, Any]) -> InspectionQuerySet:
    """``rows`` that have what ``wanted`` names; an empty value leaves them as they are."""
    for key in ("channel", "status", "edition"):
        if wanted.get(key):
            rows = rows.filter(**{key: wanted[key]})
    if wanted.get("since"):
        rows = rows.filter(inspected_on__gte=wanted["since"])
    if wanted.get("until"):
        rows = rows.filter(inspected_on__lte=wanted["until"])
    if wanted.get("q"):
        rows = _of_units(rows, Unit.objects.matching(wanted["q"]))
    if wanted.get("under"):
        unit = Unit.objects.filter(code=wanted["under"]).first()
        rows = rows.under(unit.path) if unit else rows.none()
    if wanted.get("criterion"):
        # By key, of which PostgreSQL knows how many findings it has; of a code it takes an average.
        asked = Criterion.objects.filter(code=wanted["criterion"]).values_list("pk", flat=True)
        failed = Finding.objects.filter(criterion__in=list(asked))
        rows = rows.filter(pk__in=failed.values("inspection_id"))
    return rows


def _of_units(rows: InspectionQuerySet, units: UnitQuerySet) -> InspectionQuerySet:
    """Checks of ``units``: through the index of a few of them, by a look at each check for many."""
    few = list(units.values_list("pk", flat=True)[: FEW_UNITS + 1])
    if len(few) <= FEW_UNITS:
        return rows.filter(unit__in=few)
    return rows.filter(In(unindexed("unit_id"), units.values("pk")))


def may_see_inspector(actor: Actor, inspection: Inspection) -> bool:
    """Whether to show who carried it out (design rule 6.1: never to an inspected unit)."""
    return inspection.inspector_id == actor.user_id or actor.can(
        "inspections.view_inspector", inspection.unit_path
    )


def may_see_time(actor: Actor, inspection: Inspection) -> bool:
    """Whether to show the hour: whoever came as a customer could be told by it (rule 6.1)."""
    return inspection.channel not in AS_CUSTOMER or may_see_inspector(actor, inspection)


def waiting(actor: Actor) -> InspectionQuerySet:
    """Checks that ``actor`` could review or release now; the oldest first."""
    reach = actor.scope_for("inspections.review")
    return (
        Inspection.objects.within(reach)
        .filter(is_current=True, status__in=["submitted", "reviewed"])
        .exclude(inspector_id=actor.user_id)
        .select_related("unit", "edition__standard", "inspector")
        .defer("document", "modules")
        .order_by("submitted_at", "pk")
    )
