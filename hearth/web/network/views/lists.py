"""Finding units: the list, the tree of a day, and suggestions while one types."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hearth.exchange.kinds import EXPORTS
from hearth.network.models import Unit
from hearth.network.queries import Node, children_on, filtered_units, units_above
from hearth.network.scope import Scope
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.network.forms import DayForm, UnitFilterForm
from hearth.web.network.queries import latest_closing, levels_on, outlets_below, results_of

PAGE = 50
SUGGESTED = 20


@requires("network.view")
@require_safe
def unit_list(request: AppRequest) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    form = UnitFilterForm(actor.scope, request.GET)
    chosen = form.chosen()
    units = filtered_units(actor.scope, chosen, today).select_related("parent")
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    closing = latest_closing() if actor.can("scores.view") else None
    context = {
        "form": form,
        "page_obj": page,
        "today": today,
        "closing": closing,
        "results": results_of(closing, [unit.pk for unit in page]),
        "is_narrowed": any(getattr(chosen, name) for name in form.fields),
    }
    template = "network/_units.html" if request.htmx else "network/unit_list.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def unit_export(request: AppRequest) -> FileResponse:
    """The list as filtered, in the form in which it could be imported again."""
    (table,) = EXPORTS["units"].tables(request.actor, request.GET.dict())
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


@requires("network.view")
@require_safe
def unit_options(request: AppRequest) -> HttpResponse:
    """Options for a ``datalist``: open units whose name, code or pinyin matches."""
    typed = [
        request.GET.get(name, "").strip() for name in ("target", "parent", "unit", "under", "q")
    ]
    text = next(filter(None, typed), "")
    found = Unit.objects.visible_to(request.actor.scope).open_on(timezone.localdate())
    units = found.matching(text).order_by("path")[:SUGGESTED] if text else []
    return render(request, "network/_options.html", {"units": units})


@requires("network.view")
@require_safe
def unit_tree(request: AppRequest) -> HttpResponse:
    """The tree as of a day; below one unit when ``under`` names it."""
    scope = request.actor.scope
    form = DayForm(request.GET)
    today = timezone.localdate()
    day = (form.cleaned_data["on"] if form.is_valid() else None) or today
    code = request.GET.get("under", "")
    above = get_object_or_404(Unit.objects.visible_to(scope), code=code) if code else None
    nodes = children_on(day, scope, above)
    is_part = bool(request.htmx) and request.htmx.target != "tree"
    below = [] if is_part or len(nodes) != 1 else _children_of(nodes[0], day, scope)
    context: dict[str, Any] = {
        "form": form if form.data.get("on") else DayForm(initial={"on": today}),
        "day": day,
        "today": today,
        "above": above,
        "nodes": nodes,
        "below": below,
        "outlets": outlets_below(day, nodes) | outlets_below(day, below),
    }
    if is_part:
        return render(request, "network/_nodes.html", context)
    context["levels"] = levels_on(day, scope)
    context["crumbs"] = units_above(above, scope) if above else []
    template = "network/_tree.html" if request.htmx else "network/unit_tree.html"
    return render(request, template, context)


def _children_of(node: Node, day: date, scope: Scope) -> list[Node]:
    """What stands under the only unit at the top: a tree of one line would say nothing."""
    if not node.has_children:
        return []
    return children_on(day, scope, Unit.objects.get(pk=node.unit_id))
