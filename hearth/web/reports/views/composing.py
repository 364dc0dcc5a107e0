"""The report of a day as it is now: page, files, and keeping it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hearth.bulletins.models import Report, TemplateVersion
from hearth.bulletins.rendering.formatting import date_text
from hearth.bulletins.reports import services
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.documents import document_of, file_name
from hearth.bulletins.reports.documents import render as render_file
from hearth.bulletins.reports.queries import newest_version
from hearth.bulletins.services import CONTENT_TYPES
from hearth.bulletins.stored import Kind
from hearth.kernel.errors import RuleViolation
from hearth.web.bulletins.views.common import language_of
from hearth.web.downloads import attachment
from hearth.web.figures.asking import VIEW, unit_asked
from hearth.web.http import AppRequest, requires
from hearth.web.reports.composed import compared, composed
from hearth.web.reports.forms import AskForm
from hearth.web.reports.presenting import shown

BESIDE = 8  # kept reports of the same unit that the page lists


class Wanted(NamedTuple):
    """What is asked for, and from which template."""

    asked: Asked
    version: TemplateVersion


def asked_form(request: AppRequest, **found: str) -> AskForm:
    """What the address or the form says; today where it says nothing.

    Args:
        request: with the question.
        found: what its open ends came to mean, for the form to show.
    """
    given = (request.POST if request.method == "POST" else request.GET).copy()
    today = timezone.localdate()
    if "as_of" not in given:
        given["as_of"] = today.isoformat()
    for name, value in found.items():
        given[name] = value
    return AskForm(given)


def wanted_of(request: AppRequest, form: AskForm) -> Wanted:
    """Unit, days and template of a good form; compared as is fair where it does not say with what.

    Raises:
        Http404: the unit is not one that the reader reaches.
        RuleViolation: there is no such template in use.
    """
    given = form.cleaned_data
    unit = unit_asked(request.actor, given["unit"], VIEW)
    asked = Asked.about(unit, given["as_of"], given["earlier"], given["since"])
    version = newest_version(given["template"])
    return Wanted(asked if "earlier" in form.data else compared(asked, version), version)


def _text(asked: Asked) -> str:
    return asked.earlier.isoformat() if asked.earlier else ""


def _refused(request: AppRequest, form: AskForm, words: str = "") -> HttpResponse:
    """The form again, with what is wrong."""
    context = {"form": form, "shown": None, "refusal": words}
    return render(request, "reports/compose.html", context, status=422)


def _told(request: AppRequest) -> tuple[AskForm, Wanted, dict[str, Any]] | HttpResponse:
    """What is asked for and the parts of the report; where it is refused the page that says so."""
    form = asked_form(request)
    if not form.is_valid():
        return _refused(request, form)
    try:
        wanted = wanted_of(request, form)
        return form, wanted, composed(request.actor, wanted.asked, wanted.version)
    except RuleViolation as refusal:
        return _refused(request, form, str(refusal))


@requires(VIEW)
@require_safe
def compose_page(request: AppRequest) -> HttpResponse:
    """The form, and the report that it asks for."""
    told = _told(request)
    if isinstance(told, HttpResponse):
        return told
    form, wanted, parts = told
    unit, language = wanted.asked.unit, language_of(request)
    code = wanted.version.template.code
    visible = Report.objects.visible_to(request.actor.scope_for(VIEW))
    context: dict[str, Any] = {
        "refusal": "",
        "form": asked_form(request, unit=unit.code, template=code, earlier=_text(wanted.asked)),
        "chose_none": "earlier" in form.data,
        "asked": wanted.asked,
        "version": wanted.version,
        "shown": shown(parts, language, request.actor),
        "day": date_text(wanted.asked.as_of, language),
        "may_keep": request.actor.can(services.KEEP, unit.path),
        "kept": visible.filter(unit=unit).for_list()[:BESIDE],
    }
    return render(request, "reports/compose.html", context)


@requires(VIEW)
@require_safe
def pdf(request: AppRequest) -> HttpResponse:
    return _file(request, "pdf")


@requires(VIEW)
@require_safe
def docx(request: AppRequest) -> HttpResponse:
    return _file(request, "docx")


def _file(request: AppRequest, kind: Kind) -> HttpResponse:
    """The file of the report as it is now; it bears the mark of a draft."""
    told = _told(request)
    if isinstance(told, HttpResponse):
        return told
    _form, wanted, parts = told
    language = language_of(request)
    base = request.build_absolute_uri("/")
    document = document_of(parts, language, wanted.asked.as_of, base_url=base)
    name = file_name(wanted.asked.unit.code, wanted.asked.as_of, kind, language)
    return attachment(render_file(document, kind), name, CONTENT_TYPES[kind])


@requires(services.KEEP)
@require_POST
def keep(request: AppRequest) -> HttpResponse:
    """Keep it as it is now, and open what was kept."""
    form = asked_form(request)
    if not form.is_valid():
        return _refused(request, form)
    try:
        wanted = wanted_of(request, form)
        report = services.keep_report(
            actor=request.actor, asked=wanted.asked, version=wanted.version
        )
    except RuleViolation as refusal:
        return _refused(request, form, str(refusal))
    messages.success(request, _("Kept. It stays as it is, whatever happens to the records."))
    return redirect("reports:read", report.pk)
