"""Reading checks: the list, one check with its arithmetic, its photos."""

from __future__ import annotations

import uuid as uuids

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hearth.exchange.answers import answers_table
from hearth.inspections.enums import Channel
from hearth.inspections.models import Evidence, Inspection
from hearth.platform import files
from hearth.platform.spreadsheets import Column, Table
from hearth.web.downloads import send_table
from hearth.web.http import SIGNED_IN, AppRequest, requires
from hearth.web.inspections.arithmetic import written_out
from hearth.web.inspections.forms import STATES, ListFilter
from hearth.web.inspections.queries import (
    filtered,
    may_see_inspector,
    may_see_time,
    understood,
)
from hearth.web.paging import KeysFirst
from hearth.web.remember import stamp

EXPORTED_AT_MOST = 100_000
EXPORTED = (
    Column("inspected_on", _("Date"), "date"),
    Column("unit", _("Outlet (code)"), "code"),
    Column("unit_name", _("Outlet")),
    Column("channel", _("Channel"), "choice", choices=Channel.choices),
    Column("standard", _("Standard")),
    Column("score", _("Score"), "centi"),
    Column("findings", _("Findings"), "integer"),
    Column("status", _("State"), "choice", choices=list(STATES.items())),
)


@requires("inspections.view")
@require_safe
def inspection_list(request: AppRequest) -> HttpResponse:
    form = ListFilter(request.GET)
    wanted = understood(form)
    rows = filtered(request.actor, wanted)
    page = KeysFirst(rows, at=stamp()).get_page(request.GET.get("page"))
    template = "inspections/_list.html" if request.htmx else "inspections/list.html"
    context = {
        "form": form,
        "page_obj": page,
        "narrowed": any(wanted.values()),
        "edition": wanted.get("edition"),
        "states": STATES,
    }
    return render(request, template, context)


@requires(SIGNED_IN)
@require_safe
def detail(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    inspection = get_object_or_404(
        Inspection.objects.visible_to(request.actor).select_related(
            "unit", "edition__standard", "inspector", "replaces", "reviewed_by", "released_by"
        ),
        uuid=uuid,
    )
    actor = request.actor
    chinese = (get_language() or "").startswith("zh")
    newer = Inspection.objects.filter(replaces=inspection).first()
    context = {
        "inspection": inspection,
        "arithmetic": written_out(inspection, chinese=chinese),
        "only_faults": "all" not in request.GET,
        "shows_inspector": may_see_inspector(actor, inspection),
        "shows_time": may_see_time(actor, inspection),
        "may_review": inspection.status in {"submitted", "reviewed"}
        and inspection.is_current
        and inspection.inspector_id != actor.user_id
        and actor.can("inspections.review", inspection.unit_path),
        "may_release": actor.can("inspections.release", inspection.unit_path),
        "may_correct": inspection.is_current
        and inspection.inspector_id == actor.user_id
        and inspection.status != Inspection.Status.WITHDRAWN,
        "newer": newer,
        "state": STATES[inspection.status],
    }
    return render(request, "inspections/detail.html", context)


@requires(SIGNED_IN)
@require_safe
def evidence(request: AppRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """One photo, to whoever may read its check or is still filling it in."""
    photo = get_object_or_404(Evidence, uuid=uuid)
    mine = photo.draft_id is not None and photo.uploaded_by_id == request.actor.user_id
    visible = Inspection.objects.visible_to(request.actor).filter(evidence=photo)
    if not (mine or visible.exists()):
        raise Http404
    try:
        handle = files.path_of(photo.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(handle, content_type=photo.content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Disposition"] = "inline"
    return response


@requires("exchange.export")
@require_safe
def export(request: AppRequest) -> HttpResponseBase:
    """The list as filtered, as XLSX or CSV; with ``answers`` every answer by one standard."""
    wanted = understood(ListFilter(request.GET))
    rows = filtered(request.actor, wanted)
    as_csv = request.GET.get("format") == "csv"
    if wanted.get("edition") and "answers" in request.GET:
        table = answers_table(wanted["edition"], rows, most=EXPORTED_AT_MOST)
        return send_table(request, table, as_csv=as_csv)
    body = (
        (
            row.inspected_on,
            row.unit.code,
            row.unit.name,
            row.channel,
            str(row.edition),
            row.score_centi,
            row.findings_count,
            row.status,
        )
        for row in rows[:EXPORTED_AT_MOST].iterator(chunk_size=2000)
    )
    return send_table(request, Table("inspections", EXPORTED, body), as_csv=as_csv)
