"""Who may open the pages of findings being put right."""

from __future__ import annotations

import uuid as uuids

from django.utils import timezone

from hearth.inspections.models import Finding
from hearth.rectification.models import Deadline, FixPhoto, Rectification
from tests.consistency.scope_pages import BOTH, POST, Args, Case, below, general, page, placed
from tests.consistency.scope_world import Side

VIEW, ANSWER, VERIFY = "rectification.view", "rectification.answer", "rectification.verify"


def _of(side: Side) -> Rectification:
    """The rectification of the side's released check; made when it is first asked for."""
    finding = Finding.objects.filter(inspection=side.checks["released"]).earliest("pk")
    today = timezone.localdate()
    row, _made = Rectification.objects.get_or_create(
        finding=finding,
        defaults={
            "inspection": finding.inspection,
            "criterion": finding.criterion,
            "channel": finding.channel,
            "severity": finding.severity,
            "opened_on": today,
            "first_due_on": today,
            "due_on": today,
            "unit": finding.unit,
            "unit_path": finding.unit_path,
        },
    )
    return row


def one(side: Side) -> Args:
    return (_of(side).pk,)


def shot(side: Side) -> Args:
    """A photo of its fix, of the same file as that of the check."""
    found = side.photos["released"]
    made, _new = FixPhoto.objects.get_or_create(
        record=_of(side),
        defaults={
            "uuid": uuids.uuid4(),
            "sha256": found.sha256,
            "size": found.size,
            "content_type": found.content_type,
            "width": found.width,
            "height": found.height,
        },
    )
    return (made.uuid,)


PAGES: dict[str, tuple[Case, ...]] = {
    "rectification:list": (page(VIEW),),
    "rectification:export": (page("exchange.export", VIEW),),
    "rectification:accept-many": (page(ANSWER, methods=POST),),
    "rectification:closure": (page(VIEW), below(lambda _w: (), VIEW)),
    "rectification:deadlines": (page(VIEW, methods=BOTH, acts="policy.propose"),),
    "rectification:deadline-approve": (
        general(lambda _w: Deadline.objects.earliest("pk").pk, "policy.approve", methods=POST),
    ),
    "rectification:photo": (placed(shot, VIEW),),
    "rectification:detail": (placed(one, VIEW),),
    "rectification:accept": (placed(one, ANSWER, methods=POST),),
    "rectification:fix": (placed(one, ANSWER, methods=BOTH),),
    "rectification:verify": (placed(one, VERIFY, methods=POST),),
}
