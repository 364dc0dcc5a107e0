"""Photos of checks, to whoever may read the check."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext_noop
from ninja import Router

from hearth.api.access import ApiRequest, beyond_own, signed_in
from hearth.api.errors import answers
from hearth.inspections.models import Evidence, Inspection
from hearth.platform import files

router = Router(tags=[gettext_noop("Checks")])
PICTURE = {
    "responses": {200: {"content": {"image/jpeg": {"schema": {"type": "string"}}}}},
}


@router.get(
    "/evidence/{uuid:uuid}",
    response=answers(None, 404),
    summary=gettext_noop("Fetch a photo"),
    description=gettext_noop("JPEG, at most 2560 pixels on the longer edge."),
    openapi_extra=PICTURE,
)
@signed_in
def fetch_evidence(request: ApiRequest, uuid: uuids.UUID) -> Any:
    actor = beyond_own(request.actor)
    photo = Evidence.objects.get(uuid=uuid)
    own = photo.draft_id is not None and photo.uploaded_by_id == actor.user_id
    readable = Inspection.objects.visible_to(actor).filter(evidence=photo)
    if not (own or readable.exists()):
        raise Http404
    try:
        content = files.path_of(photo.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=photo.content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
