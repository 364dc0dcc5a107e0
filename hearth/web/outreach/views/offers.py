"""What outlets offer: special services, specialities and stations, with their proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.outreach.models import Feature, Station
from hearth.outreach.queries.offers import stations_on
from hearth.outreach.services.words import EDIT
from hearth.platform.models import AuditEvent
from hearth.web.http import AppRequest, requires
from hearth.web.network.reach import tops
from hearth.web.outreach.forms import PhotosForm
from hearth.web.outreach.more_forms import DayChoice
from hearth.web.outreach.offered import (
    OFFERING,
    OUTLETS,
    SPECIALISED,
    STATIONS,
    UNPROVEN,
    counted,
    features_on,
    specialities_on,
)
from hearth.web.outreach.pictures import offer_bars
from hearth.web.outreach.spans import VIEW

PAGE = 50
HISTORY = 20


def _day(request: AppRequest) -> tuple[DayChoice, date]:
    """As of which day; today where none can be read."""
    form = DayChoice(request.GET)
    day = (form.cleaned_data["on"] if form.is_valid() else None) or timezone.localdate()
    return DayChoice(initial={"on": day}), day


@requires(VIEW)
@require_safe
def features(request: AppRequest) -> HttpResponse:
    scope = request.actor.scope_for(VIEW)
    form, day = _day(request)
    heads = tops(scope)
    offered, special = features_on(day, heads), specialities_on(day, heads)
    counts = counted((OUTLETS, OFFERING, SPECIALISED, UNPROVEN), day, heads)
    kinds = [one for one in offered if one.outlets]
    context = {
        "form": form,
        "day": day,
        "features": sorted(offered, key=lambda one: -one.outlets),
        "specialities": sorted(special, key=lambda one: -one.outlets),
        "kinds": len(kinds),
        "outlets": counts[OUTLETS],
        "offering": counts[OFFERING],
        "specialised": counts[SPECIALISED],
        "unproven": counts[UNPROVEN],
        "feature_bars": offer_bars(
            sorted(kinds, key=lambda one: -one.outlets),
            _("Outlets by special service"),
            lambda one: f"{reverse('ledgers:list', args=['features'])}?feature={one.kind.code}",
        ),
        "speciality_bars": offer_bars(
            sorted((one for one in special if one.outlets), key=lambda one: -one.outlets),
            _("Outlets by speciality"),
            lambda one: (
                f"{reverse('ledgers:list', args=['specialities'])}?speciality={one.kind.code}"
            ),
        ),
        "may_edit": request.actor.can(EDIT),
    }
    return render(request, "outreach/features.html", context)


@requires(VIEW)
@require_safe
def feature(request: AppRequest, pk: int) -> HttpResponse:
    rows = Feature.objects.visible_to(request.actor.scope_for(VIEW))
    record = get_object_or_404(rows.select_related("unit", "feature"), pk=pk)
    return _record_page(request, record, "feature", "features", [])


@requires(VIEW)
@require_safe
def stations(request: AppRequest) -> HttpResponse:
    scope = request.actor.scope_for(VIEW)
    form, day = _day(request)
    found = stations_on(day, scope)
    counts = counted((OUTLETS, STATIONS), day, tops(scope))
    context = {
        "form": form,
        "day": day,
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "outlets": counts[OUTLETS],
        "offering": counts[STATIONS],
        "services": _common(found),
        "may_edit": request.actor.can(EDIT),
    }
    return render(request, "outreach/stations.html", context)


def _common(found: Sequence[Station]) -> list[tuple[str, int]]:
    """Services of the stations with how many offer each, the most common first."""
    counts: dict[str, int] = {}
    for one in found:
        for service in dict.fromkeys(one.services):
            counts[service] = counts.get(service, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


@requires(VIEW)
@require_safe
def station(request: AppRequest, pk: int) -> HttpResponse:
    rows = Station.objects.visible_to(request.actor.scope_for(VIEW))
    record = get_object_or_404(rows.select_related("unit"), pk=pk)
    return _record_page(request, record, "station", "stations", record.services)


def _record_page(
    request: AppRequest, record: Any, table: str, ledger: str, services: list[str]
) -> HttpResponse:
    """One span with its proof; edited and taken back in its ledger."""
    events = AuditEvent.objects.filter(
        object_type=record._meta.label_lower, object_id=str(record.pk)
    )
    held = getattr(record, table, None)
    context = {
        "record": record,
        "label": f"{record.unit.name} · {held}" if held else record.unit.name,
        "table": table,
        "ledger": ledger,
        "services": services,
        "photos": record.photos.all(),
        "photos_form": PhotosForm(),
        "events": events.order_by("-seq")[:HISTORY],
        "may_edit": not record.is_withdrawn and request.actor.can(EDIT, record.unit_path),
    }
    return render(request, "outreach/offer.html", context)
