"""Verifying the past at once, on its page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from hearth.premises.models import WorkOrder
from tests.factories import Tree, make_tree
from tests.factories_premises import make_order
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
ORDERS, PAST = reverse("premises:orders"), reverse("premises:verify-past")
DONE = date(2021, 5, 20)
ASKED = f"{PAST}?until=2021-05-21"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def manager(tree: Tree) -> Client:
    return english("branch_manager", tree.east)


def shown(client: Client) -> dict[str, str]:
    """What the page's form would send, with a reason."""
    page = client.get(ASKED).content.decode()
    hidden = re.findall(r'type="hidden" name="(until|seen|act)" value="([^"]+)"', page)
    return dict(hidden) | {"note": "以结算单为据"}


def test_it_shows_what_files_say_was_done(tree: Tree, manager: Client) -> None:
    make_order(tree.east_outlets[0], done_on=DONE)
    make_order(tree.east_outlets[1], kind="repair", done_on=DONE, version=2)
    make_order(tree.west_outlets[0], done_on=DONE)
    make_order(tree.east_outlets[0], done_on=date(2021, 5, 21))
    assert PAST in manager.get(ORDERS).content.decode()

    page = manager.get(ASKED)

    assert page.context["waiting"].count == 2
    assert page.context["waiting"].last == DONE
    assert "2 work orders that files say were done before" in page.content.decode()


def test_it_is_verified_once_however_often_it_is_pressed(tree: Tree, manager: Client) -> None:
    order = make_order(tree.east_outlets[0], done_on=DONE)
    form = shown(manager)

    answers = [manager.post(PAST, form, follow=True) for _press in range(2)]

    for answer in answers:
        assert [str(one) for one in answer.context["messages"]] == ["1 work order verified."]
    order.refresh_from_db()
    assert (order.state, order.version) == ("verified", 2)
    page = manager.get(reverse("premises:order", args=[order.pk])).content.decode()
    assert "以结算单为据" in page


def test_what_came_meanwhile_is_looked_at_first(tree: Tree, manager: Client) -> None:
    make_order(tree.east_outlets[0], done_on=DONE)
    form = shown(manager)
    make_order(tree.east_outlets[1], done_on=DONE)

    answer = manager.post(PAST, form)

    assert answer.status_code == 422
    assert "Meanwhile 2 wait, not 1." in answer.content.decode()
    assert not WorkOrder.objects.filter(verified_at__isnull=False).exists()
    assert manager.post(PAST, form | {"note": ""}).status_code == 422


def test_an_outlet_verifies_no_past(tree: Tree) -> None:
    head = english("outlet_head", tree.east_outlets[0])
    make_order(tree.east_outlets[0], done_on=DONE)

    assert head.get(PAST).status_code == 403
    assert PAST not in head.get(ORDERS).content.decode()


def test_the_number_of_queries_does_not_grow(tree: Tree, manager: Client) -> None:
    make_order(tree.east_outlets[0], done_on=DONE)
    few = queries(manager, ASKED)
    for _number in range(24):
        make_order(tree.east_outlets[1], kind="repair", done_on=DONE)

    assert queries(manager, ASKED) == few
