"""What waits for a reader in the rooms of the ledgers, and that each number leads to its list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from hearth.outreach.models import Activity, Sample, SampleItem
from hearth.outreach.services.activities import confirm
from hearth.premises.models import Proposal, Watchlist
from tests.factories import client_as, make_actor, make_tree, make_user
from tests.factories_outreach import make_activity
from tests.factories_premises import make_order
from tests.factories_visits import make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """At one outlet of the east: two requests for a visit, two activities, three orders."""
    tree = make_tree()
    outlet, elsewhere = tree.east_outlets[0], tree.west_outlets[0]
    today = timezone.localdate()
    for unit in (outlet, elsewhere):
        make_visit(unit)
        make_visit(unit, "closed")
    make_visit(outlet, "triaged")
    make_activity(outlet)
    make_activity(outlet, returned_version=1)
    drawn = Sample.objects.create(
        unit=tree.east,
        unit_path=tree.east.path,
        period="2021Q2",
        population=20,
        permille=50,
        seed="s",
    )
    SampleItem.objects.create(sample=drawn, activity=make_activity(outlet))
    make_order(outlet, due_on=today - timedelta(days=1))
    make_order(outlet, reported_at=timezone.now())
    make_order(outlet, done_on=today)
    cold = Watchlist.objects.get(code="cold")
    Proposal.objects.create(
        watchlist=cold, unit=outlet, unit_path=outlet.path, sort="entry", as_of=today, reason="x"
    )
    return tree


def told(user):
    client = client_as(user)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    duties = client.get("/").context["duties"]
    assert all(client.get(duty.url).status_code == 200 for duty in duties)
    return {duty.text: (duty.count, duty.is_late) for duty in duties}


def test_an_outlet_is_told_of_its_visits_orders_and_what_came_back(world):
    assert told(make_user("outlet_head", unit=world.east_outlets[0])) == {
        "home visits wait for you": (2, False),
        "activity was sent back": (1, True),
        "work order is late": (1, True),
        "reported fault waits for an answer": (1, False),
    }


def test_a_branch_is_told_what_it_confirms_and_verifies(world):
    assert told(make_user("branch_manager", unit=world.east)) == {
        "home visits wait for you": (2, False),
        "activities wait to be confirmed": (2, False),
        "activity of a sample is to be verified": (1, False),
        "work order is late": (1, True),
        "reported fault waits for an answer": (1, False),
        "work order waits to be verified": (1, False),
    }


def test_the_office_decides_on_watchlists_and_leaves_the_rooms_to_the_branches(world):
    manager = make_user("programme_manager", unit=world.province)
    assert told(manager) == {"watchlist proposal waits for a decision": (1, False)}

    Proposal.objects.update(proposed_by=manager)
    assert told(manager) == {}


def test_those_who_only_read_are_told_nothing(world):
    assert told(make_user("staff", unit=world.east_outlets[0])) == {}
    assert told(make_user("auditor", unit=world.province)) == {}


def test_a_confirmed_activity_waits_no_more_at_once(world):
    branch = make_user("branch_manager", unit=world.east)
    assert told(branch)["activities wait to be confirmed"] == (2, False)
    record = Activity.objects.filter(returned_version=None).first()
    actor = make_actor("branch_manager", unit=world.east)
    confirm(actor=actor, activity=record, version=1, without_proof="当天在场")
    assert told(branch)["activity waits to be confirmed"] == (1, False)
