"""Sending documents down, acknowledging them, reminding those who have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.programme.models import Document, Programme, Receipt
from hearth.programme.queries.people import EDIT, own_unit_ids
from hearth.programme.services.common import (
    Fault,
    keep_file,
    refuse,
    tell_units,
    withdraw_record,
)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as people write it; ``files`` are pairs of name and content."""

    title: str
    acknowledge_by: date
    units: Sequence[Unit]
    number: str = ""
    body: str = ""
    programme: Programme | None = None
    files: Sequence[tuple[str, bytes]] = ()


@transaction.atomic
def send_document(*, actor: Actor, text: DocumentText) -> Document:
    """Send a document to units and tell those who answer for them.

    Raises:
        NotAllowed: lacks ``programme.edit``.
        RuleViolation: ``document_refused``, with the faults; or as of ``common.keep_file``.
    """
    actor.require(EDIT)
    refuse("document_refused", list(_faults(text)))
    units = {unit.pk: unit for unit in text.units}
    document = Document.objects.create(
        programme=text.programme,
        number=text.number.strip(),
        title=text.title.strip(),
        body=text.body.strip(),
        acknowledge_by=text.acknowledge_by,
        sent_by_id=actor.user_id or None,
    )
    for name, content in text.files:
        keep_file(actor, name, content, document=document)
    Receipt.objects.bulk_create(
        [Receipt(document=document, unit_id=pk) for pk in units], batch_size=300
    )
    _tell(actor, document, list(units.values()), "document.sent")
    audit.record(
        actor,
        "document.sent",
        document,
        number=document.number,
        units=len(units),
        files=len(text.files),
        due_on=document.acknowledge_by,
    )
    return document


def _faults(text: DocumentText) -> list[Fault]:
    found: list[Fault] = []
    if not text.title.strip():
        found.append(("title", _("The document needs a title.")))
    if not text.body.strip() and not text.files:
        found.append(("body", _("Write the text, or add the file that holds it.")))
    if not text.units:
        found.append(("to", _("There is no unit to send it to. Choose others.")))
    if text.acknowledge_by < timezone.localdate():
        found.append(("acknowledge_by", _("This day is past. Choose today or a later day.")))
    return found


def _tell(actor: Actor | None, document: Document, units: Sequence[Unit], kind: str) -> int:
    return tell_units(
        actor,
        units,
        kind,
        reverse("programme:document", args=[document.pk]),
        title=document.title,
        due_on=document.acknowledge_by.isoformat(),
    )


@transaction.atomic
def acknowledge(*, actor: Actor, document_id: int) -> int:
    """Say for the own units that a document was read; a second time changes nothing.

    Only a role held at the unit itself speaks for it: nobody acknowledges from above.

    Returns:
        How many receipts were given now.

    Raises:
        Document.DoesNotExist: not sent to a unit in the actor's scope.
        RuleViolation: ``not_addressed``, no unit of the actor's own got it; ``withdrawn``.
    """
    actor.require("programme.work")
    reach = actor.scope_for("programme.view")
    document = Document.objects.visible_to(reach).get(pk=document_id)
    if document.withdrawn_at is not None:
        raise RuleViolation("withdrawn", _("This document was taken back; ignore it."))
    own = document.receipts.filter(unit_id__in=own_unit_ids(actor)).select_related("unit")
    receipts = list(own.select_for_update(of=("self",)))
    if not receipts:
        raise RuleViolation(
            "not_addressed",
            _("This document was sent to other units. Those who work there acknowledge it."),
        )
    new = [one for one in receipts if one.acknowledged_at is None]
    for receipt in new:
        receipt.acknowledged_at = timezone.now()
        receipt.acknowledged_by_id = actor.user_id or None
    Receipt.objects.bulk_update(new, ["acknowledged_at", "acknowledged_by"])
    audit.record_many(
        actor,
        [
            audit.Entry(
                "document.acknowledged",
                Document._meta.label_lower,
                str(document.pk),
                receipt.unit.path,
                {"unit": receipt.unit.code},
            )
            for receipt in new
        ],
    )
    return len(new)


@transaction.atomic
def remind(*, actor: Actor, document_id: int) -> int:
    """Remind the units that have not acknowledged a document, each at most once a day.

    Returns:
        How many units were reminded.

    Raises:
        Document.DoesNotExist: not sent to a unit in the actor's scope.
        NotAllowed: lacks ``programme.edit``.
    """
    actor.require(EDIT)
    reach = actor.scope_for("programme.view")
    document = Document.objects.visible_to(reach).get(pk=document_id)
    units = note_reminded(document, timezone.localdate())
    _tell(actor, document, units, "document.reminder")
    audit.record(actor, "document.reminded", document, units=len(units))
    return len(units)


def note_reminded(document: Document, today: date) -> list[Unit]:
    """Note on the missing receipts of a document that they were asked for; those units."""
    missing = document.receipts.missing().exclude(reminded_on=today).select_related("unit")
    receipts = list(missing.select_for_update(of=("self",)))
    for receipt in receipts:
        receipt.reminded_on, receipt.reminders = today, receipt.reminders + 1
    Receipt.objects.bulk_update(receipts, ["reminded_on", "reminders"], batch_size=300)
    return [receipt.unit for receipt in receipts]


@transaction.atomic
def withdraw_document(*, actor: Actor, document_id: int, version: int, reason: str) -> Document:
    """Take a document back with a reason; nobody needs to acknowledge it any more.

    Raises:
        Document.DoesNotExist: not sent to a unit in the actor's scope.
        NotAllowed: lacks ``programme.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``withdrawn`` or ``no_reason``.
    """
    actor.require(EDIT)
    reach = actor.scope_for("programme.view")
    found = Document.objects.visible_to(reach).select_for_update(of=("self",))
    document = found.get(pk=document_id)
    withdraw_record(actor, document, version, reason)
    audit.record(actor, "document.withdrawn", document, reason=document.withdrawal_reason)
    return document
