"""What was done: the overview of a span, and the rows behind its figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.network.models import Unit
from hearth.network.queries import units_above
from hearth.outreach.models import Activity
from hearth.outreach.models.activities import ActivityQuerySet, midnight
from hearth.outreach.queries.overview import photos_of
from hearth.outreach.services.words import CONFIRM, EDIT
from hearth.platform.wording import period_title
from hearth.web.http import AppRequest, requires
from hearth.web.ledgers.sending import send_rows
from hearth.web.outreach.forms import RowsForm
from hearth.web.outreach.own import fields_of, heading, own_table
from hearth.web.outreach.own import shown as own_text
from hearth.web.outreach.pictures import calendar, line_bars
from hearth.web.outreach.spans import OF_ACTIVITIES, VIEW, Looked, looked
from hearth.web.outreach.summary import Asked, summary
from hearth.web.paging import KeysFirst
from hearth.web.remember import remembered, stamp


@requires(VIEW)
@require_safe
def overview(request: AppRequest) -> HttpResponse:
    actor = request.actor
    seen = looked(actor, request.GET)
    scope = actor.scope_for(VIEW)
    wanted = Asked(scope, seen.span, seen.earlier, seen.kind, seen.unit)
    found = remembered("outreach", wanted.parts, stamp(OF_ACTIVITIES), lambda: summary(wanted))
    beside = period_title(seen.beside)
    to_rows = _to_rows(seen, lambda one: {"under": one.key})
    context = {
        "looked": seen,
        "found": found,
        "beside": beside,
        "kind_bars": line_bars(
            [line for _kind, line in found.kinds],
            _("Sessions by kind"),
            beside,
            _to_rows(seen, lambda line: {"kind": line.key}),
        ),
        "place_bars": line_bars(found.places, _("Sessions by unit"), beside, to_rows),
        "calendar": calendar(
            found.days, seen.span, _to_rows(seen, lambda day: {"since": day, "until": day})
        ),
        "rows_query": urlencode(_base(seen)),
        "may_record": actor.can(EDIT),
        "may_confirm": actor.can(CONFIRM),
    }
    return render(request, "outreach/overview.html", context)


def _base(seen: Looked) -> dict[str, Any]:
    """Filters of the list of rows that give the same activities as the page."""
    last = seen.period.last_day
    found: dict[str, Any] = {"since": seen.period.start, "until": last, "kind": seen.kind}
    found["under"] = seen.unit.code if seen.unit else ""
    return {key: value for key, value in found.items() if value}


def _to_rows(seen: Looked, more: Callable[[Any], dict[str, Any]]) -> Callable[[Any], str]:
    base = _base(seen)
    return lambda one: f"{reverse('outreach:rows')}?{urlencode(base | more(one))}"


# --- the rows -----------------------------------------------------------------------------------


def _listed(request: AppRequest) -> tuple[RowsForm, Unit | None, ActivityQuerySet]:
    """Activities as the address narrows them, with what it was read as."""
    scope = request.actor.scope_for(VIEW)
    form = RowsForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    code = wanted.get("under", "")
    unit = Unit.objects.visible_to(scope).get(code=code) if code else None
    found = _narrowed(Activity.objects.visible_to(scope).standing(), wanted)
    if unit is not None:
        found = found.under(unit.path)
    return form, unit, found


@requires("exchange.export")
@require_safe
def export(request: AppRequest) -> FileResponse:
    """The list as filtered, in the columns of the ledger; of one kind its own fields beside."""
    request.actor.require(VIEW)
    form, _unit, found = _listed(request)
    code = form.cleaned_data.get("kind", "")
    ordered = found.order_by("-started_at", "-pk")
    return send_rows(request, "activities", ordered, lambda rows: own_table(code, rows))


@requires(VIEW)
@require_safe
def rows(request: AppRequest) -> HttpResponse:
    """The list of activities as filtered; what the register's own list cannot: state and days."""
    form, unit, found = _listed(request)
    ordered = found.select_related("kind", "unit").order_by("-started_at", "-pk")
    page = KeysFirst(ordered, at=stamp(OF_ACTIVITIES)).get_page(request.GET.get("page"))
    own = fields_of(form.cleaned_data.get("kind", ""))
    context = {
        "form": form,
        "own": [heading(one) for one in own],
        "said": {
            record.pk: [(heading(one), own_text(one, record.details)) for one in own]
            for record in page
        },
        "shots": photos_of(list(page)),
        "page_obj": page,
        "unit": unit,
        "crumbs": units_above(unit, request.actor.scope_for(VIEW)) if unit else [],
        "is_narrowed": any(form.cleaned_data.values()),
        "may_record": request.actor.can(EDIT),
    }
    template = "outreach/_rows.html" if request.htmx else "outreach/rows.html"
    return render(request, template, context)


def _narrowed(found: ActivityQuerySet, wanted: dict[str, Any]) -> ActivityQuerySet:
    if wanted.get("kind"):
        found = found.filter(kind__code=wanted["kind"])
    if wanted.get("since"):
        found = found.filter(started_at__gte=midnight(wanted["since"]))
    if wanted.get("until"):
        found = found.filter(started_at__lt=midnight(_after(wanted["until"])))
    for word in wanted.get("q", "").split():
        text = Q(title__icontains=word) | Q(place__icontains=word) | Q(activity__icontains=word)
        found = found.filter(text | Q(unit__search_text__contains=word.lower()))
    state = wanted.get("state")
    if state == "confirmed":
        return found.confirmed()
    if state == "returned":
        return found.unconfirmed().filter(returned_version=F("version"))
    return found.unconfirmed().exclude(returned_version=F("version")) if state else found


def _after(day: date) -> date:
    return min(day, date(9000, 1, 1)) + timedelta(days=1)
