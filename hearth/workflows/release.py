"""Releasing checks: they begin to count, and those concerned are told."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.models import Inspection
from hearth.inspections.services import review
from hearth.kernel.errors import Refusal
from hearth.network.models import Grant
from hearth.network.scope import Actor
from hearth.platform import notices


@transaction.atomic
def release_inspection(*, actor: Actor, uuid: uuids.UUID, version: int) -> Inspection:
    """Release one reviewed check and tell the heads of its outlet.

    Raises: as ``inspections.services.review.release``.
    """
    inspection = review.release(actor=actor, uuid=uuid, version=version)
    heads = Grant.objects.held_on(timezone.localdate()).filter(
        unit_id=inspection.unit_id, role="outlet_head"
    )
    notices.tell(
        heads.values_list("user_id", flat=True),
        "inspection.released",
        reverse("inspections:detail", args=[inspection.uuid]),
        channel=inspection.channel,
        on=inspection.inspected_on.isoformat(),
        findings=inspection.findings_count,
        score_centi=inspection.score_centi,
    )
    return inspection


def release_inspections(*, actor: Actor, chosen: Iterable[str]) -> tuple[int, list[str]]:
    """Release each chosen check ('uuid:version') by itself; count and reasons of refusal."""
    released, refused = 0, []
    for text in chosen:
        uuid, _colon, version = text.partition(":")
        try:
            release_inspection(actor=actor, uuid=uuids.UUID(uuid), version=int(version))
            released += 1
        except Refusal as refusal:
            refused.append(str(refusal))
        except (ValueError, Inspection.DoesNotExist):  # not what the page offered, or not seen
            refused.append(_("This check is not there for you. Reload the page."))
    return released, refused
