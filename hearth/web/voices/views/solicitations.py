"""What was asked of all staff, what they handed in, and the one that was chosen."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.figures.engine import joined, values
from hearth.kernel import charts
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.kernel.periods import FIRST_YEAR
from hearth.network.models import Unit
from hearth.voices.models import Entry, Solicitation
from hearth.voices.queries import entries_for
from hearth.voices.registers import KINDS
from hearth.voices.services.entries import choose, hand_in
from hearth.web.http import AppRequest, requires
from hearth.web.network.reach import below, tops
from hearth.web.qr import qr_svg
from hearth.web.voices.forms import EntryFilter, EntryForm, VersionForm

PAGE = 50
MOST_BARS = 20
OF_KIND = {"name": "solicitation.names", "slogan": "solicitation.slogans"}
"""The figure that counts each kind of entry."""
BEGINNING = date(FIRST_YEAR + 1, 1, 1)  # a solicitation's entries are counted whenever they came
FEW = 5  # entries that need no filter


@requires("voices.view")
@require_safe
def solicitation_list(request: AppRequest) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    rows = Solicitation.objects.visible_to(actor.scope_for("voices.view")).standing()
    chosen = Entry.objects.standing().filter(is_chosen=True).order_by("kind")
    ordered = (
        rows.select_related("unit")
        .order_by("-opens_on", "code")
        .prefetch_related(Prefetch("entries", chosen, to_attr="chosen"))
    )
    context = {
        "page_obj": Paginator(ordered, PAGE).get_page(request.GET.get("page")),
        "open": rows.open_on(today).count(),
        "today": today,
        "new": _new_one(request, today) if actor.can("voices.edit") else "",
    }
    return render(request, "voices/solicitations.html", context)


def _new_one(request: AppRequest, today: date) -> str:
    """The form of a new one, which begins with the whole network and two weeks from today."""
    (top, *_others) = tops(request.actor.scope_for("voices.edit"))
    closes = today + timedelta(days=13)
    start = {"unit": top.code, "opens_on": today.isoformat(), "closes_on": closes.isoformat()}
    return f"{reverse('ledgers:create', args=['solicitations'])}?{urlencode(start)}"


@requires("voices.view")
@require_http_methods(["GET", "POST"])
def solicitation(request: AppRequest, pk: int) -> HttpResponse:
    """One solicitation: its notice, what was handed in by kind, and a form for one more."""
    actor, today = request.actor, timezone.localdate()
    reach = Solicitation.objects.visible_to(actor.scope_for("voices.view"))
    asked = get_object_or_404(reach.select_related("unit"), pk=pk)
    start = {"sent": uuids.uuid4()}
    form = EntryForm(request.POST or None, initial=start, auto_id="entry_%s")
    if request.method == "POST":
        actor.require("voices.write")
        if form.is_valid():
            said = form.cleaned_data
            try:
                hand_in(
                    actor=actor,
                    solicitation_id=asked.pk,
                    uuid=said["sent"],
                    kind=said["kind"],
                    text=said["text"],
                )
            except RuleViolation as refusal:
                form.add_error(refusal.facts.get("field"), str(refusal))
            else:
                messages.success(request, _("Handed in. Thank you."))
                return redirect("voices:solicitation", asked.pk)
    context = _listed(request, asked) | {
        "is_open": not asked.is_withdrawn and asked.opens_on <= today <= asked.closes_on,
        "is_to_come": today < asked.opens_on,
        "may_write": actor.can("voices.write"),
        "form": form,
    }
    if request.htmx:
        return render(request, "voices/_entries.html", context)
    context |= _whole(request, asked)
    status = 422 if form.errors else 200
    return render(request, "voices/solicitation.html", context, status=status)


def _listed(request: AppRequest, asked: Solicitation) -> dict[str, Any]:
    """The entries that the reader may see, as narrowed."""
    actor = request.actor
    narrowed = EntryFilter(request.GET)
    chosen = narrowed.cleaned_data if narrowed.is_valid() else {}
    shown = entries_for(actor, asked)
    if chosen.get("kind"):
        shown = shown.filter(kind=chosen["kind"])
    if chosen.get("under"):
        units = Unit.objects.visible_to(actor.scope_for("voices.view"))
        above = units.filter(code=chosen["under"]).first()
        shown = shown.under(above.path) if above else shown.none()
    for word in (chosen.get("q") or "").split():
        shown = shown.filter(Q(text__icontains=word) | Q(author__name__icontains=word))
    return {
        "asked": asked,
        "filter": narrowed,
        "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "is_narrowed": any(chosen.values()),
        "labels": dict(KINDS),
        "may_choose": actor.can("voices.edit", asked.unit_path),
    }


def _whole(request: AppRequest, asked: Solicitation) -> dict[str, Any]:
    """What stands around the list: counts by kind, the chosen ones, who takes part."""
    actor = request.actor
    entries = entries_for(actor, asked)
    scope = actor.scope_for("voices.view")
    highest = tops(scope)
    units = below(scope, highest[0]) if len(highest) == 1 else highest
    counts, handed_in = _counted(asked, highest, units)
    address = request.build_absolute_uri(reverse("voices:solicitation", args=[asked.pk]))
    context: dict[str, Any] = {
        "picture": "",
        "counts": counts,
        "total": sum(counts.values()),
        "few": FEW,
        "chosen": list(entries.filter(is_chosen=True)),
        "code": qr_svg(address) if actor.can("voices.edit") else "",
    }
    if len(units) > 1 and context["total"]:
        found = sorted(handed_in.items(), key=lambda pair: (-pair[1], pair[0].path))
        rest = context["total"] - sum(handed_in.values())
        context["picture"] = _shares([one for one in found if one[1]], rest)
        context["silent"] = sum(1 for _unit, count in found if not count)
    return context


def _counted(
    asked: Solicitation, highest: Sequence[Unit], units: Sequence[Unit]
) -> tuple[dict[str, int], dict[Unit, int]]:
    """Entries of the reader's part of the tree: by kind, and how many came from each unit."""
    only = {"solicitation": asked.pk}
    listed = {one.pk: one for one in (*highest, *units)}.values()
    found = values(OF_KIND.values(), listed, timezone.localdate(), BEGINNING, only)
    counts = {
        kind: joined(found[key, one.pk] for one in highest).records for kind, key in OF_KIND.items()
    }
    handed_in = {
        one: joined(found[key, one.pk] for key in OF_KIND.values()).records for one in units
    }
    return counts, handed_in


def _shares(found: list[tuple[Unit, int]], rest: int) -> charts.Svg:
    """How many came from each unit; the bars lead to theirs."""
    bars = [
        charts.Bar(unit.name, count, str(count), href=f"?{urlencode({'under': unit.code})}#rows")
        for unit, count in found[:MOST_BARS]
    ]
    rest += sum(count for _unit, count in found[MOST_BARS:])
    if rest:
        bars.append(charts.Bar(_("all others"), rest, str(rest)))
    chart = charts.Bars(title=_("Entries by unit"), bars=tuple(bars))
    return charts.responsive(lambda width: charts.bars(chart, width=width))


@requires("voices.edit")
@require_POST
def choose_one(request: AppRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.standing(), pk=pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        choose(actor=request.actor, entry_id=entry.pk, version=version)
    except (RuleViolation, StaleWrite) as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Chosen."))
    return redirect("voices:solicitation", entry.solicitation_id)
