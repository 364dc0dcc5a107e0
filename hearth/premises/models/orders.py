"""Work orders: what is to be done to the premises, by whom, at what cost, and whether it was."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.models import Photo, Record, RecordQuerySet, standing_key


class WorkOrderQuerySet(RecordQuerySet["WorkOrder"]):
    """Named filters over work orders."""

    def with_state(self) -> Self:
        """Each order with ``state_now``, in the same order of tests as ``WorkOrder.state``."""
        state = WorkOrder.State
        return self.annotate(
            state_now=Case(
                When(refused_at__isnull=False, then=Value(state.REFUSED.value)),
                When(
                    Q(done_on__isnull=False, verified_at__isnull=False),
                    then=Value(state.VERIFIED.value),
                ),
                When(done_on__isnull=False, then=Value(state.DONE.value)),
                When(underway_on__isnull=False, then=Value(state.UNDERWAY.value)),
                When(
                    Q(reported_at__isnull=False, accepted_at__isnull=True),
                    then=Value(state.REPORTED.value),
                ),
                default=Value(state.OPENED.value),
                output_field=CharField(),
            )
        )

    def on_hazards(self) -> Self:
        """Orders that put a hazard of a sign right: mending it, or what a check found at it."""
        return self.filter(hazard())

    def unfinished(self) -> Self:
        """Orders on which something is still to be done: neither done nor refused."""
        return self.standing().filter(done_on__isnull=True, refused_at__isnull=True)

    def done_by(self, day: date, *, since: date | None = None) -> Self:
        """Orders done on or before ``day``, and from ``since`` on where one is given."""
        found = self.standing().filter(refused_at__isnull=True, done_on__lte=day)
        return found if since is None else found.filter(done_on__gte=since)


def hazard() -> Q:
    """What makes an order one on a hazard of a sign; cleaning and inspecting are none."""
    mends = Q(kind__in=(WorkOrder.Kind.REPAIR, WorkOrder.Kind.REPLACE, WorkOrder.Kind.REWIRE))
    return Q(sign__isnull=False) & (mends | Q(finding__isnull=False))


class WorkOrder(Record):
    """One piece of work at one outlet, on a sign, on a facility, or on the house itself.

    What happened is stored as it happened; the ``state`` follows from it. A report by the public
    is an order too, which the outlet accepts or refuses. ``done_by`` never verifies.
    """

    class Kind(models.TextChoices):
        CLEAN = "clean", pgettext_lazy("work order", "Clean")
        INSPECT = "inspect", pgettext_lazy("work order", "Inspect")
        REPAIR = "repair", pgettext_lazy("work order", "Repair")
        REPLACE = "replace", pgettext_lazy("work order", "Replace")
        REWIRE = "rewire", pgettext_lazy("work order", "Rewire")
        ADD_AIR_CONDITIONER = (
            "add_air_conditioner",
            pgettext_lazy("work order", "Add an air conditioner"),
        )
        OTHER = "other", pgettext_lazy("work order", "Other work")

    class State(models.TextChoices):
        REPORTED = "reported", pgettext_lazy("work order", "reported")
        OPENED = "opened", pgettext_lazy("work order", "opened")
        UNDERWAY = "underway", pgettext_lazy("work order", "under way")
        DONE = "done", pgettext_lazy("work order", "done")
        VERIFIED = "verified", pgettext_lazy("work order", "verified")
        REFUSED = "refused", pgettext_lazy("work order", "refused")

    class Problem(models.TextChoices):
        UNLIT = "unlit", _("It does not light up")
        DIRTY = "dirty", _("It is dirty")
        DAMAGED = "damaged", _("It is broken")
        LOOSE = "loose", _("It is loose and might fall")
        MISSING = "missing", _("It is not there")
        OTHER = "other", _("Something else")

    order_no = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    sign = models.ForeignKey("premises.Sign", models.PROTECT, null=True, related_name="orders")
    facility = models.ForeignKey(
        "premises.FacilityKind", models.PROTECT, null=True, related_name="+"
    )
    opened_on = models.DateField()
    done_on = models.DateField(null=True)
    cost_fen = models.BigIntegerField(null=True)  # 分, a hundredth of a yuan
    contractor = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    due_on = models.DateField(null=True)  # last day
    warranty_until = models.DateField(null=True)  # first day without
    problem = models.CharField(max_length=12, choices=Problem.choices, blank=True)  # as reported
    reported_at = models.DateTimeField(null=True)  # by the public, through a label
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    refusal_reason = models.CharField(max_length=400, blank=True)
    underway_on = models.DateField(null=True)  # given to someone who does it
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    verification_note = models.CharField(max_length=400, blank=True)  # on what it relies
    return_reason = models.CharField(max_length=400, blank=True)  # why it was not done well
    new_sign = models.ForeignKey(  # which took the place of ``sign``
        "premises.Sign", models.PROTECT, null=True, related_name="replaced_by"
    )
    plan = models.ForeignKey(
        "premises.UpkeepPlan", models.PROTECT, null=True, related_name="orders"
    )
    gap = models.ForeignKey(  # the check that found the facility missing, or not as the law asks
        "premises.FacilityCheck", models.PROTECT, null=True, related_name="orders"
    )
    watch_entry = models.ForeignKey(  # the stay on a list that it is a measure of
        "premises.WatchlistEntry", models.PROTECT, null=True, related_name="orders"
    )
    budget_fen = models.BigIntegerField(null=True)  # 分; what it may cost
    finding = models.ForeignKey(  # of an inspection by a standard, such as a hazard of a sign
        "inspections.Finding", models.PROTECT, null=True, related_name="work_orders"
    )

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "kind", "done_on"], name="order_path_kind"),
            models.Index(fields=["sign", "kind", "done_on"], name="order_sign"),
            models.Index(fields=["unit_path", "opened_on"], name="order_path_opened"),
        ]
        constraints = [
            standing_key("order_no", name="order_key"),
            models.CheckConstraint(
                name="order_done_after_opened",
                condition=Q(done_on__isnull=True) | Q(done_on__gte=models.F("opened_on")),
            ),
            models.CheckConstraint(
                name="order_on_one_asset",
                condition=Q(sign__isnull=True) | Q(facility__isnull=True),
            ),
            models.CheckConstraint(
                name="order_cost_not_negative",
                condition=Q(cost_fen__isnull=True) | Q(cost_fen__gte=0),
            ),
            models.CheckConstraint(
                name="order_budget_not_negative",
                condition=Q(budget_fen__isnull=True) | Q(budget_fen__gte=0),
            ),
            models.CheckConstraint(
                name="order_verified_by_another",
                condition=Q(verified_by__isnull=True)
                | Q(done_by__isnull=True)
                | ~Q(verified_by=models.F("done_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.order_no

    @property
    def state(self) -> WorkOrder.State:
        """Where it stands."""
        if self.refused_at is not None:
            return self.State.REFUSED
        if self.done_on is not None:
            return self.State.DONE if self.verified_at is None else self.State.VERIFIED
        if self.underway_on is not None:
            return self.State.UNDERWAY
        is_reported = self.reported_at is not None and self.accepted_at is None
        return self.State.REPORTED if is_reported else self.State.OPENED


class OrderPhoto(Photo):
    """A photo of the work; ``caption`` is 'reported', 'before' or 'after'."""

    record = models.ForeignKey(WorkOrder, models.CASCADE, related_name="photos")
