"""What leaves as a spreadsheet reaches no further than the permission to export (design 6.1)."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.network.models import Grant, User
from hearth.outreach.models import Station
from tests.factories import EARLIEST, client_as, make_person, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def reader(tree) -> User:
    """Reads the whole network as one of its staff, and heads a single outlet."""
    user = make_user("staff", unit=tree.province)
    own = tree.east_outlets[0]
    Grant.objects.create(user=user, role="outlet_head", unit=own, valid_from=EARLIEST)
    return user


def lines(answer) -> list[str]:
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return text.splitlines()[1:]


def test_a_list_that_is_read_everywhere_is_exported_where_one_may(tree, reader):
    for unit in tree.outlets:
        Station.objects.create(unit=unit, unit_path=unit.path, since=date(2021, 4, 1))
    client = client_as(reader)

    shown = client.get("/ledgers/stations/").context["page_obj"].paginator.count
    sent = lines(client.get("/ledgers/stations/export/?format=csv"))

    assert shown == 5
    assert [line.split(",")[0] for line in sent] == ["E1"]


@pytest.mark.parametrize("address", ["/network/export/", "/api/v1/exports/units"])
def test_units_are_exported_where_one_may(reader, address):
    sent = lines(client_as(reader).get(f"{address}?format=csv"))

    assert [line.split(",")[0] for line in sent] == ["E1"]


def test_numbers_of_staff_leave_masked_also_where_staff_may_be_edited(tree):
    """Those of many in the clear would take a second person (ADR 0014)."""
    user = make_user("programme_manager", unit=tree.east)
    make_person(tree.east_outlets[0], staff_no="S-E", phone="13800001111")

    for address in ("/network/people/export/", "/api/v1/exports/people"):
        (line,) = lines(client_as(user).get(f"{address}?format=csv"))

        assert "13800001111" not in line
        assert "138****1111" in line
