"""Polish the sign: cleaned, repaired and replaced, by unit and on the map, to each sign."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.figures.declared import FIGURES
from hearth.network.models import Placement, Unit
from hearth.premises.models.signs import SignQuerySet
from hearth.premises.queries import campaign
from hearth.premises.queries.orders import last_done
from hearth.premises.queries.places import compared, focus
from hearth.web.figures.asking import rows_url
from hearth.web.http import AppRequest, requires
from hearth.web.ledgers.sending import send_rows
from hearth.web.premises.forms import SignFilterForm, SpanForm
from hearth.web.premises.pictures import Share, area_name, share_bars, share_map
from hearth.web.premises.tallies import REPAIRED, REPLACED, by_area, tallies

PAGE = 50


def _span(form: SpanForm | SignFilterForm) -> campaign.Span:
    """From the first of January unless said otherwise, to today."""
    said = form.cleaned_data if form.is_valid() else {}
    day: date = said.get("on") or timezone.localdate()
    since: date = said.get("since") or date(day.year, 1, 1)
    return campaign.Span(min(since, day), day)


def _query(unit: Unit, span: campaign.Span, **more: str) -> str:
    said = {"unit": unit.code, "since": span.since, "on": span.day} | more
    return "?" + urlencode(said)


@requires("premises.view")
@require_safe
def campaign_page(request: AppRequest) -> HttpResponse:
    """The campaign at one unit and below."""
    scope = request.actor.scope_for("premises.view")
    form = SpanForm(request.GET)
    span = _span(form)
    unit = focus(scope, request.GET.get("unit", ""))
    if unit is None:
        raise Http404
    below = compared(unit, scope, span.day)
    found = tallies([unit, *below], span)
    rows = [(one, found[one.pk]) for one in below]
    context: dict[str, Any] = {
        "form": form,
        "unit": unit,
        "span": span,
        "whole": found[unit.pk],
        "rows": [(one, tally, *_leads(one, span)) for one, tally in rows],
        "list_url": _signs(unit, span),
        "works": _works(unit, span),
        "bars": share_bars(
            _("Signs cleaned, by unit"),
            [
                Share(one.name, tally.cleaned, tally.signs, _signs(one, span))
                for one, tally in rows
                if tally.signs
            ],
        ),
        "map": share_map(
            _("Signs cleaned, on the map"), _("Signs cleaned, %"), _areas_of(unit, span)
        ),
    }
    return render(request, "premises/campaign.html", context)


def _signs(unit: Unit, span: campaign.Span, **more: str) -> str:
    """Where the signs of a unit are listed."""
    return reverse("premises:signs") + _query(unit, span, **more)


def _leads(unit: Unit, span: campaign.Span) -> tuple[str, str, tuple[str, str]]:
    """Where a unit's row leads: to its campaign or an outlet's signs, its signs, its works."""
    signs = _signs(unit, span)
    own = signs if unit.is_outlet else reverse("premises:campaign") + _query(unit, span)
    return own, signs, _works(unit, span)


def _areas_of(unit: Unit, span: campaign.Span) -> dict[str, Share]:
    """The share of cleaned signs by the code of the area in which they hang."""
    return {
        code: Share(area_name(code), tally.cleaned, tally.signs, _signs(unit, span, area=code))
        for code, tally in by_area(unit, span).items()
    }


def _works(unit: Unit, span: campaign.Span) -> tuple[str, str]:
    """Where the repairs and the replacements that were counted are opened."""
    repaired, replaced = (
        rows_url(FIGURES[key], unit, span.day, span.since) for key in (REPAIRED, REPLACED)
    )
    return repaired, replaced


def _listed(request: AppRequest) -> tuple[SignFilterForm, Unit, campaign.Span, SignQuerySet]:
    """Signs as the address narrows them, with what it was read as."""
    scope = request.actor.scope_for("premises.view")
    form = SignFilterForm(request.GET)
    span = _span(form)
    said = form.cleaned_data
    unit = focus(scope, said.get("unit") or "")
    if unit is None:
        raise Http404
    rows = campaign.signs_by_work(said.get("work") or "", span)
    rows = rows.filter(_at(unit, span.day))
    if said.get("kind"):
        rows = rows.filter(kind=said["kind"])
    if said.get("area"):
        rows = rows.filter(unit__in=campaign.units_in_area(scope, said["area"]))
    return form, unit, span, rows.order_by("unit__path", "sign_no")


@requires("exchange.export")
@require_safe
def sign_export(request: AppRequest) -> FileResponse:
    """The list as filtered, in the columns of the ledger."""
    request.actor.require("premises.view")
    return send_rows(request, "signs", _listed(request)[3])


@requires("premises.view")
@require_safe
def sign_list(request: AppRequest) -> HttpResponse:
    """The signs behind the campaign's figures, with when each was last cleaned and repaired."""
    form, unit, span, rows = _listed(request)
    said, listed = form.cleaned_data, rows.select_related("unit")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    done = last_done([sign.pk for sign in page], span.day)
    context = {
        "form": form,
        "unit": unit,
        "span": span,
        "area": area_name(said["area"]) if said.get("area") else "",
        "page_obj": page,
        "rows": [(sign, _last(done.get(sign.pk, {}))) for sign in page],
    }
    template = "premises/_signs.html" if request.htmx else "premises/signs.html"
    return render(request, template, context)


def _at(unit: Unit, day: date) -> Q:
    """Signs of what lay at or below the unit on the day, as its figures count them."""
    if unit.is_outlet:
        return Q(unit=unit)
    places = Placement.objects.on(day)
    own = places.filter(unit=unit).values_list("path", flat=True).first()
    return Q(unit__in=places.under(own or unit.path).values("unit_id"))


def _last(days: dict[str, date]) -> dict[str, date | None]:
    return {kind: days.get(kind) for kind in ("clean", "inspect", "repair", "replace")}
