"""What the views of this area share."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from hearth.bulletins.composition.wording import LANGUAGES, Language
from hearth.bulletins.models import Bulletin
from hearth.web.bulletins.forms import STATES, ReviseForm
from hearth.web.http import AppRequest


def bulletin_or_404(request: AppRequest, pk: int) -> Bulletin:
    """A bulletin that the reader may see, with the people who made it."""
    people = ("closing", "drafted_by", "proposed_by", "approved_by", "published_by")
    return get_object_or_404(
        Bulletin.objects.visible_to(request.actor).select_related(*people), pk=pk
    )


def language_of(request: AppRequest) -> Language:
    """The language of the bulletin's text: the one asked for, else that of the pages."""
    asked = request.GET.get("text", "")
    if asked in LANGUAGES:
        return asked
    return "zh" if request.LANGUAGE_CODE.startswith("zh") else "en"


def turn_of(request: AppRequest, bulletin: Bulletin) -> dict[str, Any]:
    """Whose turn it is, and what this reader may do now; for ``bulletins/_turn.html``."""
    actor = request.actor
    is_own = bulletin.proposed_by_id == actor.user_id
    waiting = bulletin.status in {Bulletin.Status.PROPOSED, Bulletin.Status.APPROVED}
    return {
        "state": STATES[Bulletin.Status(bulletin.status)],
        "is_own": is_own,
        "is_behind": not bulletin.is_published and not bulletin.closing.is_current,
        "may_edit": actor.can("bulletin.edit"),
        "may_approve": actor.can("bulletin.approve")
        and actor.user_id not in {bulletin.proposed_by_id, bulletin.drafted_by_id},
        "may_publish": actor.can("bulletin.publish"),
        "may_send_back": waiting
        and (actor.can("bulletin.edit") if is_own else actor.can("bulletin.approve")),
        "revise_form": ReviseForm(auto_id="revise_%s"),
    }
