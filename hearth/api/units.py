"""Units: the list, one, and the tree of a day."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.fields import Code, Day, OptionalCode, Search, UnitLevel
from hearth.api.paging import Page, Paging, paged
from hearth.network.models import Unit
from hearth.network.queries import Node, UnitFilter, children_on, filtered_units, tree_on

router = Router(tags=[gettext_noop("Units")])


class UnitOut(BaseModel):
    code: str
    name: str
    level: UnitLevel
    kind: str = Field(description=gettext_noop("Type of outlet; empty where none is recorded."))
    parent: str | None = Field(
        description=gettext_noop("Code of the unit above; null at the root.")
    )
    city: str
    district: str
    address: str
    longitude: float | None = Field(description=gettext_noop("WGS 84 degrees."))
    latitude: float | None = Field(description=gettext_noop("WGS 84 degrees."))
    phone: str
    opened_on: date | None
    closed_on: date | None = Field(
        description=gettext_noop("First day on which it is no longer there.")
    )
    merged_into: str | None = Field(description=gettext_noop("Code of the unit that took it over."))


class UnitPage(Page[UnitOut]):
    pass


class UnitQuery(BaseModel):
    q: Search = Field("", description=gettext_noop("Words of name or code, or pinyin initials."))
    under: OptionalCode = Field(
        "", description=gettext_noop("Code of a unit; only it and what lies below.")
    )
    level: UnitLevel | Literal[""] = ""
    kind: OptionalCode = ""
    state: Literal["", "open", "closed"] = ""


class TreeNode(BaseModel):
    code: str
    name: str
    level: UnitLevel
    kind: str
    parent: str | None = Field(
        description=gettext_noop(
            "Code of the unit above on that day; null at the top of what you see."
        )
    )
    has_children: bool


class TreeOut(BaseModel):
    on: date
    units: list[TreeNode] = Field(description=gettext_noop("Parents before children."))


@router.get(
    "/units",
    response=answers(UnitPage),
    summary=gettext_noop("List units"),
    description=gettext_noop("Units as they lie now, in the order of the tree."),
)
@requires("network.view")
def list_units(request: ApiRequest, wanted: Query[UnitQuery], paging: Query[Paging]) -> Any:
    chosen = UnitFilter(wanted.q, wanted.under, wanted.level, wanted.kind, wanted.state)
    rows = filtered_units(request.actor.scope, chosen, timezone.localdate())
    return paged(UnitPage, rows.select_related("parent", "merged_into"), paging, unit_out)


@router.get("/units/{code}", response=answers(UnitOut, 404), summary=gettext_noop("Read one unit"))
@requires("network.view")
def read_unit(request: ApiRequest, code: Code) -> Any:
    rows = Unit.objects.visible_to(request.actor.scope)
    return unit_out(rows.select_related("parent", "merged_into").get(code=code))


@router.get(
    "/tree",
    response=answers(TreeOut, 404),
    summary=gettext_noop("Read the tree of a day"),
    description=gettext_noop(
        "The tree as it stood at the end of a day: all of it, or with “parent” only the units "
        "directly below that one."
    ),
)
@requires("network.view")
def read_tree(request: ApiRequest, on: Day | None = None, parent: OptionalCode = "") -> Any:
    day = on or timezone.localdate()
    scope = request.actor.scope
    if not parent:
        nodes = tree_on(day, scope)
        codes = {node.unit_id: node.code for node in nodes}
        return TreeOut(on=day, units=[_node(node, codes) for node in nodes])
    above = Unit.objects.visible_to(scope).get(code=parent)
    nodes = children_on(day, scope, above)
    return TreeOut(on=day, units=[_node(node, {above.pk: above.code}) for node in nodes])


def unit_out(unit: Unit) -> UnitOut:
    """A unit with its parent and successor loaded."""
    plain = {name: getattr(unit, name) for name in UnitOut.model_fields}
    plain["parent"] = unit.parent.code if unit.parent else None
    plain["merged_into"] = unit.merged_into.code if unit.merged_into else None
    return UnitOut(**plain)


def _node(node: Node, codes: dict[int, str]) -> TreeNode:
    return TreeNode(
        code=node.code,
        name=node.name,
        level=node.level,
        kind=node.kind,
        parent=codes.get(node.parent_id) if node.parent_id else None,
        has_children=node.has_children,
    )
