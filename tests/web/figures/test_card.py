"""The programme in figures, on the pages of units and on Home."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings

from hearth.figures.engine import values
from hearth.network.actors import operator
from hearth.web.figures.card import KEYS, card_of, own_card
from hearth.web.remember import MOVING, stamp
from tests.factories import client_as, make_actor, make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
TODAY = date(2021, 6, 30)


@pytest.fixture
def tree(time_machine):
    """Two checks in the east and one in the west, of the year; one of the year before."""
    time_machine.move_to("2021-06-30T12:00:00+08:00")
    tree, edition = make_tree(), make_edition()
    make_inspection(tree.east_outlets[0], edition, mark("A01", note="门楣缺字"), on="2021-02-10")
    make_inspection(tree.east_outlets[1], edition, on="2021-05-11")
    make_inspection(tree.west_outlets[0], edition, on="2021-05-12")
    make_inspection(tree.west_outlets[0], edition, on="2020-05-12")
    return tree


@pytest.mark.parametrize(
    ("address", "value"), [("/", "3"), ("/network/units/E/", "2"), ("/network/units/E1/", "1")]
)
def test_a_page_shows_the_year_and_leads_to_the_rows(tree, address, value):
    client = client_as("programme_manager", unit=tree.province)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})

    response = client.get(address)

    card = response.context["card"]
    assert "The programme in figures, 2021" in response.content.decode()
    assert [cell.figure.key for cell in card.cells] == list(KEYS)
    assert card.cells[0].text == value
    for cell in card.cells:
        assert client.get(cell.url).context["shown"] == cell.text


def test_who_sees_no_figures_gets_no_card(tree):
    inspector = make_actor("inspector", unit=tree.east)
    east = make_actor("branch_manager", unit=tree.east)

    assert own_card(inspector, TODAY, 0) is None
    assert card_of(inspector, tree.east, TODAY, 0) is None
    assert card_of(east, tree.west, TODAY, 0) is None
    assert own_card(east, TODAY, 0).unit == tree.east
    assert "card" in client_as("inspector", unit=tree.east).get("/").context


def test_a_value_whose_rows_may_not_be_read_leads_nowhere(tree):
    narrow = make_actor("figures.view", unit=tree.province)

    card = card_of(narrow, tree.province, TODAY, 0)
    assert [cell.url for cell in card.cells] == [""] * len(KEYS)


def test_the_card_asks_seldom(tree, django_assert_max_num_queries):
    since = date(2021, 1, 1)
    with django_assert_max_num_queries(8):  # the place, and seven sources
        values(KEYS, [tree.province], TODAY, since)
    at = stamp()
    card_of(operator("reader"), tree.province, TODAY, at)
    with django_assert_max_num_queries(1):  # the cache may be a table
        card_of(operator("reader"), tree.province, TODAY, at)


def test_records_of_ledgers_move_what_is_remembered():
    assert {"record.added", "record.changed", "record.withdrawn", "record.imported"} <= {*MOVING}
