"""Pages for everyone: a fault reported by a label. No account, large type, few words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import RuleViolation
from hearth.premises.models import AssetLabel
from hearth.premises.queries.labels import open_label
from hearth.web.forms import put_refusal
from hearth.web.http import client_address, public
from hearth.web.premises.forms import ReportForm
from hearth.web.premises.photos import read_upload
from hearth.workflows.fault_reports import report_fault


def _label(token: str) -> AssetLabel:
    label = open_label(token)
    if label is None:
        raise Http404
    return label


@public
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What is wrong with the sign or facility on which the label stands."""
    label = _label(token)
    if label.ended_at is not None:
        return render(request, "premises/label_ended.html", {"label": label}, status=410)
    is_sent = request.method == "POST"
    typed = (request.POST, request.FILES) if is_sent else ()
    form = ReportForm(*typed, is_sign=label.sign_id is not None)
    if is_sent and form.is_valid():
        photo = read_upload(form, "photo")
        if photo is not None:
            try:
                report_fault(
                    label=label,
                    problem=form.cleaned_data["problem"],
                    words=form.cleaned_data["words"],
                    photo=photo,
                    address=client_address(request) or "",
                )
            except RuleViolation as refusal:
                put_refusal(form, refusal)
            else:
                return redirect("premises:report-thanks", token)
    status = 422 if form.errors else 200
    return render(request, "premises/report.html", {"label": label, "form": form}, status=status)


@public
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """That the report arrived, and what becomes of it."""
    return render(request, "premises/thanks.html", {"label": _label(token)})
