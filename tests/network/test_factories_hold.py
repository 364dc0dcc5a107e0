"""The factories that every test leans on give what they say."""

from __future__ import annotations

import pytest

from tests.factories import client_as, make_actor, make_person, make_tree, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_tree_lies_as_described():
    tree = make_tree()
    assert tree.province.path == "0001"
    assert tree.east_outlets[2].path.startswith(tree.east_subbranch.path)
    assert tree.east_outlets[2].parent == tree.east_subbranch
    assert [u.level for u in tree.outlets] == ["outlet"] * 5
    assert make_unit(tree.west).path == tree.west.path + "0003"
    assert all(unit.placements.get().path == unit.path for unit in tree.outlets)


def test_actor_by_role_reaches_only_their_unit():
    tree = make_tree()
    actor = make_actor("branch_manager", unit=tree.east)
    assert actor.can("people.view", tree.east_outlets[0].path)
    assert not actor.can("people.view", tree.west.path)


def test_actor_by_permission_holds_exactly_that():
    make_tree()
    actor = make_actor("network.edit", "network.view")
    assert actor.can("network.edit")
    assert not actor.can("people.edit")


def test_client_is_signed_in_as_the_user():
    user = make_user("staff")
    assert client_as(user).session["_auth_user_id"] == str(user.pk)
    assert client_as("staff").session["_auth_user_id"] != str(user.pk)


def test_person_holds_the_post():
    tree = make_tree()
    person = make_person(tree.outlets[0], post="大堂经理")
    assert person.posts.get().title == "大堂经理"
