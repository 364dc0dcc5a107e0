"""Documents as their readers see them, and who has acknowledged them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.programme.models import Document, Receipt
from hearth.programme.models.documents import DocumentQuerySet
from hearth.programme.queries.people import own_unit_ids
from hearth.programme.queries.tasks import VIEW


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What the list is narrowed to: words of title or number, and 'mine', 'open' or ''."""

    q: str = ""
    state: str = ""


def documents_of(actor: Actor, chosen: DocumentFilter) -> DocumentQuerySet:
    """Documents sent to units in scope, the newest first, with their counts.

    ``waits_for_me`` tells that an own unit has not acknowledged it.
    """
    scope = actor.scope_for(VIEW)
    mine = Receipt.objects.missing().filter(
        unit_id__in=own_unit_ids(actor), document=OuterRef("pk")
    )
    rows = Document.objects.visible_to(scope).annotate(waits_for_me=Exists(mine))
    for word in chosen.q.split():
        rows = rows.filter(title__icontains=word) | rows.filter(number__icontains=word)
    if chosen.state == "mine":
        rows = rows.filter(waits_for_me=True)
    if chosen.state == "open":
        open_here = Receipt.objects.visible_to(scope).missing().filter(document=OuterRef("pk"))
        rows = rows.filter(Exists(open_here))
    return rows.counted(scope).order_by("-sent_at", "-pk")


def waiting_for(actor: Actor) -> QuerySet[Receipt]:
    """Receipts that the actor's own units still owe."""
    return Receipt.objects.missing().filter(unit_id__in=own_unit_ids(actor))


def receipts_of(actor: Actor, document: Document, state: str = "") -> QuerySet[Receipt]:
    """Receipts of units in scope, the missing first; 'given' or 'missing' only, if asked."""
    rows = Receipt.objects.visible_to(actor.scope_for(VIEW)).filter(document=document)
    if state:
        rows = rows.filter(acknowledged_at__isnull=state == "missing")
    return rows.select_related("unit", "acknowledged_by").order_by("unit__path")


def own_receipts(actor: Actor, document: Document) -> list[Receipt]:
    """Receipts of the units that the actor may speak for."""
    rows = document.receipts.filter(unit_id__in=own_unit_ids(actor))
    return list(rows.select_related("unit", "acknowledged_by"))


def units_below(actor: Actor, to: str, above: Unit, today: date) -> list[Unit]:
    """Open units at or below ``above``: 'branches', 'outlets', or 'all' of them."""
    rows = Unit.objects.visible_to(actor.scope_for(VIEW)).under(above.path).open_on(today)
    if to == "branches":
        rows = rows.filter(level=Unit.Level.BRANCH)
    if to == "outlets":
        rows = rows.outlets()
    return list(rows.order_by("path"))
