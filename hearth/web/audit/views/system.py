"""The health of the system, for those who keep it running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.platform.health import last_backup
from hearth.platform.models import Job
from hearth.platform.version import version
from hearth.web.http import AppRequest, requires
from hearth.workflows.upkeep import health_report

RECENT_JOBS = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the page shows it: never a secret."""

    name: str
    value: str
    words: str


@requires("system.view")
@require_safe
def health(request: AppRequest) -> HttpResponse:
    checks = list(health_report())
    counted = Job.objects.values_list("status").annotate(n=Count("pk"))
    by_status = dict.fromkeys(Job.Status.values, 0) | dict(counted)
    context = {
        "checks": checks,
        "wrong": sum(check.state == "wrong" for check in checks),
        "notes": sum(check.state == "note" for check in checks),
        "by_status": by_status,
        "recent": Job.objects.select_related("created_by").order_by("-created_at")[:RECENT_JOBS],
        "settings_shown": list(_settings()),
        "version": version(),
        "backup": last_backup(),
    }
    return render(request, "audit/health.html", context)


def _settings() -> list[Setting]:
    rows = []
    for name, field in type(settings.ENV).model_fields.items():
        shown = str(field.validation_alias or f"HEARTH_{name.upper()}")
        words = _(field.description or "")
        rows.append(Setting(shown, _harmless(name, getattr(settings.ENV, name)), words))
    return rows


def _harmless(name: str, value: Any) -> str:
    """The value without what must not be seen."""
    if name == "secret_key":
        return _("set by the environment") if value else _("kept in HEARTH_HOME")
    if name == "data_key":
        return _("set by the environment") if value else _("kept in a file")
    if name in ("database_url", "mqtt_url") and value:
        parts = urlsplit(value)
        return f"{parts.scheme}://…@{parts.hostname or ''}{parts.path}"
    if isinstance(value, bool):
        return str(value).lower()  # as one would write it in the environment
    return "—" if value in (None, "") else str(value)
