"""The first page by role, and notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.inspections.models import Assignment
from hearth.network.models import Unit
from hearth.network.roles import ROLES
from hearth.platform.models import Notice
from tests.bulletins.quarters import closed_quarter, published
from tests.factories import client_as, make_tree, make_user
from tests.factories_inspections import make_assignment, make_inspection
from tests.factories_scoring import close
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
HOME = "/"


def english(who):
    client = client_as(who)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_has_a_first_page_with_and_without_records(role):
    tree = make_tree()
    client = english(make_user(role, unit=tree.province))

    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("role", sorted(ROLES))
def test_panels_are_for_those_who_hold_their_permission(role):
    tree, closing = closed_quarter()
    bulletin = published()
    held = ROLES[role].permissions

    page = english(make_user(role, unit=tree.province)).get(HOME).context

    assert page["standing"].get("closing") == (closing if "scores.view" in held else None)
    assert page["bulletin"] == (bulletin if "bulletin.view" in held else None)
    assert len(page["latest"]) == (8 if "inspections.view" in held else 0)


def test_the_map_names_cities_in_the_language_of_the_reader():
    tree, _closing = closed_quarter()
    Unit.objects.filter(pk=tree.east.pk).update(city="沈阳市")

    assert "Shenyang" in str(english("programme_manager").get(HOME).context["standing"]["map"])
    assert "沈阳" in str(client_as("programme_manager").get(HOME).context["standing"]["map"])


def test_the_duties_of_an_inspector_and_a_reviewer():
    tree, _closing = closed_quarter()
    edition = tree.outlets[0].inspections.first().edition
    worker = make_user("inspector", unit=tree.province)
    make_assignment(tree.outlets[0], edition, worker)
    make_inspection(tree.outlets[1], edition, by=worker, status="returned")
    make_inspection(tree.outlets[2], edition, by=worker, status="submitted")

    mine = english(worker).get(HOME).context["duties"]
    theirs = english("reviewer").get(HOME).context["duties"]

    assert sorted(duty.count for duty in mine) == [1, 1]
    assert mine[0].is_late
    assert [duty.count for duty in theirs] == [1]
    assert "status=submitted" in theirs[0].url


def test_an_inspector_begins_the_next_check_from_here():
    tree = make_tree()
    worker = make_user("inspector", unit=tree.province)
    edition, begin = make_edition(), reverse("inspections:start")
    client, costs = english(worker), []
    client.get(HOME)
    for days in (range(90, 91), range(30, 54)):
        for day in days:
            due = date(2099, 1, 1) + timedelta(days=day)
            make_assignment(tree.outlets[0], edition, worker, due_on=due)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(HOME).content.decode()
        costs.append(len(queries))

    soonest = Assignment.objects.order_by("due_on").first()
    assert f"{begin}?assignment={soonest.pk}" in page
    assert page.count(f"{begin}?assignment=") == 5
    assert costs[0] == costs[1]


def test_a_branch_reads_how_its_own_part_stands():
    tree, _closing = closed_quarter()

    page = english(make_user("branch_manager", unit=tree.west)).get(HOME).context

    assert page["standing"]["top"].code == "W"
    assert {check.unit.code for check in page["latest"]} == {"W1", "W2"}


def test_how_we_stand_is_that_of_the_period_that_ended_last():
    """By its text, 2021-12 would come before 2021Q2."""
    tree, _closing = closed_quarter()
    edition = tree.outlets[0].inspections.first().edition
    head = english(make_user("outlet_head", unit=tree.outlets[0]))
    for month in ("2021-12", "2021-04"):
        make_inspection(tree.outlets[0], edition, on=f"{month}-10")
        close(month)

    page = head.get(HOME).context

    assert page["standing"]["closing"].period == "2021-12"
    assert [row.closing.period for row in page["standing"]["history"]] == [
        "2021-04",
        "2021Q2",
        "2021-12",
    ]


def test_the_latest_bulletin_is_of_the_period_that_ended_last():
    closed_quarter()
    month = published()
    month.pk, month.period = None, "2021-12"
    month.save()

    assert english("staff").get(HOME).context["bulletin"].period == "2021-12"


def test_notices_are_read_one_by_one_or_all_and_never_those_of_others():
    make_tree()
    me, other = make_user("staff"), make_user("staff")
    mine = [_notice(me) for _ in range(3)]
    theirs = _notice(other)
    client, read = english(me), reverse("cockpit:notices-read")

    assert client.get(reverse("cockpit:notices")).context["unread"] == 3
    client.post(read, {"notice": [mine[0].pk, theirs.pk, "x"]})
    assert client.get(reverse("cockpit:notices")).context["unread"] == 2
    client.post(read)
    assert client.get(reverse("cockpit:notices")).context["unread"] == 0
    theirs.refresh_from_db()
    assert theirs.read_at is None


def _notice(user):
    return Notice.objects.create(
        user=user, kind="bulletin.published", url="/", params={"period": "2021Q2"}
    )
