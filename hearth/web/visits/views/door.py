"""At the door, on a telephone: one step after the other, each a button."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.outreach.models import Visit
from hearth.outreach.services import visits_at_door as services
from hearth.web.http import AppRequest, requires
from hearth.web.visits.forms import DoorForm, PersonalForm
from hearth.web.visits.views.lists import seen
from hearth.web.visits.words import OUTCOMES

EDIT = "outreach.edit"


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def at_door(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    visit = seen(request, uuid)
    request.actor.require(EDIT, visit.unit_path)
    refusal = ""
    if request.method == "POST":
        try:
            after = _carry_out(request, visit)
        except (RuleViolation, StaleWrite) as said:
            refusal = str(said)
            visit = seen(request, uuid)
        else:
            if after.stage == Visit.Stage.LEFT:
                messages.success(request, _("Go back now, and hand in the vouchers."))
                return redirect("visits:detail", visit.uuid)
            return redirect("visits:door", visit.uuid)
    if not refusal and visit.stage not in {Visit.Stage.APPROVED, Visit.Stage.ON_SITE}:
        return redirect("visits:detail", visit.uuid)
    opens = request.actor.can("outreach.personal", visit.unit_path)
    kinds = list(visit.papers.values_list("kind", flat=True))
    context = {
        "visit": visit,
        "refusal": refusal,
        "papers": kinds.count("paper"),
        "most_papers": services.MOST_PAPERS,
        "outcomes": OUTCOMES.items(),
        "keys": {name: uuids.uuid4() for name in ("sign", "paper", "signed")},
        "is_today": bool(visit.starts_at)
        and timezone.localdate(visit.starts_at) == timezone.localdate(),
        "personal_form": PersonalForm(initial={"reason": "visit"}) if opens else None,
    }
    return render(request, "visits/door.html", context, status=422 if refusal else 200)


def _carry_out(request: AppRequest, visit: Visit) -> Visit:
    """Do the step whose button was pressed.

    Raises:
        RuleViolation, StaleWrite: as the service; ``step_unknown`` for no button of ours.
    """
    form = DoorForm(request.POST, request.FILES)
    if not form.is_valid():
        raise RuleViolation("step_unknown", _("There is no such step."))
    said: dict[str, Any] = form.cleaned_data
    act: dict[str, Any] = {"actor": request.actor, "visit": visit, "version": said["version"]}
    step = request.POST.get("step", "")
    if step == "arrive":
        return services.arrive(**act, both_here=said["both_here"])
    if step in services.STEPS:
        return services.record_step(**act, step=step)
    if step == "leave":
        return services.leave(**act, outcome=said["outcome"])
    if step == "sign" and said["uuid"]:
        return services.sign(**act, uuid=said["uuid"], drawn=said["drawn"])
    if step in {"paper", "signed"} and said["uuid"]:
        return _keep_photo(request, visit, said, signed=step == "signed")
    raise RuleViolation("step_unknown", _("There is no such step."))


def _keep_photo(request: AppRequest, visit: Visit, said: dict[str, Any], *, signed: bool) -> Visit:
    photo = said["photo"]
    if photo is None:
        raise RuleViolation("no_photo", _("Choose a photo first."))
    services.add_paper(
        actor=request.actor, visit=visit, uuid=said["uuid"], content=photo.read(), signed=signed
    )
    return visit
