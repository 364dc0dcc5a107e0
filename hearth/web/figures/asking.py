"""What an address asks: of which part of the tree, and of which time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.figures.addresses import rows_address
from hearth.figures.registry import Figure, Question
from hearth.kernel.periods import FIRST_YEAR, LAST_YEAR
from hearth.network.models import Unit
from hearth.network.scope import Actor, Scope
from hearth.programme.models import Programme

VIEW = "figures.view"


def units_in_reach(actor: Actor, *permissions: str) -> QuerySet[Unit]:
    """Units where ``actor`` holds all of the permissions, the highest first.

    Raises:
        NotAllowed: one of them is held nowhere.
    """
    found = Unit.objects.order_by("path")
    for permission in permissions:
        actor.require(permission)
        found = found.visible_to(actor.scope_for(permission))
    return found


def unit_asked(actor: Actor, code: str, *permissions: str) -> Unit:
    """The unit with this code, or the highest one where none is named.

    Raises:
        Http404: there is none, or it lies where a permission is not held.
        NotAllowed: a permission is held nowhere.
    """
    reached = units_in_reach(actor, *permissions)
    unit = reached.filter(code=code).first() if code else reached.first()
    if unit is None:
        raise Http404
    return unit


def day_of(text: str) -> date | None:
    """A day as the address writes it; None for none, or for what is no day of our calendar."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def times_asked(asked: Mapping[str, str]) -> tuple[date, date | None]:
    """The day, today if none is said, and the first day of the span; none after that day."""
    as_of = day_of(asked.get("as_of", "")) or timezone.localdate()
    since = day_of(asked.get("since", ""))
    return as_of, since if since and since <= as_of else None


def question_of(actor: Actor, figure: Figure, asked: Mapping[str, str], *more: str) -> Question:
    """What is asked of ``figure``, about a unit where the actor may open its rows, and ``more``.

    Raises:
        Http404: the unit lies elsewhere.
        NotAllowed: figures or such rows may be read nowhere.
    """
    unit = unit_asked(actor, asked.get("unit", ""), VIEW, figure.source.permission, *more)
    return Question.about(unit, *times_asked(asked))


def rows_url(figure: Figure, unit: Unit, as_of: date, since: date | None, page: str = "") -> str:
    """Address of the rows behind one value; ``page`` where many are asked for."""
    return rows_address(figure, unit.code, as_of, since, page)


WORK = "programme.work"


def tasks_from(actor: Actor) -> Scope:
    """Where the reader may give a task: by their permission, and nowhere without a yearly plan."""
    scope = actor.scope_for(WORK)
    return scope if not scope.is_empty and Programme.objects.exists() else Scope()


def task_url(scope: Scope, unit: Unit, figure: Figure | None = None, value: str = "") -> str:
    """Address of a new task for ``unit``, to move ``figure``; empty where none may be given."""
    if not scope.covers(unit.path):
        return ""
    said = {"unit": unit.code}
    if figure is not None:
        facts = {"unit": unit.name, "figure": figure.name, "value": value}
        said |= {"figure": figure.key, "title": _("%(unit)s: %(figure)s now %(value)s") % facts}
    return f"{reverse('programme:task-create')}?{urlencode(said)}"
