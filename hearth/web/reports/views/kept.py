"""Reports that were kept: the list, one of them, its files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hearth.bulletins.models import Report
from hearth.bulletins.rendering.formatting import date_text
from hearth.bulletins.reports.documents import document_of, file_name
from hearth.bulletins.reports.documents import render as render_file
from hearth.bulletins.reports.queries import beside
from hearth.bulletins.reports.stored import is_intact
from hearth.bulletins.services import CONTENT_TYPES
from hearth.bulletins.stored import Kind
from hearth.web.bulletins.views.common import language_of
from hearth.web.downloads import attachment
from hearth.web.figures.asking import VIEW
from hearth.web.http import AppRequest, requires
from hearth.web.reports.presenting import shown

PAGE = 50


@requires(VIEW)
@require_safe
def kept_list(request: AppRequest) -> HttpResponse:
    """Kept reports in the reader's part of the network, the newest day first."""
    rows = Report.objects.visible_to(request.actor.scope_for(VIEW)).for_list()
    find = request.GET.get("q", "").strip()[:60]
    if find:
        rows = rows.filter(
            Q(title__icontains=find)
            | Q(title_en__icontains=find)
            | Q(unit__code__iexact=find)
            | Q(unit__name__icontains=find)
        )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/kept.html", {"page_obj": page, "find": find})


def _report_or_404(request: AppRequest, pk: int) -> Report:
    visible = Report.objects.visible_to(request.actor.scope_for(VIEW))
    return get_object_or_404(visible.select_related("unit", "version__template", "kept_by"), pk=pk)


@requires(VIEW)
@require_safe
def read(request: AppRequest, pk: int) -> HttpResponse:
    """One kept report, and those that stand beside it."""
    report, language = _report_or_404(request, pk), language_of(request)
    others = beside(report)
    context = {
        "report": report,
        "shown": shown(report.computed, language, request.actor),
        "day": date_text(report.as_of, language),
        "is_intact": is_intact(report),
        "others": others,
        "later": next((one for one in others if one.kept_at > report.kept_at), None),
    }
    return render(request, "reports/read.html", context)


@requires(VIEW)
@require_safe
def pdf(request: AppRequest, pk: int) -> HttpResponse:
    return _file(request, pk, "pdf")


@requires(VIEW)
@require_safe
def docx(request: AppRequest, pk: int) -> HttpResponse:
    return _file(request, pk, "docx")


def _file(request: AppRequest, pk: int, kind: Kind) -> HttpResponse:
    """The file of a kept report, with its hash."""
    report, language = _report_or_404(request, pk), language_of(request)
    document = document_of(
        report.computed,
        language,
        report.as_of,
        content_hash=report.content_hash,
        base_url=request.build_absolute_uri("/"),
    )
    name = file_name(report.unit.code, report.as_of, kind, language, number=report.pk)
    return attachment(render_file(document, kind), name, CONTENT_TYPES[kind])
