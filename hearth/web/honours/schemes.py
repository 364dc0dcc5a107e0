"""The catalogue of award schemes: who grants what, at which level, for how many years."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hearth.honours.models import MOST_YEARS, AwardScheme
from hearth.honours.services.schemes import KEEP, SchemeText, save_scheme
from hearth.web.catalogues import LineForm, answered
from hearth.web.http import AppRequest, requires

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
TOLD = ("body", "level", "years")


class SchemeForm(LineForm):
    """One scheme."""

    shown = (*LineForm.shown, *TOLD)
    field_order = ("code", "name", "name_en", *TOLD, "is_active")

    body = forms.CharField(label=gettext_lazy("Granted by"), max_length=80)
    level = forms.ChoiceField(
        label=pgettext_lazy("award scheme", "Level"), choices=AwardScheme.Level.choices
    )
    years = forms.IntegerField(
        label=gettext_lazy("Held for so many years"),
        required=False,
        min_value=1,
        max_value=MOST_YEARS,
        help_text=gettext_lazy(
            "Empty: for good. An award that is entered without an end gets it by this; what is "
            "recorded keeps the end that it has."
        ),
    )

    def text(self) -> SchemeText:
        """As the service takes it."""
        said = self.cleaned_data
        names = ("name", "name_en", *TOLD, "is_active")
        return SchemeText(self.said_code(), **{name: said[name] for name in names})


@requires("honours.view")
@require_safe
def schemes(request: AppRequest) -> HttpResponse:
    found = list(AwardScheme.objects.all())
    context = {
        "schemes": found,
        "used": sum(one.is_active for one in found),
        "may_keep": request.actor.can(KEEP),
    }
    return render(request, "honours/schemes.html", context)


@requires(KEEP)
@GET_POST
def scheme_add(request: AppRequest) -> HttpResponse:
    return _edit(request, None)


@requires(KEEP)
@GET_POST
def scheme(request: AppRequest, code: str) -> HttpResponse:
    """Change one scheme."""
    return _edit(request, get_object_or_404(AwardScheme, code=code))


def _edit(request: AppRequest, entry: AwardScheme | None) -> HttpResponse:
    form = SchemeForm(entry, request.POST or None)

    def save() -> AwardScheme:
        version = form.cleaned_data["version"]
        return save_scheme(actor=request.actor, scheme=entry, version=version, text=form.text())

    context = {"title": str(entry) if entry else _("New award scheme")}
    return answered(
        request, form, save, to="honours:schemes", page=("honours/scheme.html", context)
    )
