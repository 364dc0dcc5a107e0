"""Polish the sign on its page."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.network.models import Unit
from tests.factories import Tree, make_tree, make_unit
from tests.factories_premises import make_order, make_sign
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
PAGE, SIGNS = "/premises/", "/premises/signs/"
DAYS = "since=2021-01-01&on=2021-06-15"


@pytest.fixture
def tree() -> Tree:
    tree = make_tree()
    Unit.objects.filter(pk=tree.east_outlets[0].pk).update(city="沈阳市")
    one, two = (make_sign(tree.east_outlets[0], sign_no=no) for no in ("E1-A", "E1-B"))
    make_order(one.unit, sign=one, kind="clean", done_on=date(2021, 5, 20))
    make_order(two.unit, sign=two, kind="repair", done_on=date(2021, 5, 20))
    make_sign(tree.west_outlets[0], sign_no="W1-A")
    return tree


def get(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_first_line_states_the_point(tree: Tree) -> None:
    manager = english("branch_manager", tree.east)
    page = get(manager, f"{PAGE}?{DAYS}")
    assert "东城分行: 1 of 2 signs are cleaned." in page
    assert "<strong>1</strong> repaired" in page
    assert "<strong>1</strong> still to be cleaned" in page
    assert "西城分行" not in page
    assert "hc-" in page  # a picture is drawn


def test_every_figure_leads_to_its_signs(tree: Tree) -> None:
    head = english("programme_manager")
    page = get(head, f"{PAGE}?{DAYS}&unit=P")
    assert "1 of 3 signs" in page
    assert "unit=E&amp;since=2021-01-01" in page
    for query, found in (
        ("unit=P", {"E1-A", "E1-B", "W1-A"}),
        ("unit=E&work=cleaned", {"E1-A"}),
        ("unit=E&work=uncleaned", {"E1-B"}),
        ("work=repaired", {"E1-B"}),
        ("work=replaced", set()),
        ("kind=lintel", set()),
        ("area=210100", {"E1-A", "E1-B"}),
    ):
        listed = get(head, f"{SIGNS}?{DAYS}&{query}")
        assert {no for no in ("E1-A", "E1-B", "W1-A") if f">{no}</a>" in listed} == found, query


def test_nothing_elsewhere_is_shown(tree: Tree) -> None:
    manager = english("branch_manager", tree.east)
    for address in (PAGE, SIGNS):
        assert manager.get(f"{address}?unit=W").status_code == 404
        assert english("inspector", tree.east).get(address).status_code == 403
    assert "W1-A" not in get(manager, SIGNS)


def test_an_empty_network_says_what_to_do() -> None:
    unit = make_unit()
    page = get(english("programme_manager", unit), PAGE)
    assert "No sign is registered yet" in page


def test_the_pages_take_the_same_queries_for_many_signs(tree: Tree) -> None:
    head = english("programme_manager")
    few = [queries(head, f"{address}?{DAYS}") for address in (PAGE, SIGNS)]
    for number in range(24):
        outlet = make_unit(tree.east, level="outlet", city="鞍山市")
        sign = make_sign(outlet)
        if number % 2:
            make_order(outlet, sign=sign, kind="clean", done_on=date(2021, 5, 20))
    assert [queries(head, f"{address}?{DAYS}") for address in (PAGE, SIGNS)] == few


def test_days_that_cannot_be_read_are_left_out(tree: Tree) -> None:
    head = english("programme_manager")
    assert "signs are cleaned" in get(head, f"{PAGE}?since=nonsense")
    assert get(head, f"{SIGNS}?since=nonsense&work=polished")
