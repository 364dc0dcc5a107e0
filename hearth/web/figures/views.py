"""Views of the explorer that are kept: offered on its page, saved and removed from it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hearth.kernel.errors import Refusal
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.programme.models import SavedView
from hearth.programme.services.views import LONGEST_QUERY, remove_view, save_view
from hearth.web.figures.asking import VIEW, WORK, unit_asked
from hearth.web.forms import HearthForm
from hearth.web.http import AppRequest, requires

OFFERED = 30


class SaveForm(HearthForm):
    """A name for what the page shows."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=80)
    is_shared = forms.BooleanField(
        label=gettext_lazy("Offer it to everybody at and below the unit"), required=False
    )
    query = forms.CharField(
        max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput, strip=True
    )

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]


def kept_views(actor: Actor, unit: Unit) -> dict[str, Any]:
    """For the page: the reader's own views, those shared with them, and the form to keep one.

    A shared view begins with a unit that its reader may not reach; then it shows their own.
    """
    scope = actor.scope_for(VIEW)
    rows = SavedView.objects.standing().visible_to(actor, scope.paths)
    listed = list(rows.select_related("unit", "owner").order_by("name", "pk")[: 2 * OFFERED])
    offered = [
        (view, _address(view, scope.covers(view.unit.path)), view.owner_id == actor.user_id)
        for view in listed
    ]
    return {
        "own_views": [one for one in offered if one[2]],
        "shared_views": [one for one in offered if not one[2]][:OFFERED],
        "save_form": SaveForm(may_share=actor.can(WORK, unit.path)),
    }


def _address(view: SavedView, keeps_unit: bool) -> str:
    """Where the view leads; without its unit for who does not reach that."""
    asked = QueryDict(view.query, mutable=True)
    if not keeps_unit:
        asked.pop("unit", None)
        asked.pop("also", None)
    return f"{reverse('figures:explorer')}?{asked.urlencode()}"


@requires(VIEW)
@require_POST
def save(request: AppRequest) -> HttpResponse:
    """Keep what the page showed, and show it again."""
    form = SaveForm(request.POST, may_share=True)
    form.is_valid()
    said = form.cleaned_data
    asked = QueryDict(said.get("query", ""), mutable=True)
    asked.pop("page", None)
    unit = unit_asked(request.actor, asked.get("unit", ""), VIEW)
    try:
        save_view(
            actor=request.actor,
            name=said.get("name", ""),
            query=asked.urlencode(),
            unit=unit,
            is_shared=said.get("is_shared", False),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The view is kept."))
    return HttpResponseRedirect(f"{reverse('figures:explorer')}?{asked.urlencode()}")


@requires(VIEW)
@require_POST
def remove(request: AppRequest, pk: int) -> HttpResponse:
    """Take an own view back."""
    version = request.POST.get("version", "")
    remove_view(actor=request.actor, pk=pk, version=int(version) if version.isdecimal() else 0)
    messages.success(request, _("The view is removed."))
    return redirect("figures:explorer")
