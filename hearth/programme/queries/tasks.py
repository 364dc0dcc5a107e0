"""Tasks as a page shows them: filtered, counted over the reader's units, and how far they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hearth.network.models import Post, Unit
from hearth.network.scope import Actor, end_of
from hearth.programme.enums import State
from hearth.programme.models import Programme, Task, TaskShare
from hearth.programme.models.tasks import TaskQuerySet
from hearth.programme.queries.people import own_post, own_unit_ids

SOON = timedelta(days=3)
VIEW = "programme.view"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of tasks is narrowed to; an empty attribute narrows nothing.

    Attributes:
        q: words of code or title.
        pillar: key of a pillar, of the task's measure.
        unit: code of a unit; tasks owned or reported by it or a unit below it.
        post: title of the post that the task is meant for.
        state: of ``State``, 'late', or 'open' for all that is not finished.
        source: 'plan' for the work list, 'given' for the others.
    """

    q: str = ""
    pillar: str = ""
    unit: str = ""
    post: str = ""
    state: str = ""
    source: str = ""


def plan_of(today: date, year: int | None = None) -> Programme | None:
    """The plan of a year; without one, that in force today, else the newest; None without any."""
    plans = Programme.objects.newest_first()
    if year is not None:
        return plans.filter(year=year).first()
    now = plans.filter(starts_on__lte=today, ends_on__gte=today).first()
    return now or plans.first()


def tasks_of(actor: Actor, programme: Programme, chosen: TaskFilter, today: date) -> list[Task]:
    """Tasks the actor sees, each with its counts over the units in scope, by day due; one query.

    ``state`` is applied to what the counts say (``state_of``).
    """
    rows = narrowed(actor, programme, chosen, today)
    rows = rows.select_related("programme", "unit", "measure__pillar")
    return [task for task in rows if _stands_at(task, chosen.state)]


def narrowed(actor: Actor, programme: Programme, chosen: TaskFilter, today: date) -> TaskQuerySet:
    """The same without the state, as a queryset."""
    scope = actor.scope_for(VIEW)
    rows = Task.objects.visible_to(scope).standing().filter(programme=programme)
    for word in chosen.q.split():
        rows = rows.filter(Q(title__icontains=word) | Q(code__icontains=word))
    if chosen.pillar:
        rows = rows.filter(measure__pillar__key=chosen.pillar)
    if chosen.unit:
        rows = _of_unit(rows, actor, chosen.unit)
    if chosen.post:
        rows = rows.filter(post=chosen.post)
    if chosen.source:
        rows = rows.filter(is_planned=chosen.source == "plan")
    return rows.counted(scope, today).order_by("due_on", "code")


def _of_unit(rows: TaskQuerySet, actor: Actor, code: str) -> TaskQuerySet:
    above = Unit.objects.visible_to(actor.scope_for(VIEW)).filter(code=code).first()
    if above is None:
        return rows.none()
    owned = Q(unit__path__gte=above.path, unit__path__lt=end_of(above.path))
    shares = TaskShare.objects.filter(
        unit__path__gte=above.path, unit__path__lt=end_of(above.path), task=OuterRef("pk")
    )
    return rows.filter(owned | Exists(shares))


def state_of(task: Task) -> str:
    """How far a counted task is over the units in scope; "" where none of them reports on it."""
    shares, verified, finished, begun = (
        getattr(task, name) for name in ("shares_n", "verified_n", "finished_n", "begun_n")
    )
    if not shares:
        return ""
    if verified == shares:
        return State.VERIFIED.value
    if finished == shares:
        return State.DONE.value
    return State.UNDERWAY.value if begun else State.NOT_STARTED.value


def _stands_at(task: Task, state: str) -> bool:
    if not state:
        return True
    now = state_of(task)
    if state == "late":
        return bool(getattr(task, "late_n", 0))
    if state == "open":
        return now in (State.NOT_STARTED, State.UNDERWAY)
    return now == state


@dataclass(frozen=True, slots=True)
class Progress:
    """How a set of tasks stands, of those on which a unit in scope reports.

    Attributes:
        tasks: how many.
        done: all units finished.
        verified: all units verified.
        late: at least one unit is late.
        others: tasks of the plan on which no unit in scope reports.
    """

    tasks: int = 0
    done: int = 0
    verified: int = 0
    late: int = 0
    others: int = 0


def progress_of(tasks: Iterable[Task]) -> Progress:
    """Counts over counted tasks."""
    states = [(state_of(task), getattr(task, "late_n", 0)) for task in tasks]
    owed = [state for state, _late in states if state]
    return Progress(
        tasks=len(owed),
        done=sum(1 for state in owed if state in (State.DONE, State.VERIFIED)),
        verified=owed.count(State.VERIFIED.value),
        late=sum(1 for _state, late in states if late),
        others=len(states) - len(owed),
    )


def single_shares(actor: Actor, tasks: Sequence[Task]) -> dict[int, TaskShare]:
    """The one share of each counted task that has exactly one in scope, by task id; one query."""
    ids = [task.pk for task in tasks if getattr(task, "shares_n", 0) == 1]
    rows = TaskShare.objects.visible_to(actor.scope_for(VIEW)).filter(task_id__in=ids)
    return {share.task_id: share for share in rows.select_related("unit")}


def waits_of(tasks: Sequence[Task]) -> dict[int, list[int]]:
    """Ids of the tasks that each of ``tasks`` waits for, among them, by id; one query."""
    ids = {task.pk for task in tasks}
    pairs = Task.depends_on.through.objects.filter(from_task_id__in=ids, to_task_id__in=ids)
    found: dict[int, list[int]] = defaultdict(list)
    for waiting, needed in pairs.values_list("from_task_id", "to_task_id"):
        found[waiting].append(needed)
    return dict(found)


def posts_in(actor: Actor, programme: Programme) -> list[str]:
    """Posts that tasks of the plan are meant for, in order."""
    rows = Task.objects.visible_to(actor.scope_for(VIEW)).standing().filter(programme=programme)
    return list(rows.exclude(post="").order_by("post").values_list("post", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class MyTasks:
    """What is asked of the one who looks.

    Attributes:
        post: held as a member of staff; None without one.
        for_post: open shares of tasks meant for that post.
        for_unit: other open shares of the units they answer for or belong to.
        to_verify: shares of units below that wait for somebody else's eyes.
        finished: shares finished lately.
    """

    post: Post | None
    for_post: Sequence[TaskShare]
    for_unit: Sequence[TaskShare]
    to_verify: Sequence[TaskShare]
    finished: Sequence[TaskShare]


SHOWN = 100


def my_tasks(actor: Actor, today: date) -> MyTasks:
    """Open tasks of the units and the post of the signed-in user; four queries."""
    post = own_post(actor, today)
    units = own_unit_ids(actor) | ({post.unit_id} if post else set())
    rows = TaskShare.objects.visible_to(actor.scope_for(VIEW)).standing()
    rows = rows.filter(unit_id__in=units).select_related("task", "unit")
    open_rows = list(rows.open().order_by("task__due_on", "task__code")[:SHOWN])
    title = post.title if post else ""
    for_post = [share for share in open_rows if title and share.task.post == title]
    lately = rows.exclude(pk__in=rows.open().values("pk")).order_by("-done_on", "-pk")[:20]
    return MyTasks(
        post=post,
        for_post=for_post,
        for_unit=[share for share in open_rows if share not in for_post],
        to_verify=list(to_verify(actor, units)[:SHOWN]),
        finished=list(lately),
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """How many tasks wait for the signed-in user."""

    late: int
    open: int  # not late
    to_verify: int


def owed_by(actor: Actor, today: date) -> Owed:
    """Counts of what ``my_tasks`` lists; three queries."""
    post = own_post(actor, today)
    own = own_unit_ids(actor) | ({post.unit_id} if post else set())
    rows = TaskShare.objects.visible_to(actor.scope_for(VIEW)).standing().open()
    found = rows.filter(unit_id__in=own).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(task__due_on__lt=today))
    )
    return Owed(found["late"], found["all"] - found["late"], to_verify(actor, own).count())


def to_verify(actor: Actor, own: set[int]) -> QuerySet[TaskShare]:
    """Shares done at units below, by others, that the actor may verify."""
    scope = actor.scope_for("programme.work")
    rows = TaskShare.objects.visible_to(scope).standing().filter(state=State.DONE)
    rows = rows.exclude(done_by_id=actor.user_id).exclude(unit_id__in=own)
    return rows.select_related("task", "unit").order_by("done_on", "pk")
