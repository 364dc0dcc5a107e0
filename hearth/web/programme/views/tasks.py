"""Tasks: board, list, mine, one task; giving, changing and withdrawing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.figures.declared import FIGURES
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.programme.enums import State
from hearth.programme.models import Programme, Task
from hearth.programme.queries.people import WORK, may_keep
from hearth.programme.queries.tasks import (
    VIEW,
    my_tasks,
    plan_of,
    posts_in,
    progress_of,
    single_shares,
    state_of,
    tasks_of,
    waits_of,
)
from hearth.programme.queries.worklist import history_of, share_views, shares_of
from hearth.programme.services.worklist import add_task, change_task, withdraw_task
from hearth.programme.sheets import share_table, task_table
from hearth.web.downloads import send_table, send_workbook
from hearth.web.forms import put_edit_refusal, put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.ideas import idea_named
from hearth.web.programme.common import plan_or_404
from hearth.web.programme.forms.tasks import (
    ReasonForm,
    TaskFilterForm,
    TaskForm,
    first_values,
    written,
)
from hearth.web.programme.pictures import gantt_of

PAGE = 50
MOST_ROWS = 120  # of the picture over the year
MOST_CARDS = 60  # of a column; the list has them all


def _asked(request: AppRequest, year: int) -> dict[str, Any]:
    """What board and list have in common: plan, filter, and the tasks it leaves."""
    programme, today = plan_or_404(year), timezone.localdate()
    form = TaskFilterForm(posts_in(request.actor, programme), request.GET)
    chosen = form.chosen()
    tasks = tasks_of(request.actor, programme, chosen, today)
    return {
        "programme": programme,
        "form": form,
        "tasks": tasks,
        "progress": progress_of(tasks),
        "narrowed": any(getattr(chosen, name) for name in form.fields),
        "today": today,
    }


@requires("programme.view")
@require_safe
def board(request: AppRequest, year: int) -> HttpResponse:
    """Tasks in columns by how far they are."""
    asked = _asked(request, year)
    shares = single_shares(request.actor, asked["tasks"])
    work = request.actor.scope_for(WORK)
    columns = []
    for state, name in State.choices:
        cards = [task for task in asked["tasks"] if state_of(task) == state]
        shown = [
            (task, share, share is not None and work.covers(share.unit.path))
            for task in cards[:MOST_CARDS]
            for share in [shares.get(task.pk)]
        ]
        columns.append({"state": state, "name": name, "count": len(cards), "cards": shown})
    context = asked | {"columns": columns, "most": MOST_CARDS}
    template = "programme/_board.html" if request.htmx else "programme/board.html"
    return render(request, template, context)


@requires("programme.view")
@require_safe
def task_list(request: AppRequest, year: int) -> HttpResponse:
    asked = _asked(request, year)
    page = Paginator(asked["tasks"], PAGE).get_page(request.GET.get("page"))
    rows = [(task, state_of(task)) for task in page]
    context = asked | {"page_obj": page, "rows": rows}
    template = "programme/_tasks.html" if request.htmx else "programme/task_list.html"
    return render(request, template, context)


@requires("programme.view")
@require_safe
def gantt(request: AppRequest, year: int) -> HttpResponse:
    """Tasks over the calendar, by the day they begin."""
    asked = _asked(request, year)
    tasks = sorted(asked["tasks"], key=lambda task: (task.starts_on, task.due_on, task.code))
    shown = tasks[:MOST_ROWS]
    picture = gantt_of(shown, waits_of(shown), asked["today"]) if shown else ""
    context = asked | {"picture": picture, "shown": len(shown), "all": len(tasks)}
    template = "programme/_gantt.html" if request.htmx else "programme/gantt.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def task_export(request: AppRequest, year: int) -> HttpResponseBase:
    """The list as filtered: the sheet of tasks, as it would come in again, and their states."""
    request.actor.require(VIEW)
    asked = _asked(request, year)
    tasks = task_table(request.actor, asked["tasks"])
    if request.GET.get("format") == "csv":
        return send_table(request, tasks, as_csv=True)
    return send_workbook(request, [tasks, share_table(request.actor, asked["tasks"])], "tasks")


@requires("programme.view")
@require_safe
def mine(request: AppRequest) -> HttpResponse:
    today = timezone.localdate()
    found = my_tasks(request.actor, today)
    owed = [*found.for_post, *found.for_unit]
    context = {
        "mine": found,
        "programme": plan_of(today),
        "open": len(owed),
        "late": sum(1 for share in owed if share.task.due_on < today),
        "today": today,
    }
    return render(request, "programme/mine.html", context)


@requires("programme.view")
@require_safe
def detail(request: AppRequest, pk: int) -> HttpResponse:
    """One task: what, who, how far each unit is, what it waits for, and its history."""
    actor, today = request.actor, timezone.localdate()
    scope = actor.scope_for(VIEW)
    seen = Task.objects.visible_to(scope).select_related(
        "programme", "unit", "measure__pillar", "recorded_by"
    )
    task = get_object_or_404(seen.counted(scope, today), pk=pk)
    state = request.GET.get("state", "")
    page = Paginator(shares_of(actor, task, state), PAGE).get_page(request.GET.get("page"))
    neighbours = Task.objects.standing().visible_to(scope).counted(scope, today)
    context = {
        "task": task,
        "programme": task.programme,
        "state": state_of(task),
        "states": State.choices,
        "chosen_state": state,
        "page_obj": page,
        "shares": share_views(actor, task, page, today),
        "waits_for": [(t, state_of(t)) for t in neighbours.filter(needed_by=task)],
        "needed_by": [(t, state_of(t)) for t in neighbours.filter(depends_on=task)],
        "history": history_of(actor, task),
        "figure": FIGURES.get(task.figure),
        "may_keep": task.withdrawn_at is None and may_keep(actor, task),
        "today": today,
    }
    return render(request, "programme/task.html", context)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def create(request: AppRequest) -> HttpResponse:
    """Give a task; a link may say ``unit``, ``title``, ``figure`` and ``year``, or an ``idea``."""
    programme = _programme(request)
    asked = (request.GET.get(name, "") for name in ("figure", "title", "unit"))
    initial = first_values(*asked) | {"is_planned": request.GET.get("planned") == "1"}
    idea = idea_named(request.actor, request.GET.get("idea", ""))
    if idea is not None:
        initial |= {"title": idea.title[:200], "detail": idea.text, "unit": idea.unit}
    form = TaskForm(request.actor, programme, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            task = add_task(actor=request.actor, programme_id=programme.pk, text=form.text())
        except (RuleViolation, NotAllowed) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The task is given. Those who answer for it are told."))
            return redirect("programme:task", task.pk)
    context = {"form": form, "programme": programme, "task": None}
    return render(request, "programme/task_edit.html", context, status=422 if form.errors else 200)


def _programme(request: AppRequest) -> Programme:
    """The plan that the address names, else the one in force."""
    year = request.GET.get("year", "")
    return plan_or_404(int(year) if year.isascii() and year.isdigit() else None)


def _kept(request: AppRequest, pk: int) -> Task:
    """A task that the actor sees and may keep (404 and 403 otherwise)."""
    seen = Task.objects.visible_to(request.actor.scope_for(VIEW)).standing()
    task = get_object_or_404(seen.select_related("programme", "unit"), pk=pk)
    if not may_keep(request.actor, task):
        raise NotAllowed("not_allowed", "")
    return task


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, pk: int) -> HttpResponse:
    task = _kept(request, pk)
    form = TaskForm(request.actor, task.programme, request.POST or None, initial=written(task))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_task(actor=request.actor, task_id=pk, version=version, text=form.text())
        except (RuleViolation, StaleWrite, NotAllowed) as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("programme:task", pk)
    context = {"form": form, "programme": task.programme, "task": task}
    return render(request, "programme/task_edit.html", context, status=422 if form.errors else 200)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def withdraw(request: AppRequest, pk: int) -> HttpResponse:
    task = _kept(request, pk)
    form = ReasonForm(request.POST or None, initial={"version": task.version})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_task(actor=request.actor, task_id=pk, **form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Withdrawn. Nothing is owed any more."))
            return redirect("programme:task-list", task.programme.year)
    context = {
        "form": form,
        "title": _("Withdraw this task"),
        "what": f"{task.code} {task.title}",
        "back": reverse("programme:task", args=[pk]),
        "action": pgettext("programme", "Withdraw"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
