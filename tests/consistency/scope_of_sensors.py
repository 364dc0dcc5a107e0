"""Who may open the pages of temperatures and lists, and send readings."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from hearth.premises.models import Proposal, Watchlist, WatchlistEntry, WatchRule
from tests.consistency.scope_pages import BOTH, POST, Args, Case, general, page, placed, unit
from tests.consistency.scope_world import Side, World

VIEW, EDIT, APPROVE = "premises.view", "premises.edit", "premises.approve"


def of(side: Side) -> Any:
    """A stay and a proposal in one branch, made anew for each test."""
    known = getattr(side, "watched", None)
    if known is None or not Proposal.objects.filter(pk=known.proposal.pk).exists():
        watchlist = Watchlist.objects.get(code="cold")
        about = {"watchlist": watchlist, "unit": side.outlet, "unit_path": side.outlet.path}
        side.watched = SimpleNamespace(  # type: ignore[attr-defined]
            entry=WatchlistEntry.objects.create(**about, since=date(2021, 1, 4), reason="冷"),
            proposal=Proposal.objects.create(
                **about, sort="exit", as_of=date(2021, 2, 1), reason="暖"
            ),
        )
    return side.watched  # type: ignore[attr-defined]


def entry(side: Side) -> Args:
    return (of(side).entry.pk,)


def proposal(side: Side) -> Args:
    return (of(side).proposal.pk,)


def a_list(_world: World) -> str:
    return "cold"


def rule(_world: World) -> int:
    return WatchRule.objects.filter(watchlist__code="cold").values_list("pk", flat=True)[0]


PAGES: dict[str, tuple[Case, ...]] = {
    "temperatures:overview": (page(VIEW),),
    "temperatures:export": (page("exchange.export", VIEW),),
    "temperatures:sensors": (page(VIEW),),
    "temperatures:outlet": (placed(unit, VIEW),),
    "watchlists:list": (page(VIEW),),
    "watchlists:create": (page(APPROVE, methods=BOTH),),
    "watchlists:detail": (general(a_list, VIEW),),
    "watchlists:propose": (general(a_list, EDIT, methods=BOTH),),
    "watchlists:rule-propose": (general(a_list, APPROVE, methods=BOTH),),
    "watchlists:rule-approve": (general(rule, APPROVE, methods=BOTH),),
    "watchlists:proposal": (placed(proposal, VIEW, methods=BOTH, acts=APPROVE),),
    "watchlists:decline": (placed(proposal, APPROVE, methods=POST),),
    "watchlists:measure": (placed(entry, EDIT, methods=POST),),
    "watchlists:entry": (placed(entry, VIEW, methods=BOTH, acts=EDIT),),
}
API: dict[str, tuple[Case, ...]] = {
    "send_readings": (
        Case(
            ("premises.measure",),
            methods=POST,
            body=lambda _w, _me, _own: {
                "readings": [{"sensor": "x", "at": "2021-01-12T09:30:00Z", "celsius": 17}]
            },
        ),
    ),
}
