"""Work on a rectification: accepted, fixed with a note and photos, closed or opened again."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import Refusal, RuleViolation, StaleWrite
from hearth.network.models import Grant
from hearth.network.scope import Actor
from hearth.platform import audit, files, notices
from hearth.rectification.domain.rules import Act, may_follow
from hearth.rectification.models import FixPhoto, Rectification, Step
from hearth.standards.models import Criterion

State = Rectification.State
MOST_PHOTOS = 9  # of one round: what a phone sends at once
_PICTURED = {Criterion.EvidenceKind.PHOTO, Criterion.EvidenceKind.CLIP}


def needs_photo(row: Rectification) -> bool:
    """Whether a fix must show a photo: where the standard asks one for the finding, too."""
    return row.criterion.evidence in _PICTURED


def _locked(actor: Actor, pk: int, version: int, permission: str) -> Rectification:
    """The rectification, locked, when the actor sees it, may act on it and has its newest state."""
    rows = Rectification.objects.visible_to(actor.scope_for("rectification.view"))
    row = rows.select_related("criterion", "unit").select_for_update(of=("self",)).get(pk=pk)
    actor.require(permission, row.unit.path)
    if row.version != version:
        raise StaleWrite(
            "stale_rectification",
            _("Someone acted on this rectification meanwhile. Reload to see where it stands."),
            version=row.version,
        )
    return row


def _require_state(row: Rectification, act: Act) -> None:
    if row.is_withdrawn:
        raise RuleViolation(
            "withdrawn", _("This finding was withdrawn; there is nothing left to put right.")
        )
    if not may_follow(row.state, act):
        raise RuleViolation("wrong_state", _sentence(act))


def _sentence(act: Act) -> str:
    return {
        "accept": _("This was accepted already. Reload to see where it stands."),
        "fix": _("This is reported as put right already. Wait for its verification."),
        "close": _("Only what was reported as put right can be closed."),
        "reopen": _("Only what was reported as put right can be opened again."),
    }[act]


def _step(actor: Actor, row: Rectification, kind: str, note: str, due_on: date | None) -> None:
    Step.objects.create(
        rectification=row,
        kind=kind,
        at=timezone.now(),
        by_id=actor.user_id,
        note=note,
        due_on=due_on,
    )


def _save(actor: Actor, row: Rectification, verb: str, *fields: str, note: str = "") -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
    _step(actor, row, verb, note, row.due_on if verb == "reopened" else None)
    audit.record(actor, f"rectification.{verb}", row, unit_path=row.unit_path)


@transaction.atomic
def accept(*, actor: Actor, pk: int, version: int) -> Rectification:
    """Say that the outlet has seen the finding and will put it right.

    Raises:
        Rectification.DoesNotExist: outside what the actor sees.
        NotAllowed: lacks ``rectification.answer`` there.
        StaleWrite: acted on since ``version``.
        RuleViolation: ``wrong_state`` or ``withdrawn``.
    """
    row = _locked(actor, pk, version, "rectification.answer")
    _require_state(row, "accept")
    row.state = State.ACCEPTED
    row.accepted_at, row.accepted_by_id = timezone.now(), actor.user_id
    _save(actor, row, "accepted", "state", "accepted_at", "accepted_by")
    return row


def accept_many(*, actor: Actor, chosen: Iterable[str]) -> tuple[int, list[str]]:
    """Accept each chosen one ('key:version') by itself; count and reasons of refusal."""
    accepted, refused = 0, []
    for text in chosen:
        pk, _colon, version = text.partition(":")
        try:
            accept(actor=actor, pk=int(pk), version=int(version))
            accepted += 1
        except Refusal as refusal:
            refused.append(str(refusal))
        except (ValueError, Rectification.DoesNotExist):  # not what the page offered
            refused.append(_("This rectification is not there for you. Reload the page."))
    return accepted, refused


@dataclass(frozen=True, slots=True)
class Taken:
    """One photo as it arrives: a UUID made before it was sent, and the bytes of the file."""

    uuid: uuids.UUID
    content: bytes


def fix(
    *, actor: Actor, pk: int, version: int, note: str, photos: Sequence[Taken] = ()
) -> Rectification:
    """Report that it is put right, with a note and photos; the verifier decides.

    A phone that sends the same photos again, not knowing that they had arrived, changes nothing.

    Raises:
        Rectification.DoesNotExist, NotAllowed, StaleWrite: as ``accept``.
        RuleViolation: ``wrong_state``, ``withdrawn``, ``no_note``, ``no_photo`` (where the
            criterion asks for one), ``too_many_photos``, ``uuid_taken``, ``not_a_picture`` or
            ``picture_too_large``.
    """
    if not note.strip():
        raise RuleViolation("no_note", _("Say what was done."), field="note")
    if len(photos) > MOST_PHOTOS:
        raise RuleViolation(
            "too_many_photos", _("Send at most %(n)s photos.") % {"n": MOST_PHOTOS}, field="photos"
        )
    known = FixPhoto.objects.filter(uuid__in=[taken.uuid for taken in photos]).first()
    if known is not None:
        return _sent_before(actor, pk, known)
    # Pictures are made small before the row is locked, so that nobody waits for them.
    stored = {taken.uuid: files.store_picture(taken.content) for taken in photos}
    with transaction.atomic():
        row = _locked(actor, pk, version, "rectification.answer")
        _require_state(row, "fix")
        _keep_photos(actor, row, stored)
        if needs_photo(row) and not stored:
            raise RuleViolation(
                "no_photo", _("Add a photo that shows that it is put right."), field="photos"
            )
        row.state, row.fix_note = State.FIXED, note.strip()[:1000]
        row.fixed_on, row.fixed_by_id = timezone.localdate(), actor.user_id
        changed = ["state", "fix_note", "fixed_on", "fixed_by"]
        if row.accepted_at is None:
            row.accepted_at, row.accepted_by_id = timezone.now(), actor.user_id
            changed += ["accepted_at", "accepted_by"]
        _save(actor, row, "fixed", *changed, note=row.fix_note)
    return row


def _sent_before(actor: Actor, pk: int, known: FixPhoto) -> Rectification:
    rows = Rectification.objects.visible_to(actor.scope_for("rectification.view"))
    row = rows.select_related("unit").get(pk=pk)
    actor.require("rectification.answer", row.unit.path)
    if (known.record_id, known.uploaded_by_id) != (pk, actor.user_id):
        raise RuleViolation("uuid_taken", _("These photos belong to another rectification."))
    return row


def _keep_photos(
    actor: Actor, row: Rectification, stored: Mapping[uuids.UUID, files.StoredFile]
) -> None:
    FixPhoto.objects.bulk_create(
        FixPhoto(
            record=row,
            round=row.reopened,
            uuid=uuid,
            sha256=one.sha256,
            size=one.size,
            content_type=one.content_type,
            width=one.width,
            height=one.height,
            metadata=one.metadata,
            uploaded_by_id=actor.user_id,
        )
        for uuid, one in stored.items()
    )


@transaction.atomic
def close(*, actor: Actor, pk: int, version: int, note: str = "") -> Rectification:
    """Confirm that it was put right: 销号.

    Raises:
        Rectification.DoesNotExist, StaleWrite: as ``accept``.
        NotAllowed: lacks ``rectification.verify`` there.
        RuleViolation: ``wrong_state``, ``withdrawn``, or ``own_work`` (RC-03).
    """
    row = _verifying(actor, pk, version, "close")
    row.state = State.CLOSED
    row.closed_on, row.closed_by_id = timezone.localdate(), actor.user_id
    _save(actor, row, "closed", "state", "closed_on", "closed_by", note=note.strip()[:1000])
    return row


@transaction.atomic
def reopen(
    *, actor: Actor, pk: int, version: int, reason: str, due_on: date | None
) -> Rectification:
    """Send it back to the outlet with what is still wrong and a new last day.

    Raises: as ``close``; and RuleViolation ``no_reason`` or ``deadline_past``.
    """
    row = _verifying(actor, pk, version, "reopen")
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say what is still wrong."), field="reason")
    if due_on is None or due_on < timezone.localdate():
        raise RuleViolation(
            "deadline_past", _("Give a new last day, today or later."), field="due_on"
        )
    values: dict[str, Any] = {
        "state": State.OPEN,
        "due_on": due_on,
        "reopened": row.reopened + 1,
        "told": 0,
        "accepted_at": None,
        "accepted_by_id": None,
        "fixed_on": None,
        "fixed_by_id": None,
        "fix_note": "",
    }
    fixed_by = row.fixed_by_id
    for name, value in values.items():
        setattr(row, name, value)
    _tell_sent_back(actor, row, fixed_by)
    _save(
        actor,
        row,
        "reopened",
        *(name.removesuffix("_id") for name in values),
        note=reason.strip()[:1000],
    )
    return row


def _tell_sent_back(actor: Actor, row: Rectification, fixed_by: int | None) -> None:
    """Tell who reported the fix, and the head of the outlet, that it is theirs again."""
    heads = Grant.objects.held_on(timezone.localdate()).filter(
        role="outlet_head", unit_id=row.unit_id
    )
    told = {fixed_by, *heads.values_list("user_id", flat=True)} - {None, actor.user_id}
    notices.tell(
        (user for user in told if user is not None),
        "rectification.sent_back",
        reverse("rectification:detail", args=[row.pk]),
        unit=row.unit.name,
        criterion=row.criterion.code,
        due_on=row.due_on.isoformat(),
    )


def _verifying(actor: Actor, pk: int, version: int, act: Act) -> Rectification:
    row = _locked(actor, pk, version, "rectification.verify")
    _require_state(row, act)
    if row.fixed_by_id == actor.user_id:
        raise RuleViolation("own_work", _("Another person verifies than put it right."))
    return row
