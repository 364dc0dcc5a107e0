"""The catalogues: kinds of activity, special services and specialities, for the whole network."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hearth.outreach.domain.kinds import read_fields
from hearth.outreach.models import ActivityKind, FeatureKind, SpecialityKind
from hearth.outreach.services import catalogues
from hearth.outreach.services.catalogues import KEEP
from hearth.web.catalogues import answered
from hearth.web.http import AppRequest, requires
from hearth.web.outreach import catalogue_forms
from hearth.web.outreach.spans import VIEW

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
TABLES: dict[str, Any] = {
    "activities": ActivityKind,
    "services": FeatureKind,
    "specialities": SpecialityKind,
}
NEW: dict[str, Any] = {
    "activities": pgettext_lazy("catalogue", "New kind of activity"),
    "services": pgettext_lazy("catalogue", "New special service"),
    "specialities": pgettext_lazy("catalogue", "New speciality"),
}


@requires(VIEW)
@require_safe
def lines(request: AppRequest) -> HttpResponse:
    """All three catalogues."""
    evidence = dict(catalogue_forms.EVIDENCE)
    kinds = list(ActivityKind.objects.all())
    context = {
        "kinds": [
            (one, evidence[one.evidence], [_own(f) for f in read_fields(one.extra_fields)])
            for one in kinds
        ],
        "offers": [
            ("services", pgettext("catalogue", "Special services"), FeatureKind.objects.all()),
            ("specialities", pgettext("catalogue", "Specialities"), SpecialityKind.objects.all()),
        ],
        "used": sum(one.is_active for one in kinds),
        "may_keep": request.actor.can(KEEP),
        "new": NEW,
    }
    return render(request, "outreach/catalogue.html", context)


def _own(field: Any) -> str:
    chinese = (get_language() or "zh").startswith("zh")
    return str(field.label if chinese else field.label_en)


@requires(KEEP)
@GET_POST
def add(request: AppRequest, table: str) -> HttpResponse:
    if table not in TABLES:
        raise Http404
    return _edit(request, table, None)


@requires(KEEP)
@GET_POST
def line(request: AppRequest, table: str, code: str) -> HttpResponse:
    """Change one line."""
    if table not in TABLES:
        raise Http404
    return _edit(request, table, get_object_or_404(TABLES[table], code=code))


def _edit(request: AppRequest, table: str, entry: Any) -> HttpResponse:
    make = {
        "activities": catalogue_forms.kind_form,
        "services": catalogue_forms.FeatureForm,
        "specialities": catalogue_forms.LineOfText,
    }[table]
    form: Any = make(entry, request.POST or None)
    context = {"title": str(entry) if entry else NEW[table], "has_own": table == "activities"}
    return answered(
        request,
        form,
        lambda: _save(request, table, entry, form),
        to="outreach:catalogue",
        page=("outreach/catalogue_line.html", context),
    )


def _save(request: AppRequest, table: str, entry: Any, form: Any) -> Any:
    said: dict[str, Any] = {
        "actor": request.actor,
        "kind": entry,
        "version": form.cleaned_data["version"],
        "text": form.text(),
    }
    if table == "activities":
        return catalogues.save_activity_kind(rules=form.rules(), **said)
    if table == "services":
        searched = form.cleaned_data["is_searched"]
        return catalogues.save_feature_kind(is_searched=searched, **said)
    return catalogues.save_speciality_kind(**said)
