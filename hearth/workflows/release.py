"""Releasing checks: they begin to count, their findings are to be put right, the outlet is told."""

from __future__ import annotations

import uuid as uuids
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.models import Inspection
from hearth.inspections.services import review
from hearth.network.models import Grant
from hearth.network.scope import Actor
from hearth.platform import notices
from hearth.rectification.services.opening import open_for, withdraw_for

BATCH = 500  # checks in one transaction


@transaction.atomic
def release_inspection(*, actor: Actor, uuid: uuids.UUID, version: int) -> Inspection:
    """Release one reviewed check, open a rectification a finding, and tell its outlet's heads.

    Raises: as ``inspections.services.review.release``; and RuleViolation ``no_deadline``.
    """
    inspection = review.release(actor=actor, uuid=uuid, version=version)
    open_for(actor=actor, inspections=[inspection])
    _tell([inspection])
    return inspection


def release_inspections(*, actor: Actor, chosen: Iterable[str]) -> tuple[int, list[str]]:
    """Release each chosen check ('uuid:version') by itself; count and reasons of refusal."""
    wanted: list[tuple[uuids.UUID, int]] = []
    strange = 0
    for text in chosen:
        uuid, _colon, version = text.partition(":")
        try:
            wanted.append((uuids.UUID(uuid), int(version)))
        except ValueError:  # not what the page offered
            strange += 1
    not_there = _("This check is not there for you. Reload the page.")
    released, reasons = 0, [not_there] * strange
    for start in range(0, len(wanted), BATCH):
        with transaction.atomic():
            rows, refused = review.release_many(actor=actor, chosen=wanted[start : start + BATCH])
            open_for(actor=actor, inspections=rows)
            _tell(rows)
        released += len(rows)
        reasons += [str(one) if one is not None else not_there for one in refused]
    return released, reasons


@transaction.atomic
def withdraw_inspection(*, actor: Actor, uuid: uuids.UUID, version: int, reason: str) -> Inspection:
    """Take a check out of every figure; what its findings still wait for is withdrawn with it.

    Raises: as ``inspections.services.review.withdraw``.
    """
    inspection = review.withdraw(actor=actor, uuid=uuid, version=version, reason=reason)
    withdraw_for(actor=actor, inspection=inspection, reason=reason.strip())
    return inspection


def _tell(inspections: Sequence[Inspection]) -> None:
    """Tell the heads of each outlet, without a word of who looked."""
    heads: dict[int, list[int]] = defaultdict(list)
    held = Grant.objects.held_on(timezone.localdate()).filter(
        unit_id__in={one.unit_id for one in inspections}, role="outlet_head"
    )
    for unit_id, user_id in held.order_by("user_id").values_list("unit_id", "user_id").distinct():
        heads[unit_id].append(user_id)
    notices.tell_each(
        notices.Word(
            user_id,
            "inspection.released",
            reverse("inspections:detail", args=[inspection.uuid]),
            {
                "channel": inspection.channel,
                "on": inspection.inspected_on.isoformat(),
                "findings": inspection.findings_count,
                "score_centi": inspection.score_centi,
            },
        )
        for inspection in inspections
        for user_id in heads[inspection.unit_id]
    )
