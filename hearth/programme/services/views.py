"""Keeping views of the explorer, sharing them, taking them back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.programme.models import SavedView
from hearth.programme.queries.people import WORK
from hearth.programme.services.common import require_version

VIEW = "figures.view"
MOST = 50
"""Views of one person: a list to choose from, not an archive."""
LONGEST_QUERY = 1500


@transaction.atomic
def save_view(*, actor: Actor, name: str, query: str, unit: Unit, is_shared: bool) -> SavedView:
    """Keep a view under a name; an own one of the same name is replaced.

    Args:
        actor: who keeps it.
        name: for the list.
        query: the address of the explorer after its question mark.
        unit: whose figures it begins with; a shared one is offered at and below it.
        is_shared: whether others see it.

    Raises:
        NotAllowed: lacks ``figures.view`` at the unit, or shares without ``programme.work``.
        RuleViolation: ``no_name``, ``view_too_long`` or ``too_many_views``.
    """
    actor.require(VIEW, unit.path)
    if is_shared:
        actor.require(WORK, unit.path)
    plain = " ".join(name.split())[:80]
    if not plain:
        raise RuleViolation("no_name", _("Give the view a name."), field="name")
    if len(query) > LONGEST_QUERY:
        raise RuleViolation("view_too_long", _("This asks for too much to be kept."))
    own = SavedView.objects.standing().filter(owner_id=actor.user_id)
    view = own.select_for_update().filter(name=plain).first()
    if view is None:
        if own.count() >= MOST:
            raise RuleViolation(
                "too_many_views",
                _("You keep %(n)s views already. Remove one first.") % {"n": MOST},
            )
        view = SavedView(owner_id=actor.user_id, name=plain, version=0)
    view.query, view.unit, view.is_shared = query, unit, is_shared
    view.saved_at, view.version = timezone.now(), view.version + 1
    view.save()
    audit.record(actor, "view.saved", view, unit_path=unit.path, shared=is_shared)
    return view


@transaction.atomic
def remove_view(*, actor: Actor, pk: int, version: int) -> None:
    """Take an own view back; nobody is offered it any more.

    Raises:
        SavedView.DoesNotExist: there is no such view, or it is another's.
        StaleWrite: it was saved anew meanwhile.
    """
    own = SavedView.objects.standing().filter(owner_id=actor.user_id)
    view = own.select_for_update().select_related("unit").get(pk=pk)
    require_version(view, version)
    view.withdrawn_at, view.version = timezone.now(), version + 1
    view.save(update_fields=["withdrawn_at", "version"])
    audit.record(actor, "view.removed", view, unit_path=view.unit.path)
