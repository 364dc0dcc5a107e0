"""The network on a map, with the list beside it that says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hearth.kernel import charts
from hearth.kernel.periods import Period
from hearth.network.scope import Scope
from hearth.scoring.models import Closing
from hearth.web.http import AppRequest, requires
from hearth.web.naming import area_name
from hearth.web.network.forms import MapForm
from hearth.web.network.pictures import AreaRow, MapChoice, area_rows
from hearth.web.network.pictures import network_map as drawn
from hearth.web.network.queries import Spot, closings, seen_units, spots
from hearth.web.remember import remembered, stamp

PAGE = 50
MOST_PERIODS = 8
DEFAULT_PASS = 8500


@requires("network.view")
@require_safe
def network_map(request: AppRequest) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    known = closings()[:MOST_PERIODS] if actor.can("scores.view") else []
    present = Period.of(today, "quarter").key
    keys = list(dict.fromkeys([*(closing.period for closing in known), present]))
    form = MapForm(keys, request.GET or {"period": keys[0]})
    wanted = form.cleaned_data if form.is_valid() else {}
    key = wanted.get("period") or keys[0]
    closing = next((one for one in known if one.period == key), None)
    area, shown = wanted.get("area", ""), sorted(wanted.items())
    found = remembered(
        "map",
        (actor.scope.paths, key, closing is not None, shown, today),
        stamp(),
        lambda: _found(actor.scope, key, closing, wanted, today),
    )
    listed = found.listed
    context = {
        "form": form,
        "key": key,
        "closing": closing,
        "areas": found.areas,
        "area": area,
        "area_name": area_name(area) if area else "",
        "outlets": found.outlets,
        "seen": found.seen,
        "unseen": found.outlets - found.seen,
        "pass_centi": _pass_line(closing),
        "picture": found.picture,
        "page_obj": None
        if listed is None
        else Paginator(listed, PAGE).get_page(request.GET.get("page")),
    }
    template = "network/_map.html" if request.htmx else "network/map.html"
    return render(request, template, context)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the map says: counted and drawn from every outlet, so remembered whole."""

    areas: list[AreaRow]
    outlets: int
    seen: int
    picture: charts.Svg | None
    listed: list[Spot] | None  # None: the list is that of the prefectures


def _found(
    scope: Scope, key: str, closing: Closing | None, wanted: dict[str, Any], today: date
) -> _Found:
    seen = seen_units(Period.parse(key), scope, wanted.get("channel", ""))
    everywhere = spots(scope, closing, seen, today)
    pass_centi = _pass_line(closing)
    areas = area_rows(everywhere, pass_centi)
    area = _area(wanted.get("area", ""), {row.code for row in areas})
    is_close = bool(area or wanted.get("outlets") or not areas)
    listed = _listed(everywhere, area, wanted.get("outlets", ""), pass_centi) if is_close else None
    choice = MapChoice(
        wanted.get("show") == "coverage",
        area,
        pass_centi,
        "?" + urlencode({k: v for k, v in wanted.items() if v and k != "area"} | {"area": ""}),
    )
    picture = drawn(areas, listed or (), choice)
    return _Found(areas, len(everywhere), sum(spot.is_seen for spot in everywhere), picture, listed)


def _pass_line(closing: Closing | None) -> int:
    """The pass line that was applied, in hundredths."""
    content: dict[str, Any] = closing.policy_content if closing is not None else {}
    return int(content.get("pass_centi", DEFAULT_PASS))


def _area(code: str, known: set[str]) -> str:
    if code and code not in known:
        raise Http404
    return code


def _listed(everywhere: Sequence[Spot], area: str, which: str, pass_centi: int) -> list[Spot]:
    """Outlets of the prefecture in focus that the filter leaves, the best rank first."""
    tests: dict[str, Callable[[Spot], bool]] = {
        "below": lambda s: s.is_ranked and (s.score_centi or 0) < pass_centi,
        "pass": lambda s: s.is_ranked and (s.score_centi or 0) >= pass_centi,
        "unranked": lambda s: not s.is_ranked,
        "unseen": lambda s: not s.is_seen,
    }
    keep = tests.get(which, lambda s: True)
    found = [spot for spot in everywhere if (not area or spot.area == area) and keep(spot)]
    return sorted(found, key=lambda s: (s.rank is None, s.rank or 0))
