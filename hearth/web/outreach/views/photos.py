"""Photos of this area's records: added, shown, taken away."""

from __future__ import annotations

import hashlib
import uuid as uuids
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hearth.kernel.errors import Refusal
from hearth.ledgers.models import Photo
from hearth.outreach.models import (
    Activity,
    ActivityPhoto,
    Feature,
    FeaturePhoto,
    SampleItem,
    SamplePhoto,
    Station,
    StationPhoto,
)
from hearth.outreach.services.photos import PERMISSIONS, add_photo, remove_photo
from hearth.platform import files
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import PhotosForm
from hearth.web.outreach.spans import VIEW


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of photo: its table, that of the records, where their path is, their page."""

    photos: type[Photo]
    records: Any
    path: str
    page: str


TABLES = {
    "activity": Table(ActivityPhoto, Activity, "unit_path", "outreach:activity"),
    "feature": Table(FeaturePhoto, Feature, "unit_path", "outreach:feature"),
    "station": Table(StationPhoto, Station, "unit_path", "outreach:station"),
    "sample": Table(SamplePhoto, SampleItem, "activity__unit_path", "outreach:sample-item"),
}


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _photo(request: AppRequest, table: Table, uuid: uuids.UUID) -> Any:
    """A photo of a record that the reader sees."""
    rows: Any = table.photos._default_manager
    inside = request.actor.scope_for(VIEW).q(f"record__{table.path}")
    return get_object_or_404(rows.select_related("record").filter(inside), uuid=uuid)


@requires(VIEW)
@require_POST
def add(request: AppRequest, table: str, pk: int) -> HttpResponse:
    """Keep the photos of the form; the same ones again are kept once."""
    chosen = _table(table)
    rows = chosen.records.objects.filter(request.actor.scope_for(VIEW).q(chosen.path))
    record = get_object_or_404(rows, pk=pk)
    path = record.activity.unit_path if table == "sample" else record.unit_path
    request.actor.require(PERMISSIONS[chosen.photos], path)
    form = PhotosForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose at least one photo of at most 25 MB."))
        return redirect(chosen.page, pk)
    for file in form.cleaned_data["photos"]:
        content = file.read()
        digest = hashlib.sha256(content).hexdigest()
        one = uuids.uuid5(uuids.NAMESPACE_OID, f"{table}:{pk}:{digest}")
        try:
            add_photo(
                actor=request.actor, table=chosen.photos, record=record, uuid=one, content=content
            )
        except Refusal as refusal:
            said = {"name": file.name, "reason": str(refusal)}
            messages.warning(request, _("%(name)s was not kept: %(reason)s") % said)
    return redirect(chosen.page, pk)


@requires(VIEW)
@require_safe
def show(request: AppRequest, table: str, uuid: uuids.UUID) -> HttpResponseBase:
    photo = _photo(request, _table(table), uuid)
    return send_photo(photo)


def send_photo(photo: Photo, *, is_public: bool = False) -> HttpResponseBase:
    """The picture itself; one that is no more on the disk does not exist."""
    try:
        handle = files.path_of(photo.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(handle, content_type=photo.content_type)
    whose = "public" if is_public else "private"
    response.headers["Cache-Control"] = f"{whose}, max-age=86400, immutable"
    response.headers["Content-Disposition"] = "inline"
    return response


@requires(VIEW)
@require_POST
def remove(request: AppRequest, table: str, uuid: uuids.UUID) -> HttpResponse:
    chosen = _table(table)
    photo = _photo(request, chosen, uuid)
    record = photo.record_id
    try:
        remove_photo(actor=request.actor, photo=photo)
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The photo was taken away."))
    return redirect(chosen.page, record)
