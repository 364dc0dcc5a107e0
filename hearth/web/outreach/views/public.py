"""Pages for everyone: no account, large type, few words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import RuleViolation
from hearth.outreach.models import FeatureKind, SignInSheet
from hearth.outreach.queries.offers import find, offered_at, offering
from hearth.outreach.services.sign_ins import sign_in
from hearth.premises.models import FacilityKind
from hearth.premises.queries.facilities import there
from hearth.web.http import public
from hearth.web.limits import is_too_fast
from hearth.web.outreach.forms import STATION, SignInForm
from hearth.web.outreach.more_forms import FACILITY, FinderForm
from hearth.web.outreach.pictures import finder_map

SHOWN = 3  # three things on a screen
SEARCHES_A_MINUTE = 120
MOST_A_MINUTE = 240  # sign-ins from one address: a hall shares the outlet's own network


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone without an account, as the trail names them."""

    identity: str = "public"
    name: str = "public"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, token: str) -> HttpResponse:
    """ "I am here": one touch signs in; digits or a name help to count persons."""
    sheet = SignInSheet.objects.select_related("activity__unit", "activity__kind")
    opened = sheet.filter(token=token).first()
    if opened is None or opened.activity.is_withdrawn:
        raise Http404
    form = SignInForm(request.POST or None, initial={"visit": secrets.token_urlsafe(16)})
    done, refused = False, ""
    if request.method == "POST":
        if is_too_fast(request, "sign-in", most=MOST_A_MINUTE):
            refused = _("Very many are signing in. Try again in a minute.")
        elif form.is_valid():
            try:
                sign_in(
                    doer=Visitor(),
                    token=token,
                    visit=form.cleaned_data["visit"],
                    nickname=form.cleaned_data["nickname"],
                    digits=form.cleaned_data["digits"],
                )
                done = True
            except RuleViolation as refusal:
                refused = str(refusal)
        else:
            refused = _("This page is too old. Read the code again.")
    context = {
        "record": opened.activity,
        "form": form,
        "done": done,
        "refused": refused,
        "is_open": opened.is_open(timezone.now()),
    }
    return render(request, "outreach/here.html", context, status=422 if refused else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def finder(request: HttpRequest) -> HttpResponse:
    """Which outlet has what I need: by city and district, or nearest first.

    The place of a telephone comes in the body of a POST, rounded by the page, so that it stands
    in no address and no log; it is used for this answer only.
    """
    if is_too_fast(request, "finder", most=SEARCHES_A_MINUTE):
        return render(request, "outreach/busy.html", status=429)
    data = request.POST if request.method == "POST" else request.GET
    form = FinderForm(data if data.get("service") else None)
    context = {"form": form, "searched": False, "page_obj": None, "picture": None}
    if form.is_bound and form.is_valid():
        context |= _search(form)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "outreach/finder.html", context, status=status)


def _records(code: str, today: date) -> QuerySet[Any]:
    """What says that an outlet has it: a service, a station of care, or a facility."""
    if code.startswith(FACILITY):
        kind = FacilityKind.objects.get(code=code.removeprefix(FACILITY))
        return there(kind, today)
    return offering(None if code == STATION else FeatureKind.objects.get(code=code), today)


def _search(form: FinderForm) -> dict[str, Any]:
    wanted = form.cleaned_data
    code, today = wanted["service"], timezone.localdate()
    found = find(
        _records(code, today),
        today,
        city=wanted.get("city", ""),
        district=wanted.get("district", ""),
        near=form.near,
    )
    page = Paginator(found, SHOWN).get_page(wanted.get("page") or 1)
    offered = offered_at([one.unit for one in page], today)
    return {
        "searched": True,
        "service": form.sought[code],
        "page_obj": page,
        "offered": {unit: [str(kind) for kind in kinds] for unit, kinds in offered.items()},
        "picture": finder_map(found, lambda one: f"#o-{one.unit.code}"),
        "is_near": form.near is not None,
    }
