"""Pages of a long list: the same rows as Django's own paginator, and what they cost."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from hearth.network.models import Unit
from hearth.web.paging import KeysFirst
from tests.factories import make_tree, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def units():
    tree = make_tree()
    for number in range(12):
        make_unit(tree.west, code=f"X{number:02d}", city=f"city {number % 3}")


@pytest.mark.parametrize("size", [1, 4, 7, 50])
@pytest.mark.parametrize(
    "rows",
    [
        lambda: Unit.objects.order_by("path"),
        lambda: Unit.objects.filter(code__startswith="X").order_by("-city", "pk"),
        lambda: Unit.objects.select_related("parent").order_by(
            F("parent_id").asc(nulls_last=True), "name", "-pk"
        ),
        lambda: Unit.objects.filter(code="none").order_by("pk"),
        lambda: Unit.objects.none().order_by("pk"),
    ],
)
def test_the_pages_are_those_of_django(rows, size):
    expected, found = Paginator(rows(), size), KeysFirst(rows(), size)

    assert (found.count, found.num_pages) == (expected.count, expected.num_pages)
    for number in (*expected.page_range, 1_000_000, "x", "", None):
        one, other = found.get_page(number), expected.get_page(number)
        assert list(one) == list(other)
        assert (one.number, one.has_next()) == (other.number, other.has_next())


def test_rows_come_with_what_the_list_joins_to_them():
    rows = Unit.objects.select_related("parent").filter(level="outlet").order_by("path")

    with CaptureQueriesContext(connection) as asked:
        names = [unit.parent.name for unit in KeysFirst(rows, 5).get_page(2)]

    assert len(names) == 5
    assert len(asked) == 3  # how many, which, and their rows


def test_the_number_of_rows_is_asked_for_once_a_stamp():
    rows = Unit.objects.filter(level="outlet").order_by("path")
    assert KeysFirst(rows, at=7).count == 17

    Unit.objects.filter(code="X00").update(level="branch")

    assert KeysFirst(rows, at=7).count == 17
    assert KeysFirst(rows, at=8).count == 16
    assert KeysFirst(rows.filter(code="X01"), at=7).count == 1
    assert KeysFirst(rows).count == 16
