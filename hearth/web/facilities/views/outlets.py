"""One outlet: what it has, and the walk through it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.premises.domain.ramps import FAULTY, verdict
from hearth.premises.queries.facilities import (
    Standing,
    last_looked,
    standings,
    waiting_orders,
)
from hearth.premises.services.facilities import record_survey
from hearth.web.facilities.forms import SurveyForm
from hearth.web.facilities.words import ramp_facts, ramp_words
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires

VIEW, EDIT = "premises.view", "premises.edit"


def _outlet(request: AppRequest, code: str, permission: str = VIEW) -> Unit:
    seen = Unit.objects.visible_to(request.actor.scope_for(permission)).outlets()
    return get_object_or_404(seen, code=code)


def _is_faulty(one: Standing) -> bool:
    ramp = one.check.ramp if one.check else None
    return ramp is not None and verdict(ramp) == FAULTY


def _is_gap(one: Standing) -> bool:
    missing = one.is_owed and one.check is not None and not one.check.present
    return missing or _is_faulty(one)


@requires(VIEW)
@require_safe
def outlet(request: AppRequest, code: str) -> HttpResponse:
    unit, today = _outlet(request, code), timezone.localdate()
    found = standings(unit, today)
    orders = waiting_orders(one.check for one in found if one.check)
    rows = []
    for one in found:
        ramp = one.check.ramp if one.check else None
        order = orders.get((unit.pk, one.kind.pk))
        words = (ramp_words(ramp), ramp_facts(ramp)) if ramp else ([], "")
        rows.append((one, _is_gap(one), order, *words))
    context = {
        "unit": unit,
        "rows": rows,
        "owed": sum(one.is_owed for one in found),
        "has": sum(one.is_owed and one.check is not None and one.check.present for one in found),
        "gaps": sum(gap for _one, gap, *_rest in rows),
        "looked": last_looked(found),
        "may_edit": request.actor.can(EDIT, unit.path),
    }
    return render(request, "facilities/outlet.html", context)


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: AppRequest, code: str) -> HttpResponse:
    """Walk through the outlet once; what is left as it was is confirmed."""
    unit = _outlet(request, code)
    request.actor.require(EDIT, unit.path)
    form = SurveyForm(standings(unit, timezone.localdate()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            count = record_survey(
                actor=request.actor, unit=unit, day=day, seen=form.seen(unit.kind)
            )
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Recorded: %(n)s facilities.") % {"n": count})
            return redirect("facilities:outlet", unit.code)
    context = {"unit": unit, "form": form}
    return render(request, "facilities/survey.html", context, status=422 if form.errors else 200)
