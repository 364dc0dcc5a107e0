"""The column of good cases, one's own, and what waits for a decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.voices.models import Case
from hearth.voices.queries import cases_for, waiting_for
from hearth.voices.services import cases as services
from hearth.voices.services.cases import CaseText
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.ideas import idea_named
from hearth.web.voices.forms import PILLARS, ActForm, CaseForm, ColumnFilter

PAGE = 20
LATELY = timedelta(days=30)


@requires("voices.view")
@require_safe
def column(request: AppRequest) -> HttpResponse:
    """Published cases, the latest first."""
    form = ColumnFilter(request.GET)
    form.is_valid()
    published = cases_for(request.actor).published()
    today = timezone.localdate()
    counts = Case.objects.published().aggregate(
        all=Count("pk"), lately=Count("pk", filter=Q(published_on__gt=today - LATELY))
    )
    liked = form.cleaned_data.get("order") == "liked"
    rows = published.order_by(*(["-liked"] if liked else []), "-published_on", "-pk")
    if form.cleaned_data.get("pillar"):
        rows = rows.filter(pillar=form.cleaned_data["pillar"])
    for word in (form.cleaned_data.get("q") or "").split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(text__icontains=word)
            | Q(unit__search_text__contains=word.lower())
        )
    context = {
        "form": form,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "pillars": dict(PILLARS),
        "is_narrowed": any(form.cleaned_data.get(name) for name in ("q", "pillar")),
        "counts": counts,
        "days": LATELY.days,
        "may_write": request.actor.can("voices.write"),
    }
    template = "voices/_column.html" if request.htmx else "voices/column.html"
    return render(request, template, context)


@requires("voices.view")
@require_safe
def desk(request: AppRequest) -> HttpResponse:
    """One's own cases, and for editors those that wait for a decision."""
    actor = request.actor
    mine = cases_for(actor).standing().filter(recorded_by_id=actor.user_id).order_by("-pk")
    counts = mine.order_by().aggregate(
        all=Count("pk", distinct=True),
        published=Count("pk", filter=Q(status=Case.Status.PUBLISHED), distinct=True),
    )
    waiting = waiting_for(actor)
    context = {
        "page_obj": Paginator(mine, PAGE).get_page(request.GET.get("page")),
        "counts": counts,
        "waiting": waiting.order_by("submitted_at", "pk")[: 5 * PAGE],
        "waiting_all": waiting.count(),
        "may_write": actor.can("voices.write"),
    }
    return render(request, "voices/desk.html", context)


def _case(request: AppRequest, pk: int) -> Any:
    return get_object_or_404(cases_for(request.actor), pk=pk)


@requires("voices.view")
@require_safe
def read(request: AppRequest, pk: int) -> HttpResponse:
    return _shown(request, _case(request, pk), ActForm(initial={}))


def _shown(request: AppRequest, case: Any, form: ActForm) -> HttpResponse:
    actor = request.actor
    form.initial["version"] = case.version
    is_own = case.recorded_by_id == actor.user_id
    may_decide = actor.can("voices.edit") and not is_own and not case.is_withdrawn
    context = {
        "case": case,
        "pillars": dict(PILLARS),
        "form": form,
        "is_own": is_own,
        "may_decide": may_decide and case.status in {"submitted", "approved"},
        "may_hand_in": is_own and not case.is_withdrawn and case.status == Case.Status.DRAFT,
        "may_withdraw": may_decide or (is_own and not case.is_withdrawn),
        "is_withdrawing": "withdraw" in request.POST,
        "may_like": actor.can("voices.write") and case.status == Case.Status.PUBLISHED,
    }
    return render(request, "voices/case.html", context, status=422 if form.errors else 200)


@requires("voices.write")
@require_http_methods(["GET", "POST"])
def write(request: AppRequest) -> HttpResponse:
    """Begin a case; a link from elsewhere may name an ``idea`` that it begins with."""
    start: dict[str, Any] = {"version": 0}
    idea = idea_named(request.actor, request.GET.get("idea", ""))
    if idea is not None:
        start |= {"title": idea.title[:120], "text": idea.text}
    form = CaseForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            case = services.write_case(actor=request.actor, said=_said(form))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved as a draft. Hand it in when it is ready."))
            return redirect("voices:case", case.pk)
    context = {"form": form, "case": None}
    return render(request, "voices/case_form.html", context, status=422 if form.errors else 200)


@requires("voices.write")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, pk: int) -> HttpResponse:
    """Change a draft of one's own; of another's there is no such page."""
    case = _case(request, pk)
    if case.recorded_by_id != request.actor.user_id:
        raise Http404
    start = {name: getattr(case, name) for name in ("title", "pillar", "text", "version")}
    form = CaseForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.change_case(actor=request.actor, pk=case.pk, version=version, said=_said(form))
        except (RuleViolation, StaleWrite) as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft. Hand it in when it is ready."))
            return redirect("voices:case", case.pk)
    context = {"form": form, "case": case}
    return render(request, "voices/case_form.html", context, status=422 if form.errors else 200)


def _said(form: CaseForm) -> CaseText:
    said = form.cleaned_data
    return CaseText(said["title"], said["text"], said["pillar"])


@requires("voices.view")
@require_POST
def act(request: AppRequest, pk: int) -> HttpResponse:
    """Hand in, approve, publish, give back or take back, by the button that was pressed."""
    case = _case(request, pk)
    form = ActForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, form)
    try:
        message = _carry_out(request, case.pk, form.cleaned_data)
    except (RuleViolation, StaleWrite) as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, case, form)
    messages.success(request, message)
    return redirect("voices:case", case.pk)


def _carry_out(request: AppRequest, pk: int, said: dict[str, Any]) -> str:
    on: dict[str, Any] = {"actor": request.actor, "pk": pk, "version": said["version"]}
    if "submit" in request.POST:
        services.submit_case(**on)
        return _("Handed in. Another person decides.")
    if "approve" in request.POST:
        services.approve_case(**on, note=said["note"])
        return _("Approved; publish it to let everyone read it.")
    if "publish" in request.POST:
        services.publish_case(**on)
        return _("Published in the column.")
    if "return" in request.POST:
        services.return_case(**on, note=said["note"])
        return _("Given back to its author.")
    services.withdraw_case(**on, reason=said["note"])
    return _("Taken back.")


@requires("voices.write")
@require_POST
def like(request: AppRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(cases_for(request.actor).published(), pk=pk)
    services.like_case(actor=request.actor, pk=case.pk, likes="unlike" not in request.POST)
    return redirect("voices:case", case.pk)
