"""The catalogue of facilities: who must have which."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.premises.models import FacilityKind
from hearth.premises.queries.facilities import unit_kinds
from hearth.premises.services.facilities import save_kind
from hearth.web.catalogues import answered
from hearth.web.facilities.forms import KindForm
from hearth.web.http import AppRequest, requires

VIEW, APPROVE = "premises.view", "premises.approve"


@requires(VIEW)
@require_safe
def kinds(request: AppRequest) -> HttpResponse:
    found = list(FacilityKind.objects.all())
    context = {
        "kinds": found,
        "owed": sum(one.duty != FacilityKind.Duty.NONE and not one.ended_on for one in found),
        "asked": sum(not one.ended_on for one in found),
        "may_edit": request.actor.can(APPROVE),
    }
    return render(request, "facilities/kinds.html", context)


@requires(APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: AppRequest, code: str) -> HttpResponse:
    """Change one entry."""
    entry = get_object_or_404(FacilityKind, code=code)
    names = ("name", "name_en", "duty", "unit_kinds", "is_public", "version")
    start = {name: getattr(entry, name) for name in names}
    start["is_asked"] = entry.ended_on is None
    known = sorted({*unit_kinds(), *entry.unit_kinds})
    return _edit(request, entry, KindForm(known, request.POST or None, initial=start))


@requires(APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_add(request: AppRequest) -> HttpResponse:
    """A new entry, asked for by nobody until it says who must have it."""
    start = {"version": 0, "duty": FacilityKind.Duty.NONE, "is_public": True, "is_asked": True}
    form = KindForm(sorted(unit_kinds()), request.POST or None, initial=start, is_new=True)
    return _edit(request, None, form)


def _edit(request: AppRequest, entry: FacilityKind | None, form: KindForm) -> HttpResponse:
    def save() -> FacilityKind:
        version = form.cleaned_data["version"]
        return save_kind(actor=request.actor, kind=entry, version=version, text=form.text())

    page = ("facilities/kind.html", {"title": entry.label if entry else _("New facility")})
    return answered(request, form, save, to="facilities:kinds", page=page)
