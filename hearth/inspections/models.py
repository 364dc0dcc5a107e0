"""Assignments, drafts, inspections with their findings, and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact

from hearth.inspections.enums import Channel
from hearth.network.scope import Scope, end_of
from hearth.platform.planner import Likely, unindexed

if TYPE_CHECKING:
    from hearth.network.scope import Actor


class Assignment(models.Model):
    """Someone is to check one outlet by one channel, by a day."""

    class Status(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="assignments")
    edition = models.ForeignKey("standards.Edition", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments"
    )
    due_on = models.DateField()  # last day
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["assignee", "status", "due_on"], name="assignment_mine")]

    def __str__(self) -> str:
        return f"{self.channel} {self.unit_id} by {self.due_on}"


class Draft(models.Model):
    """An inspection being filled in: saved as often as the inspector pauses, gone on submission.

    ``document`` holds ``marks`` (list of ``{criterion, verdict, value, note, evidence}``),
    ``remarks`` and ``place``; the same shape that a submitted inspection keeps for ever.
    """

    uuid = models.UUIDField(primary_key=True)  # made by the client; becomes the inspection's
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    edition = models.ForeignKey("standards.Edition", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    assignment = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="drafts")
    replaces = models.ForeignKey("Inspection", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)  # why a correction is made
    document = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["owner", "-saved_at"], name="draft_owner_saved")]

    def __str__(self) -> str:
        return f"draft {self.uuid}"


_COUNTED_BY_DAY = (
    "inspected_on",
    "id",
    "unit_path",
    "is_current",
    "status",
    "inspector",
    "channel",
    "unit",
    "edition",
    "released_at",
)
_COUNTED_BY_STATUS = (
    "status",
    "inspected_on",
    "id",
    "unit_path",
    "is_current",
    "is_ranked",
    "score_centi",
    "channel",
    "unit",
    "edition",
    "unit_kind",
    "inspector",
    "findings_count",
)
_COUNTED_BY_UNIT = (
    "unit",
    "unit_path",
    "inspected_on",
    "status",
    "channel",
    "score_centi",
    "findings_count",
)
_FOUND_BY_CRITERION = (
    "criterion",
    "inspected_on",
    "unit_path",
    "is_counted",
    "channel",
    "unit",
    "lost_milli",
)

_FOUND_BY_SEVERITY = ("severity", "inspected_on", "unit_path", "unit")


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Named filters over inspections."""

    def within(self, scope: Scope) -> Self:
        """Inspections of units that lay in ``scope`` on the day of the check."""
        return self.filter(scope.q("unit_path"))

    def visible_to(self, actor: Actor) -> Self:
        """What ``actor`` may read: released ones in scope, all for reviewers, always their own."""
        released = actor.scope_for("inspections.view")
        every = actor.scope_for("inspections.view_all")
        if released.is_empty and every.is_empty:
            return self.filter(inspector_id=actor.user_id)
        clause = Q(Exact(unindexed("inspector_id"), actor.user_id)) | every.q("unit_path")
        if not all(every.covers(path) for path in released.paths):
            clause |= released.q("unit_path") & Q(status=Inspection.Status.RELEASED)
        return self.filter(clause)

    def under(self, path: str) -> Self:
        """Inspections of units that lay at or below ``path`` on the day of the check."""
        return self.filter(unit_path__gte=path, unit_path__lt=end_of(path))

    def current(self) -> Self:
        """Only the newest revision of each, and none withdrawn."""
        return self.filter(is_current=True).exclude(status=Inspection.Status.WITHDRAWN)

    def counted(self) -> Self:
        """Those that scores are made of: current, released, ranked, with a score."""
        return self.filter(
            is_current=True,
            status=Inspection.Status.RELEASED,
            is_ranked=True,
            score_centi__isnull=False,
        )

    def counted_of_most(self) -> Self:
        """The same, for who asks about most of them: the planner then looks by unit, not status."""
        released = Likely(Q(status=Inspection.Status.RELEASED))
        return self.filter(released, is_current=True, is_ranked=True, score_centi__isnull=False)


class Inspection(models.Model):
    """One look at one outlet against one edition, kept whole as a document.

    Everything above ``status`` is fixed at submission; a change of mind is a new revision
    with a reason (``replaces``). Scores are integers: points in thousandths, scores in hundredths.
    """

    class Status(models.TextChoices):
        SUBMITTED = "submitted"
        REVIEWED = "reviewed"
        RELEASED = "released"
        RETURNED = "returned"  # the reviewer asks for a correction
        WITHDRAWN = "withdrawn"

    uuid = models.UUIDField(unique=True)
    reference = models.CharField(max_length=80, blank=True)  # outside id of an import
    unit = models.ForeignKey(  # its index is the first part of inspection_unit_on
        "network.Unit", models.PROTECT, related_name="inspections", db_index=False
    )
    unit_path = models.CharField(max_length=64, db_collation="C")  # of the day of the check
    unit_kind = models.CharField(max_length=40, blank=True)  # as it was judged by
    edition = models.ForeignKey(  # an index of its own would be taken where half of them share it
        "standards.Edition", models.PROTECT, related_name="inspections", db_index=False
    )
    channel = models.CharField(max_length=12, choices=Channel.choices)
    inspected_at = models.DateTimeField()
    inspected_on = models.DateField()  # the same in the network's zone
    inspector = models.ForeignKey(  # and this one's of inspection_inspector
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="inspections",
        null=True,
        db_index=False,
    )
    inspector_name = models.CharField(max_length=80, blank=True)  # of an import without account
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, related_name="inspections"
    )
    is_ranked = models.BooleanField(default=True)  # False: looked at, kept out of the mean (SC-06)
    document = models.JSONField()  # {unlisted, marks, remarks, place}
    document_hash = models.CharField(max_length=64)  # SHA-256 of the canonical document
    earned_milli = models.BigIntegerField()
    possible_milli = models.BigIntegerField()
    lost_milli = models.BigIntegerField()
    score_centi = models.PositiveIntegerField(null=True)  # None: nothing applicable
    modules = models.JSONField(default=dict)  # module code -> [earned, possible, score or None]
    critical = models.CharField(max_length=60, blank=True)  # what a critical criterion did
    findings_count = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=400, blank=True)  # of the correction
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SUBMITTED)
    is_current = models.BooleanField(default=True)  # the newest revision
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    review_note = models.CharField(max_length=400, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    version = models.PositiveIntegerField(default=1)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-inspected_on"], name="inspection_unit_on"),
            # Rows are long. What pages count and put in order is in these two, so that they read
            # the rows only of what they show.
            models.Index(fields=_COUNTED_BY_DAY, name="inspection_by_day"),
            models.Index(fields=_COUNTED_BY_STATUS, name="inspection_by_status"),
            models.Index(fields=["inspector", "-inspected_on"], name="inspection_inspector"),
            # What figures count, in the order of the outlets: of three years, sorting takes twice
            # as long as reading. Partial, so that handing a check in does not write it.
            models.Index(
                fields=_COUNTED_BY_UNIT,
                condition=Q(is_current=True, is_ranked=True, status="released"),
                name="inspection_counted_by_unit",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference="") & Q(is_current=True),
                name="inspection_reference_once",
            ),
            models.CheckConstraint(
                name="inspection_released_fields",
                condition=Q(released_at__isnull=False) | ~Q(status="released"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.unit_id} {self.inspected_on}"

    @property
    def makes_score(self) -> bool:
        """Whether it counts once it is released, and its findings with it."""
        return self.is_ranked and self.score_centi is not None


class FindingQuerySet(models.QuerySet["Finding"]):
    """Named filters over findings."""

    def counted(self) -> Self:
        """Findings of inspections that scores are made of."""
        return self.filter(is_counted=True)

    def under(self, path: str) -> Self:
        """Findings at units that lay at or below ``path`` on the day of the check."""
        return self.filter(unit_path__gte=path, unit_path__lt=end_of(path))


class Finding(models.Model):
    """A criterion that was not met on an inspection, with what it cost.

    ``inspected_on``, ``channel`` and ``unit_path`` repeat the inspection's, so that "which
    criterion fails most, where, when" needs no join; ``is_counted`` follows its release.
    """

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    criterion = models.ForeignKey(
        "standards.Criterion", models.PROTECT, related_name="findings", db_index=False
    )
    unit = models.ForeignKey(  # its index is the first part of finding_unit_on
        "network.Unit", models.PROTECT, related_name="findings", db_index=False
    )
    unit_path = models.CharField(max_length=64, db_collation="C")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    inspected_on = models.DateField()
    severity = models.CharField(max_length=6)
    value = models.CharField(max_length=40, blank=True)  # occurrences, level, option or number
    lost_milli = models.BigIntegerField()
    note = models.CharField(max_length=1000, blank=True)
    is_counted = models.BooleanField(default=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        indexes = [
            # All that is counted of findings: a quarter's are counted without reading one row,
            # and of red ones, one in six hundred, none of the others is passed by.
            models.Index(fields=_FOUND_BY_CRITERION, name="finding_by_criterion"),
            models.Index(fields=["unit", "-inspected_on"], name="finding_unit_on"),
            # Partial, so that handing a check in does not write it, only its release.
            models.Index(
                fields=_FOUND_BY_SEVERITY,
                condition=Q(is_counted=True),
                name="finding_by_severity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} on {self.inspection_id}"


class Evidence(models.Model):
    """A photo that shows what a mark says; the file lies under its hash (``platform.files``)."""

    uuid = models.UUIDField(unique=True)  # made by the client, so that a retry stores it once
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()  # bytes
    content_type = models.CharField(max_length=60)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    metadata = models.JSONField(default=dict)  # of the camera, kept apart from the picture
    criterion_code = models.CharField(max_length=40, blank=True)
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="evidence")
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="evidence")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.criterion_code} {self.sha256[:12]}"
