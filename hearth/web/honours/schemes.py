"""The catalogue of award schemes: who grants what, at which level, for how many years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hearth.honours.models import MOST_YEARS, AwardScheme
from hearth.honours.services.schemes import KEEP, SchemeText, save_scheme
from hearth.kernel.errors import Refusal
from hearth.web.catalogues import CodedForm
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
NAMES = ("name", "name_en", "body", "level", "years", "is_active", "version")


class SchemeForm(CodedForm):
    """One scheme; the code is given once."""

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
    is_active = forms.BooleanField(
        label=gettext_lazy("Offered when something is recorded"),
        required=False,
        initial=True,
        help_text=gettext_lazy("What was recorded before stays readable and counts."),
    )

    def __init__(self, entry: AwardScheme | None, *args: Any, **kwargs: Any) -> None:
        self.entry = entry
        if entry is not None:
            kwargs["initial"] = {name: getattr(entry, name) for name in NAMES}
        super().__init__(*args, **kwargs)
        if entry is not None:
            del self.fields["code"]

    def text(self) -> SchemeText:
        """As the service takes it."""
        said = self.cleaned_data
        code = self.entry.code if self.entry else said["code"].strip()
        return SchemeText(code, **{name: said[name] for name in NAMES if name != "version"})


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
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_scheme(
                actor=request.actor,
                scheme=entry,
                version=form.cleaned_data["version"],
                text=form.text(),
            )
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved: %(label)s.") % {"label": saved})
            return redirect("honours:schemes")
    context = {"title": str(entry) if entry else _("New award scheme"), "form": form}
    return render(request, "honours/scheme.html", context, status=422 if form.errors else 200)
