"""The sheet of labels of one outlet, to print and to cut."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.premises.models import AssetLabel
from hearth.premises.queries.labels import labels_of, unlabelled
from hearth.premises.services.labels import make_labels, replace_label
from hearth.web.http import AppRequest, requires
from hearth.web.qr import qr_svg


@requires("premises.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def label_sheet(request: AppRequest, code: str) -> HttpResponse:
    """All labels in use; a POST makes those that lack."""
    reach = Unit.objects.visible_to(request.actor.scope_for("premises.edit"))
    unit = get_object_or_404(reach, code=code)
    if request.method == "POST":
        made = make_labels(actor=request.actor, unit=unit)
        messages.success(request, ngettext("%(n)s label", "%(n)s labels", made) % {"n": made})
        return redirect("premises:labels", code)
    signs, facilities = unlabelled(unit, timezone.localdate())
    labels = [
        (label, qr_svg(request.build_absolute_uri(reverse("premises:report", args=[label.token]))))
        for label in labels_of(unit)
    ]
    context = {"unit": unit, "labels": labels, "lacking": len(signs) + len(facilities)}
    return render(request, "premises/labels.html", context)


@requires("premises.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def label_replace(request: AppRequest, pk: int) -> HttpResponse:
    """End a label that was lost or abused; another takes its place on the sheet."""
    reach = AssetLabel.objects.visible_to(request.actor.scope_for("premises.edit"))
    label = get_object_or_404(reach.select_related("unit", "sign", "facility"), pk=pk)
    back = reverse("premises:labels", args=[label.unit.code])
    if request.method == "POST":
        try:
            replace_label(actor=request.actor, label=label)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The old label opens nothing any more. Print the new one."))
        return redirect(back)
    context = {
        "form": "",
        "title": _("Replace this label?"),
        "what": f"{label.unit.name} · {label.sign.sign_no if label.sign else label.facility}",
        "back": back,
        "action": _("Replace it"),
    }
    return render(request, "parts/reason.html", context)
