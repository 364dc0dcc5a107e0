"""Confirming the past at once, on its page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hearth.network.models import User
from hearth.outreach.models import Activity
from tests.factories import make_tree, make_user
from tests.factories_outreach import DAY, kind, make_activity
from tests.web.outreach.pages import english, queries_of, said

pytestmark = pytest.mark.django_db
QUEUE, PAST = reverse("outreach:confirm-many"), reverse("outreach:confirm-past")
UNTIL = str(DAY + timedelta(days=1))


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-08-16T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def user(tree) -> User:
    return make_user("branch_manager", unit=tree.east)


@pytest.fixture
def manager(user) -> Client:
    return english(user)


def shown(client: Client, until: str = UNTIL) -> dict[str, str]:
    """What the page's form would send, with a reason."""
    page = client.get(PAST, {"until": until}).content.decode()
    hidden = re.findall(r'type="hidden" name="(until|seen|act)" value="([^"]+)"', page)
    return dict(hidden) | {"note": "以原台账为据"}


def test_it_shows_what_waits_by_kind_and_by_unit(tree, manager, user):
    make_activity(tree.east_outlets[0])
    make_activity(tree.east_outlets[1], "home_visit", on=DAY - timedelta(days=9))
    make_activity(tree.east_outlets[1], recorded_by=user)
    make_activity(tree.west_outlets[0])
    make_activity(tree.east_outlets[0], on=DAY + timedelta(days=1))
    assert PAST in manager.get(QUEUE).content.decode()

    page = manager.get(PAST, {"until": UNTIL})

    found = page.context["waiting"]
    assert found.count == 2
    assert {n for _kind, n in found.kinds} == {1}
    assert sum(n for _place, n in found.places) == 2
    assert (found.first, found.last) == (DAY - timedelta(days=9), DAY)
    text = page.content.decode()
    assert "2 activities from before" in text
    assert "1 more from before that day is left" in text
    assert "1 of them lacks the evidence" in text


def test_unasked_the_running_quarter_stays_out(tree, manager):
    make_activity(tree.east_outlets[0], on=DAY)

    assert str(manager.get(PAST).context["until"]) == "2021-07-01"
    assert manager.get(PAST, {"until": "soon"}).context["until_form"].errors


def test_it_is_confirmed_once_however_often_it_is_pressed(tree, manager):
    record = make_activity(tree.east_outlets[0])
    form = shown(manager)

    answers = [manager.post(PAST, form, follow=True) for _press in range(2)]

    assert [said(answer) for answer in answers] == [["1 activity confirmed."]] * 2
    record.refresh_from_db()
    assert (record.state, record.decision_note) == ("confirmed", "以原台账为据")


def test_what_came_meanwhile_is_looked_at_first(tree, manager):
    make_activity(tree.east_outlets[0])
    form = shown(manager)
    make_activity(tree.east_outlets[1])

    answer = manager.post(PAST, form)

    assert answer.status_code == 422
    assert "Meanwhile 2 wait, not 1." in answer.content.decode()
    assert "以原台账为据" in answer.content.decode()
    assert not Activity.objects.confirmed().exists()
    again = answer.context["form"]
    manager.post(PAST, {name: again[name].value() for name in again.fields})
    assert Activity.objects.confirmed().count() == 2


@pytest.mark.parametrize("lack", ["note", "act", "until"])
def test_without_a_reason_nothing_is_confirmed(tree, manager, lack):
    make_activity(tree.east_outlets[0])

    answer = manager.post(PAST, shown(manager) | {lack: ""})

    assert answer.status_code == 422
    assert lack in answer.context["form"].errors
    assert not Activity.objects.confirmed().exists()


def test_outlets_confirm_no_past(tree):
    assert english("outlet_head", unit=tree.east_outlets[0]).get(PAST).status_code == 403


def test_the_number_of_queries_does_not_grow(tree, manager):
    make_activity(tree.east_outlets[0])
    few = queries_of(manager, f"{PAST}?until={UNTIL}")
    for _number in range(24):
        make_activity(tree.east_outlets[1], kind=kind("training"))

    assert queries_of(manager, f"{PAST}?until={UNTIL}") == few


def test_nothing_waits(manager):
    page = manager.get(PAST).content.decode()

    assert "Nothing waits from before that day" in page
