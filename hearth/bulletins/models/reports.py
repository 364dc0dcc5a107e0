"""The report of any date: its templates with their versions, and reports that were kept."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from hearth.network.models import Unit
from hearth.network.scope import Scope


class ReportTemplateQuerySet(models.QuerySet["ReportTemplate"]):
    """Named filters over templates."""

    def in_use(self) -> Self:
        """Those that reports are written from."""
        return self.filter(retired_at__isnull=True)

    def with_newest(self) -> Self:
        """Each with the key and number of its newest version, ``newest_id`` and ``newest``."""
        own = TemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
        return self.annotate(
            newest_id=Subquery(own.values("pk")[:1]), newest=Subquery(own.values("number")[:1])
        )


class ReportTemplate(models.Model):
    """A named template of the whole network; what it says stands in its versions.

    ``newest`` and ``newest_id`` are those of ``with_newest()``.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    newest: int
    newest_id: int
    objects = ReportTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """Its name in the language of the pages."""
        chinese = (get_language() or "").startswith("zh") or not self.name_en
        return self.name if chinese else self.name_en

    @property
    def is_retired(self) -> bool:
        """Whether no new report is written from it."""
        return self.retired_at is not None


class TemplateVersion(models.Model):
    """What a template says in both languages from one saving to the next; never changed."""

    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text_zh = models.TextField()
    text_en = models.TextField()
    note = models.CharField(max_length=200, blank=True)  # what was changed
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )  # null: shipped with Hearth
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["template_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.CheckConstraint(name="template_version_counts", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} version {self.number}"

    def text(self, language: str) -> str:
        """What it says in ``zh`` or ``en``."""
        return self.text_zh if language == "zh" else self.text_en


class ReportQuerySet(models.QuerySet["Report"]):
    """Named filters over kept reports."""

    def visible_to(self, scope: Scope) -> Self:
        """Reports of units that lie in ``scope`` now, or did on the report's day."""
        return self.filter(scope.q("unit__path") | scope.q("unit_path"))

    def for_list(self) -> Self:
        """Without the contents, with the names a list shows; the newest first."""
        rows = self.defer("computed").select_related("unit", "version__template", "kept_by")
        return rows.order_by("-as_of", "-kept_at", "-pk")


class Report(models.Model):
    """A report as it was kept: its values, its words, and the hash of both. Never changed.

    ``computed`` is what ``reports.composing`` made of the records on ``kept_at``. When records of
    the time change later, a later report of the same day stands beside it and says so.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=64, db_collation="C")  # where it lay on the day
    as_of = models.DateField()
    earlier = models.DateField(null=True)  # compared with; None: with nothing
    since = models.DateField(null=True)  # first day of spans; None: each figure's own
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    computed = models.JSONField()
    content_hash = models.CharField(max_length=64)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "as_of"], name="report_path_day")]
        constraints = [
            models.CheckConstraint(
                name="report_earlier_is_earlier",
                condition=Q(earlier__isnull=True) | Q(earlier__lt=models.F("as_of")),
            ),
            models.CheckConstraint(
                name="report_since_is_before",
                condition=Q(since__isnull=True) | Q(since__lte=models.F("as_of")),
            ),
            models.CheckConstraint(name="report_has_hash", condition=~Q(content_hash="")),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.as_of}"
