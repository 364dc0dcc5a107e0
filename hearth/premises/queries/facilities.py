"""What an outlet has, as the latest look at each facility found it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.premises.models import FacilityCheck, FacilityKind, WorkOrder
from hearth.premises.models.facilities import FAULTY_RAMP, FacilityCheckQuerySet

EVERYWHERE = Scope(("",))
"""What customers find at an outlet is no secret of any branch."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One facility of the catalogue at one outlet; ``check`` None: nobody has looked."""

    kind: FacilityKind
    is_owed: bool
    check: FacilityCheck | None


def kinds_on(day: date) -> list[FacilityKind]:
    """The catalogue as it is asked for on ``day``, in its order."""
    return list(FacilityKind.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day)))


def standings(unit: Unit, day: date) -> list[Standing]:
    """Every facility of the catalogue at ``unit`` by ``day``; two queries."""
    latest = FacilityCheck.objects.filter(unit=unit).latest_on(day).select_related("facility")
    found = {check.facility_id: check for check in latest}
    return [
        Standing(kind, _is_owed(kind, unit, found.get(kind.pk)), found.get(kind.pk))
        for kind in kinds_on(day)
    ]


def _is_owed(kind: FacilityKind, unit: Unit, check: FacilityCheck | None) -> bool:
    return kind.is_owed_by(unit.kind) if check is None else check.required


def public_kinds(day: date) -> list[FacilityKind]:
    """What anybody may look for on ``day``, in the catalogue's order."""
    return [one for one in kinds_on(day) if one.is_public]


def there(kind: FacilityKind, day: date) -> FacilityCheckQuerySet:
    """The latest looks that found it by ``day``; a ramp measured as unlawful is none to send to."""
    found = FacilityCheck.objects.filter(facility=kind).latest_on(day).filter(present=True)
    return found.exclude(FAULTY_RAMP) if kind.is_ramp else found


def waiting_orders(checks: Iterable[FacilityCheck]) -> dict[tuple[int, int], WorkOrder]:
    """Unfinished work on the facilities of these checks, by unit and facility; one query."""
    listed = list(checks)
    orders = WorkOrder.objects.unfinished().filter(
        unit__in={one.unit_id for one in listed},
        facility__in={one.facility_id for one in listed},
    )
    orders = orders.exclude(kind__in=[WorkOrder.Kind.CLEAN, WorkOrder.Kind.INSPECT])
    return {(one.unit_id, one.facility_id or 0): one for one in orders.order_by("-pk")}


def public_outlet(code: str, day: date) -> Unit | None:
    """The outlet that anyone may read of; None where none is open."""
    outlets = Unit.objects.visible_to(EVERYWHERE).outlets().open_on(day)
    return outlets.filter(code=code).first()


def unit_kinds() -> list[str]:
    """Kinds of outlet that the network knows, by name."""
    outlets = Unit.objects.visible_to(EVERYWHERE).outlets().exclude(kind="")
    return list(outlets.order_by("kind").values_list("kind", flat=True).distinct())


def last_looked(found: Sequence[Standing]) -> date | None:
    """The newest day on which someone looked at any of them."""
    return max((one.check.checked_on for one in found if one.check), default=None)
