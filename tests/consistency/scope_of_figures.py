"""Who may open which page of the figures."""

from __future__ import annotations

from typing import Any

from hearth.programme.models import SavedView
from tests.consistency.scope_pages import POST, Args, Case, Form, about, page, personal
from tests.consistency.scope_world import Mine, World


def _kept(me: Mine) -> Args:
    """A view that this account keeps."""
    unit = me.assignment.unit
    view, _made = SavedView.objects.get_or_create(owner=me.user, name="季度", unit=unit)
    return (view.pk,)


def _asked(world: World, _me: Mine, is_own: bool) -> Any:
    side = world.east if is_own else world.west
    return Form({"name": "季度", "query": f"unit={side.branch.code}"})


PAGES: dict[str, tuple[Case, ...]] = {
    "figures:explorer": (about((), "figures.view"),),
    "figures:picture": (about((), "exchange.export", "figures.view"),),
    "figures:view-save": (page("figures.view", methods=POST, body=_asked, foreign=lambda w: ()),),
    "figures:view-remove": (
        personal(
            _kept,
            "figures.view",
            methods=POST,
            body=lambda w, me, own: Form({"version": 1}),
        ),
    ),
    "figures:export": (about((), "exchange.export", "figures.view"),),
    "figures:rows": (
        about(("outlets",), "figures.view", "network.view"),
        about(("inspections",), "figures.view", "inspections.view"),
        about(("score",), "figures.view", "scores.view"),
        about(("tests.coverage",), "figures.view", "people.view"),
    ),
    "figures:rows-export": (
        about(("outlets",), "exchange.export", "figures.view", "network.view"),
        about(("inspections",), "exchange.export", "figures.view", "inspections.view"),
    ),
}
