"""Photos of work orders and signs: added and removed by who keeps the premises."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.models import Photo, Record
from hearth.network.scope import Actor
from hearth.platform import audit, files
from hearth.premises.models import OrderPhoto, Sign, SignPhoto, WorkOrder

MOST_PHOTOS = 12  # of one record
CAPTIONS = ("before", "after")
_TABLES: dict[type[Record], Any] = {
    WorkOrder: OrderPhoto,
    Sign: SignPhoto,
}


def add_photo(
    *, actor: Actor, record: Record, uuid: uuids.UUID, content: bytes, caption: str = ""
) -> Photo:
    """Keep a photo of a work order or a sign; the same UUID again changes nothing.

    Args:
        actor: who adds it.
        record: what it shows.
        uuid: made by the client, so that a retry stores it once.
        content: JPEG, PNG or WebP; it is encoded anew.
        caption: 'before' or 'after', of a work order.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``withdrawn``, ``caption_unknown``, ``not_a_picture``,
            ``picture_too_large``, ``too_many_photos`` or ``uuid_taken``.
    """
    actor.require("premises.edit", place_of(record))
    table = _TABLES[type(record)]
    if record.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    if isinstance(record, WorkOrder) and caption not in CAPTIONS:
        raise RuleViolation("caption_unknown", _("Say whether it shows before or after the work."))
    known: Photo | None = table.objects.filter(uuid=uuid).first()
    if known is not None:
        if known.record_id != record.pk:  # type: ignore[attr-defined]
            raise RuleViolation("uuid_taken", _("This UUID belongs to another photo."))
        return known
    stored = files.store_picture(content)
    with transaction.atomic():
        _lock(record)
        if table.objects.filter(record=record).count() >= MOST_PHOTOS:
            raise RuleViolation("too_many_photos", _("At most 12 photos are kept here."))
        photo: Photo = table.objects.create(
            record=record,
            uuid=uuid,
            sha256=stored.sha256,
            size=stored.size,
            content_type=stored.content_type,
            width=stored.width,
            height=stored.height,
            metadata=stored.metadata,
            caption=caption,
            uploaded_by_id=actor.user_id or None,
        )
        _tell(actor, "premises.photo_added", record, photo)
    return photo


@transaction.atomic
def remove_photo(*, actor: Actor, record: Record, uuid: uuids.UUID) -> None:
    """Take a photo off; what was verified keeps its photos.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``kept``: it shows work that was verified, or what a visitor reported.
    """
    actor.require("premises.edit", place_of(record))
    _lock(record)
    photo = _TABLES[type(record)].objects.get(record=record, uuid=uuid)
    verified = getattr(record, "verified_at", None) is not None
    if verified or photo.caption == "reported":
        raise RuleViolation("kept", _("This photo is evidence and stays."))
    _tell(actor, "premises.photo_removed", record, photo)
    photo.delete()


def place_of(record: Record) -> str:
    """Where a record belongs: a sign stays with its outlet, whatever lies in the past."""
    return record.unit.path if isinstance(record, Sign) else record.unit_path


def _lock(record: Record) -> None:
    type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)


def _tell(actor: Actor, action: str, record: Record, photo: Photo) -> None:
    audit.record(actor, action, record, unit_path=place_of(record), sha256=photo.sha256)
