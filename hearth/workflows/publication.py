"""The steps of a bulletin that others have to hear of: proposed, decided, published."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hearth.bulletins import services
from hearth.bulletins.models import Bulletin
from hearth.network.models import Grant
from hearth.network.roles import NETWORK_WIDE, ROLES
from hearth.network.scope import Actor
from hearth.platform import notices


@transaction.atomic
def propose_bulletin(*, actor: Actor, bulletin_id: int, version: int) -> Bulletin:
    """Propose a draft and ask those who may approve it.

    Raises: as ``bulletins.services.propose``.
    """
    bulletin = services.propose(actor=actor, bulletin_id=bulletin_id, version=version)
    others = {*_holders("bulletin.approve")} - {bulletin.drafted_by_id}  # may not approve it
    _tell(others, "bulletin.proposed", bulletin, actor)
    return bulletin


@transaction.atomic
def approve_bulletin(*, actor: Actor, bulletin_id: int, version: int) -> Bulletin:
    """Approve a proposed bulletin and tell whoever proposed it.

    Raises: as ``bulletins.services.approve``.
    """
    bulletin = services.approve(actor=actor, bulletin_id=bulletin_id, version=version)
    _tell(_makers(bulletin), "bulletin.approved", bulletin, actor)
    return bulletin


@transaction.atomic
def send_back_bulletin(*, actor: Actor, bulletin_id: int, version: int, note: str = "") -> Bulletin:
    """Make a proposed bulletin a draft again and tell whoever wrote and proposed it.

    Raises: as ``bulletins.services.send_back``.
    """
    bulletin = services.send_back(actor=actor, bulletin_id=bulletin_id, version=version, note=note)
    _tell(_makers(bulletin), "bulletin.sent_back", bulletin, actor)
    return bulletin


@transaction.atomic
def publish_bulletin(*, actor: Actor, bulletin_id: int, version: int) -> Bulletin:
    """Publish an approved bulletin and tell everyone who may read it.

    Raises: as ``bulletins.services.publish``.
    """
    bulletin = services.publish(actor=actor, bulletin_id=bulletin_id, version=version)
    _tell(_holders("bulletin.view"), "bulletin.published", bulletin, actor)
    return bulletin


def _holders(permission: str) -> Iterable[int]:
    """Users who hold ``permission`` somewhere today."""
    roles = [key for key, role in ROLES.items() if permission in role.permissions]
    held = Grant.objects.held_on(timezone.localdate()).filter(role__in=roles, user__is_active=True)
    if permission in NETWORK_WIDE:
        held = held.filter(unit__parent__isnull=True)
    return held.order_by().values_list("user_id", flat=True).distinct()


def _makers(bulletin: Bulletin) -> set[int]:
    people = {bulletin.drafted_by_id, bulletin.proposed_by_id}
    return {user_id for user_id in people if user_id is not None}


def _tell(users: Iterable[int], kind: str, bulletin: Bulletin, actor: Actor) -> None:
    """Tell all but the one who did it."""
    page = "bulletins:edit" if bulletin.status == Bulletin.Status.DRAFT else "bulletins:read"
    notices.tell(
        (user_id for user_id in users if user_id != actor.user_id),
        kind,
        reverse(page, args=[bulletin.pk]),
        period=bulletin.period,
        revision=bulletin.revision,
        title=bulletin.title,
    )
