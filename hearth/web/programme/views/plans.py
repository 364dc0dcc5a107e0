"""The plan of a year: where it stands, and writing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.programme.models import Programme
from hearth.programme.queries.plans import overview
from hearth.programme.queries.tasks import plan_of
from hearth.programme.services.plans import save_plan
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.programme.forms.plans import PlanForm, written
from hearth.web.programme.pictures import progress_strip


@requires("programme.view")
@require_safe
def plan(request: AppRequest, year: int | None = None) -> HttpResponse:
    """The plan of the year, or of the year that is."""
    today = timezone.localdate()
    found = plan_of(today, year)
    if found is None:
        return render(request, "programme/no_plan.html", status=200 if year is None else 404)
    seen = overview(request.actor, found, today)
    context = {
        "programme": found,
        "seen": seen,
        "progress": seen.progress,
        "strip": progress_strip(seen.progress, found.year) if seen.progress.tasks else "",
        "today": today,
        "years": list(Programme.objects.newest_first().values_list("year", flat=True)),
    }
    return render(request, "programme/plan.html", context)


@requires("programme.edit")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, year: int | None = None) -> HttpResponse:
    """Write the plan of a new year, or change one."""
    known = get_object_or_404(Programme, year=year) if year is not None else None
    today = timezone.localdate()
    first = {
        "year": today.year,
        "starts_on": today.replace(month=1, day=1),
        "ends_on": today.replace(month=12, day=31),
    }
    form = PlanForm(request.POST or None, initial=written(known) if known else first)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_plan(
                actor=request.actor,
                text=form.text(),
                programme_id=known.pk if known else None,
                version=form.cleaned_data["version"] or 0,
            )
        except (RuleViolation, StaleWrite) as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Everybody in the network reads it now."))
            return redirect("programme:plan-of-year", saved.year)
    context = {"form": form, "programme": known}
    return render(request, "programme/plan_edit.html", context, status=422 if form.errors else 200)
