"""What was asked of all staff, what they handed in, and the one that was chosen."""

from __future__ import annotations

import uuid as uuids
from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.voices.models import Entry, Solicitation
from hearth.voices.queries import entries_for
from hearth.voices.registers import KINDS
from hearth.voices.services.entries import choose, hand_in
from hearth.web.http import AppRequest, requires
from hearth.web.voices.forms import EntryForm, VersionForm

PAGE = 50


@requires("voices.view")
@require_safe
def solicitation_list(request: AppRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = Solicitation.objects.visible_to(request.actor.scope_for("voices.view")).standing()
    ordered = rows.select_related("unit").order_by("-opens_on", "code")
    context = {
        "page_obj": Paginator(ordered, PAGE).get_page(request.GET.get("page")),
        "open": rows.open_on(today).count(),
        "today": today,
    }
    return render(request, "voices/solicitations.html", context)


@requires("voices.view")
@require_http_methods(["GET", "POST"])
def solicitation(request: AppRequest, pk: int) -> HttpResponse:
    """One solicitation: its notice, what was handed in by kind, and a form for one more."""
    actor, today = request.actor, timezone.localdate()
    reach = Solicitation.objects.visible_to(actor.scope_for("voices.view"))
    asked = get_object_or_404(reach.select_related("unit"), pk=pk)
    form = EntryForm(request.POST or None, initial={"sent": uuids.uuid4()})
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
    kind = request.GET.get("kind", "")
    entries = entries_for(actor, asked)
    shown = entries.filter(kind=kind) if kind in Entry.Kind.values else entries
    counts = Counter(entries.order_by().values_list("kind", flat=True))
    context = {
        "asked": asked,
        "is_open": not asked.is_withdrawn and asked.opens_on <= today <= asked.closes_on,
        "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "kinds": [(value, label, counts[value]) for value, label in KINDS],
        "kind": kind,
        "labels": dict(KINDS),
        "chosen": list(entries.filter(is_chosen=True)),
        "may_choose": actor.can("voices.edit", asked.unit_path),
        "may_write": actor.can("voices.write"),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "voices/solicitation.html", context, status=status)


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
