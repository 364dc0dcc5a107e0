"""Tasks 工作清单, and what each unit reports of them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.programme.enums import FINISHED, Priority, State
from hearth.programme.models.plans import Measure, Programme


class TaskQuerySet(models.QuerySet["Task"]):
    """Named filters over tasks."""

    def visible_to(self, scope: Scope) -> Self:
        """Tasks of the plan, which all read, and others owned or shared by units in ``scope``.

        An empty scope sees none.
        """
        if scope.is_empty:
            return self.none()
        shared = TaskShare.objects.visible_to(scope).filter(task=OuterRef("pk"))
        return self.filter(Q(is_planned=True) | scope.q("unit__path") | Exists(shared))

    def standing(self) -> Self:
        """Tasks that hold: not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def counted(self, scope: Scope, today: date) -> Self:
        """With ``shares_n``, ``finished_n``, ``verified_n``, ``begun_n`` and ``late_n`` in scope.

        ``begun_n`` counts the units that are underway or further. A task none of whose units lies
        in ``scope`` has noughts.
        """
        inside = scope.q("shares__unit__path")
        over = inside & Q(due_on__lt=today) & ~Q(shares__state__in=FINISHED)
        return self.annotate(
            shares_n=Count("shares", filter=inside),
            finished_n=Count("shares", filter=inside & Q(shares__state__in=FINISHED)),
            verified_n=Count("shares", filter=inside & Q(shares__state=State.VERIFIED)),
            begun_n=Count("shares", filter=inside & ~Q(shares__state=State.NOT_STARTED)),
            late_n=Count("shares", filter=over),
        )


class Task(models.Model):
    """One piece of work with an owner, dates and proof.

    ``is_planned`` marks the rows of the year's work list; the others were given by a unit to one
    below it, often from a figure. Every unit that must report has a ``TaskShare``. Never deleted:
    a wrong one is withdrawn with a reason.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="tasks")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, related_name="tasks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # the owner
    post = models.CharField(max_length=60, blank=True)  # of network.Post.title
    starts_on = models.DateField()
    due_on = models.DateField()  # late from the day after
    evidence = models.CharField(max_length=400, blank=True)  # what proves that it is done
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    figure = models.CharField(max_length=60, blank=True)  # key of the figure it shall move
    is_planned = models.BooleanField(default=False)
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="needed_by")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    withdrawal_reason = models.CharField(max_length=400, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "due_on"], name="task_programme_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                condition=Q(withdrawn_at__isnull=True),
                name="task_code_once",
            ),
            models.CheckConstraint(
                name="task_span_forward", condition=Q(due_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class TaskShareQuerySet(models.QuerySet["TaskShare"]):
    """Named filters over what units report."""

    def visible_to(self, scope: Scope) -> Self:
        """Shares of units that lie in ``scope`` now; an empty scope sees none."""
        return self.filter(scope.q("unit__path"))

    def standing(self) -> Self:
        """Shares of tasks that hold."""
        return self.filter(task__withdrawn_at__isnull=True)

    def open(self) -> Self:
        """Shares on which something is still owed."""
        return self.exclude(state__in=FINISHED)

    def overdue(self, today: date) -> Self:
        """Open shares due before ``today``; what is due on that day is not yet late."""
        return self.standing().open().filter(task__due_on__lt=today)


class TaskShare(models.Model):
    """One unit's part of a task: how far it is, with proof, and who verified it.

    ``verified`` needs another person than the one who reported it done (design rule 6.2).
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="shares")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_STARTED)
    note = models.CharField(max_length=1000, blank=True)  # what was said last
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    told_due_on = models.DateField(null=True)  # when it was last said that it is due soon
    told_late_on = models.DateField(null=True)  # when it was last said that it is late
    version = models.PositiveIntegerField(default=1)

    objects = TaskShareQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "state"], name="task_share_unit_state")]
        constraints = [
            models.UniqueConstraint(fields=["task", "unit"], name="task_share_once"),
            models.CheckConstraint(
                name="task_share_done_iff_finished",
                condition=Q(state__in=FINISHED, done_on__isnull=False)
                | ~Q(state__in=FINISHED) & Q(done_on__isnull=True, done_by__isnull=True),
            ),
            models.CheckConstraint(
                name="task_share_verified_iff_so",
                condition=Q(state=State.VERIFIED, verified_at__isnull=False)
                | ~Q(state=State.VERIFIED) & Q(verified_at__isnull=True, verified_by__isnull=True),
            ),
            models.CheckConstraint(
                name="task_share_two_persons",
                condition=Q(verified_by__isnull=True)
                | Q(done_by__isnull=True)
                | ~Q(verified_by=F("done_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.unit_id} {self.state}"

    @property
    def is_finished(self) -> bool:
        """True when the unit owes nothing more."""
        return self.state in FINISHED
