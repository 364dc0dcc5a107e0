"""Photos of this area: shown to who sees their record, added and removed by who keeps it."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.models import Photo, Record
from hearth.platform import files
from hearth.premises.services.photos import add_photo
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest
from hearth.web.premises.forms import PhotoForm

MOST_PHOTO_BYTES = 25 * 1024 * 1024


def sent(photo: Photo) -> FileResponse:
    """The file of a photo, for the reader's own browser to keep.

    Raises:
        Http404: the file is not (or no longer) kept.
    """
    try:
        handle = files.path_of(photo.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(handle, content_type=photo.content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Disposition"] = "inline"
    return response


def fresh_form(*, with_caption: bool) -> PhotoForm:
    """An empty form whose UUID nothing has yet."""
    form = PhotoForm(initial={"uuid": uuids.uuid4(), "caption": "before"})
    if not with_caption:
        del form.fields["caption"]
    return form


def taken(request: AppRequest, record: Record, *, with_caption: bool) -> PhotoForm | None:
    """Add the photo that was posted; the form with its errors when it cannot be taken."""
    form = PhotoForm(request.POST, request.FILES)
    if not with_caption:
        del form.fields["caption"]
    if not form.is_valid():
        return form
    content = read_upload(form, "photo")
    if content is None:
        return form
    said: dict[str, Any] = form.cleaned_data
    try:
        add_photo(
            actor=request.actor,
            record=record,
            uuid=said["uuid"],
            content=content,
            caption=said.get("caption", ""),
        )
    except RuleViolation as refusal:
        put_refusal(form, refusal)
        return form
    messages.success(request, _("The photo is kept."))
    return None


def read_upload(form: forms.Form, name: str) -> bytes | None:
    """What was uploaded; None, with an error on the form, where it is too large."""
    upload = form.cleaned_data[name]
    if upload is None:
        return b""
    if upload.size > MOST_PHOTO_BYTES:
        form.add_error(name, _("Choose a photo of at most 25 MB."))
        return None
    content: bytes = upload.read()
    return content
