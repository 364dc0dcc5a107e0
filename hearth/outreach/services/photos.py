"""Photos of this room's records: stored once, kept with what they prove."""

from __future__ import annotations

import uuid as uuids
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.models import Photo
from hearth.network.scope import Actor
from hearth.outreach.models import (
    ActivityPhoto,
    FeaturePhoto,
    SampleItem,
    SamplePhoto,
    StationPhoto,
)
from hearth.outreach.services.words import CONFIRM, EDIT
from hearth.platform import audit, files

MOST = 30
PERMISSIONS: dict[type[Photo], str] = {
    ActivityPhoto: EDIT,
    FeaturePhoto: EDIT,
    StationPhoto: EDIT,
    SamplePhoto: CONFIRM,
}
"""What adding a photo takes, by table."""

Picture = TypeVar("Picture", bound=Photo)


def path_of(record: Any) -> str:
    """Where a record with photos lies in the tree."""
    return str(record.activity.unit_path if isinstance(record, SampleItem) else record.unit_path)


@transaction.atomic
def add_photo(
    *, actor: Actor, table: type[Picture], record: Any, uuid: uuids.UUID, content: bytes
) -> Picture:
    """Add one photo to a record; the same UUID again gives back the one stored before.

    Raises:
        NotAllowed: the actor may not add photos there.
        RuleViolation: ``not_a_picture``, ``picture_too_large``, ``too_many_photos`` (30),
            ``withdrawn``.
    """
    actor.require(PERMISSIONS[table], path_of(record))
    rows: Any = table._default_manager
    before = rows.filter(uuid=uuid, record=record).first()
    if before is not None:
        known: Picture = before
        return known
    if getattr(record, "is_withdrawn", False):
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    if rows.filter(record=record).count() >= MOST:
        raise RuleViolation("too_many_photos", _("A record holds at most 30 photos."))
    stored = files.store_picture(content)
    photo: Picture = rows.create(
        uuid=uuid,
        record=record,
        sha256=stored.sha256,
        size=stored.size,
        content_type=stored.content_type,
        width=stored.width,
        height=stored.height,
        metadata=stored.metadata,
        uploaded_by_id=actor.user_id or None,
    )
    audit.record(
        actor, "photo.added", record, unit_path=path_of(record), uuid=str(uuid), sha256=photo.sha256
    )
    return photo


@transaction.atomic
def remove_photo(*, actor: Actor, photo: Photo) -> None:
    """Take a wrong photo away; its file stays as long as backups refer to it.

    Raises:
        NotAllowed: the actor may not change the record.
        RuleViolation: ``confirmed``: what proved a confirmed activity or a verification stays.
    """
    table, record = type(photo), photo.record  # type: ignore[attr-defined]
    actor.require(PERMISSIONS[table], path_of(record))
    if getattr(record, "state", "") == "confirmed" or getattr(record, "verified_at", None):
        raise RuleViolation("confirmed", _("This photo proved what was confirmed; it stays."))
    uuid, sha256 = str(photo.uuid), photo.sha256
    photo.delete()
    audit.record(
        actor, "photo.removed", record, unit_path=path_of(record), uuid=uuid, sha256=sha256
    )
