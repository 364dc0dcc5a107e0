"""Meetings: list, one with its list of people, minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.programme.enums import MeetingKind, Presence
from hearth.programme.models import Meeting
from hearth.programme.queries.meetings import came, list_of, meetings_of, own_attendance
from hearth.programme.queries.people import own_unit_ids
from hearth.programme.queries.tasks import VIEW
from hearth.programme.services.meetings import (
    call_off,
    call_people,
    may_hold,
    note_presence,
    save_meeting,
    sign_in,
    write_minutes,
)
from hearth.web.forms import put_edit_refusal, put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.programme.common import plan_or_404, uploads
from hearth.web.programme.forms.meetings import MeetingForm, MinutesForm, PeopleForm, written
from hearth.web.programme.forms.tasks import ReasonForm

PAGE = 50


@requires("programme.view")
@require_safe
def meeting_list(request: AppRequest, year: int) -> HttpResponse:
    programme = plan_or_404(year)
    rows = meetings_of(request.actor, programme)
    now = timezone.now()
    context = {
        "programme": programme,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "next": rows.filter(held_at__gte=now, withdrawn_at__isnull=True).last(),
        "unminuted": rows.filter(held_at__lt=now, minutes="", withdrawn_at__isnull=True).count(),
        "now": now,
    }
    return render(request, "programme/meeting_list.html", context)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def create(request: AppRequest, year: int) -> HttpResponse:
    programme = plan_or_404(year)
    now = timezone.localtime()
    own = Unit.objects.filter(pk__in=own_unit_ids(request.actor)).order_by("path").first()
    first = {
        "kind": MeetingKind.PROGRESS,
        "unit": own.code if own else "",
        "on": now.date(),
        "at": now.replace(minute=0).time(),
    }
    form = MeetingForm(request.actor, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = save_meeting(actor=request.actor, programme_id=programme.pk, text=form.text())
        except (RuleViolation, NotAllowed) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Called. Now put people on the list."))
            return redirect("programme:meeting", meeting.pk)
    context = {"form": form, "programme": programme, "meeting": None}
    return render(
        request, "programme/meeting_edit.html", context, status=422 if form.errors else 200
    )


def _seen(request: AppRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.actor.scope_for(VIEW))
    return get_object_or_404(rows.select_related("programme", "unit"), pk=pk)


def _kept(request: AppRequest, pk: int) -> Meeting:
    """A meeting that the actor sees and may keep (404 and 403 otherwise)."""
    meeting = _seen(request, pk)
    if not may_hold(request.actor, meeting.unit):
        raise NotAllowed("not_allowed", "")
    return meeting


@requires("programme.view")
@require_safe
def detail(request: AppRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _page(request: AppRequest, meeting: Meeting, form: PeopleForm | None = None) -> HttpResponse:
    rows = list(list_of(request.actor, meeting))
    mine = own_attendance(request.actor, meeting)
    is_today = timezone.localdate() == timezone.localdate(meeting.held_at)
    context: dict[str, Any] = {
        "meeting": meeting,
        "programme": meeting.programme,
        "rows": rows,
        "came": came(rows),
        "mine": mine,
        "may_sign": mine is not None and mine.signed_at is None and is_today,
        "may_hold": meeting.withdrawn_at is None and may_hold(request.actor, meeting.unit),
        "presences": Presence.choices,
        "files": meeting.files.order_by("pk"),
        "form": form or PeopleForm(request.actor),
        "is_over": meeting.held_at < timezone.now(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "programme/meeting.html", context, status=status)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    form = MeetingForm(request.actor, request.POST or None, initial=written(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            save_meeting(
                actor=request.actor,
                programme_id=meeting.programme_id,
                text=form.text(),
                meeting_id=pk,
                version=form.cleaned_data["version"] or 0,
            )
        except (RuleViolation, StaleWrite, NotAllowed) as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("programme:meeting", pk)
    context = {"form": form, "programme": meeting.programme, "meeting": meeting}
    return render(
        request, "programme/meeting_edit.html", context, status=422 if form.errors else 200
    )


@requires("programme.work")
@require_POST
def people(request: AppRequest, pk: int) -> HttpResponse:
    """Put people on the list."""
    meeting = _kept(request, pk)
    form = PeopleForm(request.actor, request.POST)
    if not form.is_valid():
        return _page(request, meeting, form)
    try:
        n = call_people(actor=request.actor, meeting_id=pk, people=form.cleaned_data["people"])
    except RuleViolation as refusal:
        put_refusal(form, refusal)
        return _page(request, meeting, form)
    told = ngettext("%(n)s person was put on the list.", "%(n)s people were put on the list.", n)
    messages.success(request, told % {"n": n})
    return redirect("programme:meeting", pk)


@requires("programme.work")
@require_POST
def presence(request: AppRequest, pk: int) -> HttpResponse:
    """Note who came; fields are called ``p`` and the key of the line."""
    _kept(request, pk)
    said = {
        int(name[1:]): str(value)
        for name, value in request.POST.items()
        if name[:1] == "p" and name[1:].isascii() and name[1:].isdigit() and len(name) < 12
    }
    note_presence(actor=request.actor, meeting_id=pk, presence=said)
    messages.success(request, _("The list is kept."))
    return redirect("programme:meeting", pk)


@requires("programme.view")
@require_POST
def meeting_sign_in(request: AppRequest, pk: int) -> HttpResponse:
    sign_in(actor=request.actor, meeting_id=pk)
    messages.success(request, _("You are signed in to the meeting."))
    return redirect("programme:meeting", pk)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def minutes(request: AppRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    initial = {"version": meeting.version, "minutes": meeting.minutes}
    form = MinutesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            write_minutes(
                actor=request.actor,
                meeting_id=pk,
                files=uploads(request, "files"),
                **form.cleaned_data,
            )
        except (RuleViolation, StaleWrite) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The minutes are kept."))
            return redirect("programme:meeting", pk)
    context = {"form": form, "programme": meeting.programme, "meeting": meeting}
    return render(request, "programme/minutes.html", context, status=422 if form.errors else 200)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def withdraw(request: AppRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    form = ReasonForm(request.POST or None, initial={"version": meeting.version})
    if request.method == "POST" and form.is_valid():
        try:
            call_off(actor=request.actor, meeting_id=pk, **form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Called off. Those on the list are told."))
            return redirect("programme:meeting", pk)
    context = {
        "form": form,
        "title": _("Call this meeting off"),
        "what": meeting.title,
        "back": reverse("programme:meeting", args=[pk]),
        "action": _("Call off"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
