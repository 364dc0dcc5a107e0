"""Review: submitted → reviewed → released; returned for correction; withdrawn with a reason."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.models import Finding, Inspection
from hearth.kernel.errors import Refusal, RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit

Status = Inspection.Status
BATCH = 500  # keys in one statement


def _locked(actor: Actor, uuid: uuids.UUID, version: int, permission: str) -> Inspection:
    """The inspection, locked, when the actor sees it, may act on it and has its newest state."""
    inspection = Inspection.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
    _require(actor, inspection, version, permission)
    return inspection


def _require(actor: Actor, inspection: Inspection, version: int, permission: str) -> None:
    actor.require(permission, inspection.unit_path)
    if inspection.version != version:
        raise StaleWrite(
            "stale_inspection",
            _("Someone acted on this check meanwhile. Reload to see where it stands."),
            version=inspection.version,
        )


def _require_reviewed(actor: Actor, inspection: Inspection) -> None:
    _refuse_own(actor, inspection)
    if inspection.status != Status.REVIEWED or not inspection.is_current:
        raise RuleViolation("not_reviewed", _("Only a reviewed check can be released."))


def _refuse_own(actor: Actor, inspection: Inspection) -> None:
    if inspection.inspector_id == actor.user_id:
        raise RuleViolation("own_work", _("Another person reviews a check than carried it out."))


def _save(inspection: Inspection, *fields: str) -> None:
    inspection.version += 1
    inspection.save(update_fields=[*fields, "version"])


@transaction.atomic
def review(*, actor: Actor, uuid: uuids.UUID, version: int, note: str = "") -> Inspection:
    """Confirm that a submitted check is sound.

    Raises:
        Inspection.DoesNotExist: outside what the actor sees.
        NotAllowed: lacks ``inspections.review`` there.
        StaleWrite: acted on since ``version``.
        RuleViolation: ``own_work`` or ``not_submitted``.
    """
    inspection = _locked(actor, uuid, version, "inspections.review")
    _refuse_own(actor, inspection)
    if inspection.status != Status.SUBMITTED or not inspection.is_current:
        raise RuleViolation("not_submitted", _("This check is not waiting for review."))
    inspection.status, inspection.review_note = Status.REVIEWED, note.strip()
    inspection.reviewed_at, inspection.reviewed_by_id = timezone.now(), actor.user_id
    _save(inspection, "status", "review_note", "reviewed_at", "reviewed_by")
    audit.record(
        actor, "inspection.reviewed", inspection, unit_path=inspection.unit_path, note=note
    )
    return inspection


@transaction.atomic
def return_for_correction(*, actor: Actor, uuid: uuids.UUID, version: int, note: str) -> Inspection:
    """Send a submitted or reviewed check back to its inspector, saying what to mend.

    Raises: as ``review``; and RuleViolation ``no_reason`` or ``already_released``.
    """
    inspection = _locked(actor, uuid, version, "inspections.review")
    _refuse_own(actor, inspection)
    if not note.strip():
        raise RuleViolation("no_reason", _("Say what the inspector should mend."))
    waits = inspection.is_current and inspection.status in {Status.SUBMITTED, Status.REVIEWED}
    if not waits:
        raise RuleViolation("already_released", _("This check cannot be returned any more."))
    inspection.status, inspection.review_note = Status.RETURNED, note.strip()
    inspection.reviewed_at, inspection.reviewed_by_id = timezone.now(), actor.user_id
    _save(inspection, "status", "review_note", "reviewed_at", "reviewed_by")
    audit.record(
        actor, "inspection.returned", inspection, unit_path=inspection.unit_path, note=note
    )
    return inspection


@transaction.atomic
def release(*, actor: Actor, uuid: uuids.UUID, version: int) -> Inspection:
    """Let the outlet see a reviewed check; from now on it counts.

    Raises: as ``review``; and RuleViolation ``not_reviewed``.
    """
    inspection = _locked(actor, uuid, version, "inspections.release")
    _require_reviewed(actor, inspection)
    inspection.status = Status.RELEASED
    inspection.released_at, inspection.released_by_id = timezone.now(), actor.user_id
    _save(inspection, "status", "released_at", "released_by")
    Finding.objects.filter(inspection=inspection).update(is_counted=inspection.makes_score)
    audit.record(actor, "inspection.released", inspection, unit_path=inspection.unit_path)
    return inspection


Chosen = tuple[uuids.UUID, int]
"""A check and the version of it that the user saw."""


@transaction.atomic
def release_many(
    *, actor: Actor, chosen: Sequence[Chosen]
) -> tuple[list[Inspection], list[Refusal | None]]:
    """Release many reviewed checks, each standing or falling by itself, in a few statements.

    Returns:
        The checks that were released, without their documents; and why each of the others was
        not, in the order chosen: the refusal, or None where the actor sees no such check.
    """
    rows: dict[uuids.UUID, Inspection] = {}
    for start in range(0, len(chosen), BATCH):
        part = [uuid for uuid, _version in chosen[start : start + BATCH]]
        seen = Inspection.objects.visible_to(actor).filter(uuid__in=part)
        for row in seen.defer("document", "modules").select_for_update(of=("self",)):
            rows[row.uuid] = row
    released: list[Inspection] = []
    refused: list[Refusal | None] = []
    for uuid, version in dict(chosen).items():
        if uuid not in rows:
            refused.append(None)
            continue
        row = rows[uuid]
        try:
            _require(actor, row, version, "inspections.release")
            _require_reviewed(actor, row)
        except Refusal as refusal:
            refused.append(refusal)
        else:
            released.append(row)
    _release(actor, released)
    return released, refused


def _release(actor: Actor, rows: Sequence[Inspection]) -> None:
    now = timezone.now()
    for row in rows:
        row.status, row.version = Status.RELEASED, row.version + 1
        row.released_at, row.released_by_id = now, actor.user_id
    for start in range(0, len(rows), BATCH):
        part = [row.pk for row in rows[start : start + BATCH]]
        Inspection.objects.filter(pk__in=part).update(
            status=Status.RELEASED,
            released_at=now,
            released_by_id=actor.user_id,
            version=F("version") + 1,
        )
        found = Finding.objects.filter(inspection_id__in=part)
        makes_score = Q(inspection__is_ranked=True, inspection__score_centi__isnull=False)
        found.filter(makes_score).update(is_counted=True)
        found.exclude(makes_score).update(is_counted=False)
    audit.record_many(actor, [_released(row) for row in rows])


def _released(row: Inspection) -> audit.Entry:
    label = Inspection._meta.label_lower
    return audit.Entry("inspection.released", label, str(row.pk), row.unit_path)


@transaction.atomic
def withdraw(*, actor: Actor, uuid: uuids.UUID, version: int, reason: str) -> Inspection:
    """Take a check out of every figure, with a reason; it stays readable.

    Raises: as ``review``; and RuleViolation ``no_reason`` or ``not_current``.
    """
    inspection = _locked(actor, uuid, version, "inspections.release")
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why the check is withdrawn."))
    if inspection.status == Status.WITHDRAWN or not inspection.is_current:
        raise RuleViolation("not_current", _("This check does not count any more."))
    inspection.status, inspection.review_note = Status.WITHDRAWN, reason.strip()
    _save(inspection, "status", "review_note")
    Finding.objects.filter(inspection=inspection).update(is_counted=False)
    audit.record(
        actor, "inspection.withdrawn", inspection, unit_path=inspection.unit_path, reason=reason
    )
    return inspection
