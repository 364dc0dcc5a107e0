"""What is one for the whole network is held at its top or not at all."""

from __future__ import annotations

import pytest

from hearth.kernel.errors import NotAllowed
from hearth.network.roles import NETWORK_WIDE, PERMISSIONS, ROLES
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
