"""Templates and kept reports as pages and the command line ask for them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hearth.bulletins.models import Report, ReportTemplate, TemplateVersion
from hearth.kernel.errors import RuleViolation


def newest_version(code: str = "") -> TemplateVersion:
    """The newest version of a template; of the first one in use where none is named.

    Raises:
        RuleViolation: ``no_template``, there is none, or it was retired.
    """
    versions = TemplateVersion.objects.select_related("template", "written_by")
    in_use = versions.filter(template__retired_at__isnull=True)
    if code:
        in_use = in_use.filter(template__code=code)
    found = in_use.order_by("template__pk", "-number").first()
    if found is None:
        raise RuleViolation(
            "no_template",
            _("There is no template “%(code)s” in use.") % {"code": code}
            if code
            else _("There is no template in use. Write one, or take a retired one up again."),
        )
    return found


def version_of(template: ReportTemplate, number: int | None = None) -> TemplateVersion | None:
    """One version of a template, the newest where none is named; None: there is none."""
    versions = template.versions.select_related("template", "written_by")
    if number is not None:
        versions = versions.filter(number=number)
    return versions.order_by("-number").first()


def beside(report: Report) -> list[Report]:
    """Other kept reports of the same unit and day, the newest first, without their contents."""
    same = Report.objects.filter(unit=report.unit_id, as_of=report.as_of).exclude(pk=report.pk)
    return list(same.for_list())
