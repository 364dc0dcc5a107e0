"""The templates: reading them with their versions, writing them with a live check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.bulletins.models import ReportTemplate, TemplateVersion
from hearth.bulletins.reports import services
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose, mistakes_of, with_earlier
from hearth.bulletins.reports.queries import version_of
from hearth.bulletins.reports.services import WRITE
from hearth.bulletins.reports.wording import placed
from hearth.kernel.errors import Refusal
from hearth.web.figures.asking import VIEW, day_of, units_in_reach
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.reports.forms import NewTemplateForm, TemplateForm
from hearth.web.reports.help import cheat_sheet
from hearth.web.reports.presenting import shown


@requires(VIEW)
@require_safe
def template_list(request: AppRequest) -> HttpResponse:
    """All of them, retired ones last."""
    templates = list(ReportTemplate.objects.with_newest())
    context = {
        "templates": sorted(templates, key=lambda one: one.is_retired),
        "in_use": sum(not one.is_retired for one in templates),
        "may_write": request.actor.can(WRITE),
    }
    return render(request, "reports/templates.html", context)


def _template_or_404(code: str) -> ReportTemplate:
    return get_object_or_404(ReportTemplate, code=code)


@requires(VIEW)
@require_safe
def show(request: AppRequest, code: str) -> HttpResponse:
    """One version of a template, the newest unless another is asked for."""
    template = _template_or_404(code)
    number = request.GET.get("version", "")
    version = version_of(template, int(number) if number.isdecimal() else None)
    if version is None:
        raise Http404
    versions = template.versions.defer("text_zh", "text_en").select_related("written_by")
    context = {
        "template": template,
        "version": version,
        "versions": versions.order_by("-number"),
        "may_write": request.actor.can(WRITE),
    }
    return render(request, "reports/template.html", context)


@requires(WRITE)
@require_http_methods(["GET", "POST"])
def add(request: AppRequest) -> HttpResponse:
    """A new template."""
    start = {"preview_on": timezone.localdate()}
    form = NewTemplateForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and "check" not in request.POST and form.is_valid():
        try:
            version = services.add_template(
                actor=request.actor, code=form.cleaned_data["code"], text=form.text()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The template is there; reports can be written from it."))
            return redirect("reports:template", version.template.code)
    return _page(request, form, None)


@requires(WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, code: str) -> HttpResponse:
    """The next version of a template."""
    template = _template_or_404(code)
    version = version_of(template)
    if version is None or template.is_retired:
        return redirect("reports:template", code)
    sent = request.POST if request.method == "POST" else None
    form = TemplateForm(sent, initial=TemplateForm.initial_of(version))
    if request.method == "POST" and "check" not in request.POST and form.is_valid():
        try:
            saved = services.save_template(
                actor=request.actor,
                template_id=template.pk,
                based_on=form.cleaned_data["based_on"] or 0,
                text=form.text(),
            )
        except Refusal as refusal:
            put_edit_refusal(form, refusal, field="based_on")
            return _page(request, form, version)
        said = _("Version %(n)s holds now. Reports that were kept stay as they are.")
        messages.success(request, said % {"n": saved.number})
        return redirect("reports:template", code)
    return _page(request, form, version)


def _page(
    request: AppRequest,
    form: TemplateForm,
    version: TemplateVersion | None,
) -> HttpResponse:
    is_sent = request.method == "POST"
    context: dict[str, Any] = {
        "form": form,
        "version": version,
        "is_dirty": is_sent,
        "sheet": cheat_sheet(),
        **(_checked(request) if is_sent else {"is_checked": False}),
    }
    is_bad = is_sent and "check" not in request.POST
    return render(request, "reports/template_form.html", context, status=422 if is_bad else 200)


@requires(WRITE)
@require_POST
def check(request: AppRequest) -> HttpResponse:
    """What is wrong with a text as typed, or what it would say; asked while one types."""
    return render(request, "reports/_check.html", _checked(request))


def _checked(request: AppRequest) -> dict[str, Any]:
    """The check of what was sent: mistakes with their places, else a preview of both texts.

    A text of which nothing is typed yet has no mistakes; it is asked for when one saves.
    """
    texts = services.TemplateText(
        "-", "", request.POST.get("zh", ""), request.POST.get("en", "")
    ).by_language
    typed = {language: text for language, text in texts.items() if text.strip()}
    found = mistakes_of(typed)
    context: dict[str, Any] = {
        "is_checked": bool(typed),
        "is_half": len(typed) < len(texts),
        "mistakes": [
            (language, [(one.line, placed(one)) for one in mistakes])
            for language, mistakes in found.items()
        ],
        "previews": [],
    }
    unit = (
        units_in_reach(request.actor, VIEW).first()
        if len(typed) == len(texts) and not found
        else None
    )
    if unit is not None:
        today = timezone.localdate()
        day = min(day_of(request.POST.get("preview_on", "")) or today, today)
        draft = TemplateVersion(
            template=ReportTemplate(code=""), number=0, text_zh=texts["zh"], text_en=texts["en"]
        )
        parts = compose(request.actor, with_earlier(Asked.about(unit, day), draft), draft)
        context["previews"] = [shown(parts, one, request.actor) for one in texts]
    return context


@requires(WRITE)
@require_POST
def retire(request: AppRequest, code: str) -> HttpResponse:
    """Take a template out of use, or up again."""
    template = _template_or_404(code)
    try:
        services.set_retired(
            actor=request.actor, template_id=template.pk, retired="back" not in request.POST
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:template", code)
