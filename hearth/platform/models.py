"""Records that serve every room: the trail, background jobs and notices."""

from __future__ import annotations

import math

from django.conf import settings
from django.db import models

from hearth.platform.sealed import EncryptedTextField, SealedFile


class AuditEvent(models.Model):
    """One link of the hash-chained trail.

    ``hash`` is SHA-256 over ``prev_hash`` and the canonical form of the other columns
    (``platform.audit.canonical``). Rows are written by ``platform.audit.record`` only and are
    never changed or deleted.
    """

    seq = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)  # 'user:12' or 'system'
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)  # 'inspection.released'
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    unit_path = models.CharField(max_length=64, blank=True, db_collation="C")
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["actor", "at"], name="audit_actor_at"),
            models.Index(fields=["action", "seq"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.object_type}:{self.object_id}"


class AuditHead(models.Model):
    """The newest link; locked while a link is added, so that the chain never forks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash[:12]}"


class KeyProof(models.Model):
    """A known text, sealed: whether it opens says whether the key at hand fits these records."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    text = EncryptedTextField(row="id")

    def __str__(self) -> str:
        return "proof of the key"


class Job(models.Model):
    """A long work that runs beside the pages and shows its progress."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"  # a rule or bad input said no; `result` says why
        FAILED = "failed"  # a fault of ours; the log has the trace

    uuid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: not known yet
    stage = models.CharField(max_length=80, blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    stage_at = models.DateTimeField(null=True)  # when the present stage began, for its rate
    beat_at = models.DateTimeField(null=True)  # last sign of life; a silent job is run again
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status", "beat_at"], name="job_status_beat")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid} {self.status}"

    @property
    def rate(self) -> float:
        """Steps a second of the present stage; 0 while it cannot be told."""
        if self.stage_at is None or self.beat_at is None or self.beat_at <= self.stage_at:
            return 0.0
        return self.done / (self.beat_at - self.stage_at).total_seconds()

    @property
    def seconds_left(self) -> int | None:
        """What is left of the present stage at its rate; None while it cannot be told."""
        if not self.rate or not self.total:
            return None
        return math.ceil(max(self.total - self.done, 0) / self.rate)

    @property
    def is_over(self) -> bool:
        """True once nothing more will happen to it."""
        return self.status in {self.Status.DONE, self.Status.REFUSED, self.Status.FAILED}


class JobFile(SealedFile):
    """A file that a job works on; gone when the job is over.

    Whoever sent it has it still, and a list of people does not lie about for ever.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} of {self.job_id}"


class Notice(models.Model):
    """One line for one user: what happened and where to look."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)  # 'bulletin.published'; the page words it
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "read_at", "-created_at"], name="notice_user")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Allowance(models.Model):
    """How often something was done from one place in a stretch of time (``platform.limits``).

    ``key`` is a keyed hash: neither the address of a visitor nor what was asked can be read
    from it. Rows of past stretches are removed at night.
    """

    key = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.used} until {self.ends_at}"
