"""Where units lay on a day, and the tree of that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from hearth.network.domain.paths import ancestors
from hearth.network.models import Person, Placement, Post, Unit
from hearth.network.models.units import PlacementQuerySet
from hearth.network.scope import Scope, end_of


@dataclass(frozen=True, slots=True)
class Node:
    """One unit in the tree of a day. ``parent_id`` and ``path`` are of that day."""

    unit_id: int
    code: str
    name: str
    level: str
    kind: str
    path: str
    parent_id: int | None
    has_children: bool


def paths_on(day: date) -> dict[int, str]:
    """Where every unit lay at the end of ``day``, by unit id; one query.

    A unit that had closed by then is at its last place; one that was yet to come is missing.
    """
    return dict(Placement.objects.on(day).values_list("unit_id", "path"))


def path_of(unit: Unit, day: date) -> str | None:
    """Where ``unit`` lay at the end of ``day``; None before its first place.

    Of a unit that had closed by then, its last place.
    """
    return Placement.objects.on(day).filter(unit=unit).values_list("path", flat=True).first()


def tree_on(day: date, scope: Scope) -> list[Node]:
    """All units that lay in ``scope`` at the end of ``day``, parents before children."""
    return list(_nodes(day, open_places(day).filter(scope.q("path"))))


def children_on(day: date, scope: Scope, parent: Unit | None) -> list[Node]:
    """Units directly under ``parent`` at the end of ``day``, as far as they lie in ``scope``.

    Without a parent, the highest units of the scope: the root, or what the scope begins with.
    """
    places = open_places(day).filter(scope.q("path"))
    if parent is not None:
        return list(_nodes(day, places.filter(parent=parent)))
    inside = open_places(day).filter(scope.q("path"), unit=OuterRef("parent"))
    return list(_nodes(day, places.exclude(Exists(inside))))


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What a list of units is narrowed to; an empty attribute narrows nothing.

    Attributes:
        q: words of name or code, or pinyin.
        branch: code of a unit; only it and what lies below it now.
        level: of ``Unit.Level``.
        kind: type of outlet, word for word.
        state: 'open' or 'closed', as of the day asked for.
    """

    q: str = ""
    branch: str = ""
    level: str = ""
    kind: str = ""
    state: str = ""


def filtered_units(scope: Scope, chosen: UnitFilter, day: date) -> QuerySet[Unit]:
    """Units in ``scope`` that ``chosen`` leaves, in the order of the tree."""
    units = Unit.objects.visible_to(scope)
    if chosen.q:
        units = units.matching(chosen.q)
    if chosen.branch:
        above = Unit.objects.visible_to(scope).filter(code=chosen.branch).first()
        units = units.under(above.path) if above is not None else units.none()
    if chosen.level:
        units = units.filter(level=chosen.level)
    if chosen.kind:
        units = units.filter(kind=chosen.kind)
    if chosen.state == "open":
        units = units.open_on(day)
    elif chosen.state == "closed":
        units = units.filter(closed_on__lte=day)
    return units.order_by("path")


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """What a list of people is narrowed to; an empty attribute narrows nothing.

    Attributes:
        q: words of name or staff number, or pinyin.
        unit: code of a unit; people with a post there or below on the day asked for.
        post: title of that post, word for word.
        state: 'present' (holds a post then) or 'left'.
        basic: 'y' for those every knowledge test covers, 'n' for the others.
    """

    q: str = ""
    unit: str = ""
    post: str = ""
    state: str = ""
    basic: str = ""


def filtered_people(scope: Scope, chosen: PersonFilter, day: date) -> QuerySet[Person]:
    """People in ``scope`` that ``chosen`` leaves, by staff number."""
    people = Person.objects.visible_to(scope)
    if chosen.q:
        people = people.matching(chosen.q)
    held = Post.objects.held_on(day)
    if chosen.unit:
        above = Unit.objects.visible_to(scope).filter(code=chosen.unit).first()
        if above is None:
            return people.none()
        held = held.filter(unit__path__gte=above.path, unit__path__lt=end_of(above.path))
    if chosen.post:
        held = held.filter(title=chosen.post)
    if chosen.unit:
        people = people.filter(pk__in=held.values("person_id"))
    elif chosen.post or chosen.state == "present":
        people = people.filter(Exists(held.filter(person=OuterRef("pk"))))
    if chosen.state == "left":
        people = people.filter(left_on__lte=day)
    if chosen.basic:
        people = people.filter(is_basic_operations=chosen.basic == "y")
    return people.order_by("staff_no")


def titles_of_posts(scope: Scope, day: date) -> list[str]:
    """Titles of the posts held in ``scope`` on ``day``, in order."""
    held = Post.objects.held_on(day).filter(scope.q("unit__path"))
    return list(held.order_by("title").values_list("title", flat=True).distinct())


def present_posts(people: QuerySet[Person] | Sequence[Person], day: date) -> dict[int, Post]:
    """The post of each person on ``day``, else the latest one, with its unit; by person id."""
    posts = Post.objects.filter(person__in=people).select_related("unit").order_by("valid_from")
    found: dict[int, Post] = {}
    for post in posts:
        if post.person_id not in found or post.valid_from <= day:
            found[post.person_id] = post
    return found


def open_places(day: date) -> PlacementQuerySet:
    """Places on ``day`` of the units that had opened and not yet closed by its end."""
    return Placement.objects.on(day).filter(
        Q(unit__opened_on__isnull=True) | Q(unit__opened_on__lte=day),
        Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=day),
    )


def _nodes(day: date, places: QuerySet[Placement]) -> Iterable[Node]:
    below = open_places(day).filter(parent=OuterRef("unit"))
    rows = places.annotate(has_children=Exists(below)).order_by("path")
    for place in rows.select_related("unit"):
        unit = place.unit
        yield Node(
            unit.pk,
            unit.code,
            unit.name,
            unit.level,
            unit.kind,
            place.path,
            place.parent_id,
            place.has_children,
        )


def units_above(unit: Unit, scope: Scope) -> list[Unit]:
    """The units above ``unit`` now that ``scope`` reaches, the highest first."""
    return list(
        Unit.objects.visible_to(scope).filter(path__in=ancestors(unit.path)).order_by("path")
    )
