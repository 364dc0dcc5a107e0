"""Who may open the pages of facilities; the card is for everyone."""

from __future__ import annotations

from typing import Any

from hearth.premises.models import FacilityCheck
from tests.consistency.scope_of_premises import narrowed
from tests.consistency.scope_pages import BOTH, GET, POST, Case, Form, general, page, placed, unit
from tests.consistency.scope_world import Mine, Side, World
from tests.factories_premises import make_facility_check

VIEW, EDIT, APPROVE = "premises.view", "premises.edit", "premises.approve"


def gap(side: Side) -> Any:
    """Something missing at the outlet of one branch, made anew for each test."""
    known = getattr(side, "gap", None)
    if known is None or not FacilityCheck.objects.filter(pk=known.pk).exists():
        side.gap = make_facility_check(side.outlet, "ramp", present=False)  # type: ignore[attr-defined]
    return side.gap  # type: ignore[attr-defined]


def _pressed(world: World, _me: Mine, own: bool) -> Form:
    return Form(check=gap(world.east if own else world.west).pk)


def a_kind(_world: World) -> str:
    return "ramp"


PAGES: dict[str, tuple[Case, ...]] = {
    "facilities:overview": (narrowed(VIEW),),
    "facilities:rows": (narrowed(VIEW),),
    "facilities:export": (narrowed("exchange.export", VIEW),),
    "facilities:order": (placed(lambda _side: (), EDIT, methods=POST, body=_pressed),),
    "facilities:outlet": (placed(unit, VIEW),),
    "facilities:survey": (placed(unit, EDIT, methods=BOTH),),
    "facilities:kinds": (page(VIEW),),
    "facilities:kind-add": (page(APPROVE, methods=BOTH),),
    "facilities:kind": (general(a_kind, APPROVE, methods=BOTH),),
}

PUBLIC = {"facilities:card": GET}
PUBLIC_ARGS = {"facilities:card": ("none-has-this-code",)}
