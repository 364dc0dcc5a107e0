"""What is one for the whole network is held at its top or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hearth.kernel.errors import NotAllowed
from hearth.network.roles import NETWORK_WIDE, PERMISSIONS, ROLES
from hearth.network.scope import Scope
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db


def test_what_is_one_for_the_network_is_said_of_permissions_that_exist():
    assert set(PERMISSIONS) >= NETWORK_WIDE
    assert ROLES["programme_manager"].permissions >= NETWORK_WIDE


@pytest.mark.parametrize("permission", sorted(NETWORK_WIDE))
def test_a_role_in_one_branch_decides_nothing_for_the_network(permission):
    tree = make_tree()
    east, top = (make_actor("programme_manager", unit=u) for u in (tree.east, tree.province))

    assert permission not in east.permissions
    assert top.can(permission)
    assert permission in top.permissions
    with pytest.raises(NotAllowed):
        east.require(permission)


def test_what_belongs_to_units_is_held_where_the_role_is():
    tree = make_tree()
    east = make_actor("programme_manager", unit=tree.east)

    assert east.can("adjustments.record", tree.east_outlets[0].path)
    assert not east.can("adjustments.record", tree.west_outlets[0].path)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (("0001",), ("00010002",), ("00010002",)),
        (("00010001", "00010002"), ("0001",), ("00010001", "00010002")),
        (("00010001",), ("00010002",), ()),
        (("00010001", "0002"), ("000100010003", "0002"), ("000100010003", "0002")),
        ((), ("0001",), ()),
        (("",), ("0001",), ("0001",)),
    ],
)
def test_what_lies_in_two_scopes(one, other, both):
    assert Scope(one).both(Scope(other)) == Scope(both)
    assert Scope(other).both(Scope(one)) == Scope(both)


def test_what_may_be_taken_along_ends_where_the_permission_ends():
    tree = make_tree()
    everywhere = make_actor("staff", unit=tree.province)
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    both = replace(everywhere, grants=(*everywhere.grants, *head.grants))

    taking = both.only_where("exchange.export")

    assert both.scope.covers(tree.west_outlets[0].path)
    assert taking.scope == taking.scope_for("outreach.view") == head.scope
    assert taking.can("outreach.view", tree.east_outlets[0].path)
    assert not taking.can("outreach.view", tree.west_outlets[0].path)
    assert everywhere.only_where("exchange.export").permissions == frozenset()
