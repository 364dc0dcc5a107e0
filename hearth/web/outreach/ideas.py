"""What a form elsewhere begins with when an idea of an experience visit is taken up.

Addresses carry the idea's number and never its words, which could name people.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from hearth.network.scope import Actor
from hearth.outreach.models import Observation
from hearth.web.outreach.spans import VIEW


@dataclass(frozen=True, slots=True)
class Start:
    """An idea as the beginning of a case or of a task.

    Attributes:
        title: the idea's first line.
        text: the idea, and where it comes from.
        unit: code of our outlet that was visited; where it was another bank's, of the visitor's.
    """

    title: str
    text: str
    unit: str


def idea_named(actor: Actor, said: str) -> Start | None:
    """The idea whose number an address gives; None where it gives none.

    Raises:
        Http404: there is no such idea in the part of the tree that the actor reaches.
    """
    if not said:
        return None
    ideas = Observation.objects.filter(
        actor.scope_for(VIEW).q("visit__unit_path"), kind="idea", visit__withdrawn_at=None
    ).select_related("visit__unit", "visit__visited", "visit__peer")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    idea = ideas.filter(pk=number).first()
    if idea is None:
        raise Http404
    visit = idea.visit
    place = visit.visited.name if visit.visited else str(visit.peer)
    origin = _("An idea from a visit of %(unit)s as customers at %(place)s on %(day)s.") % {
        "unit": visit.unit.name,
        "place": place,
        "day": visit.visited_on,
    }
    return Start(
        title=idea.text.strip().splitlines()[0],
        text=f"{idea.text}\n\n{origin}",
        unit=(visit.visited or visit.unit).code,
    )
