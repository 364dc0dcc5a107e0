"""What opens the addresses of home visits; the visits are made when they are first asked for."""

from __future__ import annotations

from typing import Any

from hearth.outreach.models import Visit
from tests.consistency.scope_pages import BOTH, GET, POST, Args, Case, FillSide, Form, page, placed
from tests.consistency.scope_world import Mine, Side, World
from tests.factories_visits import make_rules, make_visit

VIEW, EDIT, CONFIRM, OPEN = (f"outreach.{verb}" for verb in ("view", "edit", "confirm", "personal"))


def visit(stage: str) -> FillSide:
    """A visit of the side's outlet at this stage."""

    def found(side: Side) -> Args:
        code = f"9{side.outlet.pk:07d}{list(Visit.Stage.values).index(stage):04d}"
        known = Visit.objects.filter(code=code).first()
        return ((known or make_visit(side.outlet, stage, code=code)).uuid,)

    return found


def act(stage: str, needs: str, methods: tuple[str, ...] = BOTH) -> tuple[Case, ...]:
    """An act on a visit, asked for at the stage at which it may be done and at another."""
    return (
        placed(visit(stage), needs, methods=methods),
        placed(visit("closed"), needs, methods=methods),
    )


def _rules(_world: World, _me: Mine) -> Args:
    make_rules()
    return ()


def _reason(_world: World, _me: Mine, _own: bool) -> Any:
    return Form(reason="visit")


PUBLIC = {"home-visit:ask": BOTH, "home-visit:received": GET, "home-visit:state": GET}

PAGES: dict[str, tuple[Case, ...]] = {
    "visits:list": (page(VIEW),),
    "visits:week": (page(VIEW),),
    "visits:create": (Case((EDIT,), _rules, methods=BOTH),),
    "visits:find": (page(OPEN, methods=POST),),
    "visits:rules": (Case(("programme.edit",), _rules, methods=BOTH),),
    "visits:detail": (placed(visit("requested"), VIEW), placed(visit("back"), VIEW)),
    "visits:triage": act("requested", EDIT),
    "visits:plan": act("triaged", EDIT),
    "visits:decide": act("planned", CONFIRM),
    "visits:door": act("on_site", EDIT),
    "visits:hand-in": act("left", EDIT),
    "visits:call": act("back", EDIT),
    "visits:cancel": act("approved", EDIT),
    "visits:personal": (placed(visit("approved"), OPEN, methods=POST, body=_reason),),
}
