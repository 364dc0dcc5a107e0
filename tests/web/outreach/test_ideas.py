"""An idea of an experience visit becomes a case or a task in one gesture."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from hearth.outreach.models import ExperienceVisit, Observation
from tests.factories import make_tree
from tests.factories_outreach import make_peer
from tests.factories_programme import make_plan
from tests.web.outreach.pages import english, said

pytestmark = pytest.mark.django_db
CASE, TASK = reverse("voices:case-new"), reverse("programme:task-create")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-06-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


def make_idea(unit, text="设叫号大屏\n字要大", **place):
    visit = ExperienceVisit.objects.create(
        uuid=uuid.uuid4(),
        unit=unit,
        unit_path=unit.path,
        visited_on=date(2021, 6, 10),
        **place,
    )
    return Observation.objects.create(visit=visit, kind="idea", text=text)


@pytest.fixture
def idea(tree):
    return make_idea(tree.east_outlets[0], visited=tree.east_outlets[1])


def at(idea):
    return reverse("outreach:experience-visit", args=[idea.visit_id])


def decided(client, idea, outcome, note=""):
    address = reverse("outreach:idea", args=[idea.pk])
    return client.post(address, {"outcome": outcome, "note": note}, follow=True)


def test_it_becomes_a_case(tree, manager, idea):
    answer = decided(manager, idea, "case")

    assert answer.redirect_chain[-1][0] == f"{CASE}?idea={idea.pk}"
    start = answer.context["form"].initial
    assert start["title"] == "设叫号大屏"
    assert start["text"].startswith(idea.text)
    assert tree.east_outlets[1].name in start["text"]
    assert f"{CASE}?idea={idea.pk}" in manager.get(at(idea)).content.decode()


def test_it_becomes_a_task_of_the_plan_for_the_outlet_that_was_visited(tree, manager, idea):
    make_plan()

    answer = decided(manager, idea, "task")

    assert answer.redirect_chain[-1][0] == f"{TASK}?idea={idea.pk}"
    start = answer.context["form"].initial
    assert (start["title"], start["unit"]) == ("设叫号大屏", tree.east_outlets[1].code)
    assert start["detail"].startswith(idea.text)
    assert f"{TASK}?idea={idea.pk}" in manager.get(at(idea)).content.decode()


def test_what_was_seen_at_another_bank_is_for_the_visitor_s_own_unit(tree, manager):
    make_plan()
    peer = make_peer(tree.east)
    idea = make_idea(tree.east_outlets[0], peer=peer)

    start = decided(manager, idea, "task").context["form"].initial

    assert start["unit"] == tree.east_outlets[0].code
    assert peer.name in start["detail"]


def test_without_a_plan_there_is_no_task_to_give(manager, idea):
    answer = decided(manager, idea, "task")

    assert answer.redirect_chain[-1][0] == at(idea)
    assert "There is no yearly plan yet." in said(answer)[1]
    assert "Give it as a task" not in answer.content.decode()


def test_what_is_not_taken_up_leads_nowhere(manager, idea):
    answer = decided(manager, idea, "declined", "已有大屏")

    assert answer.redirect_chain[-1][0] == at(idea)
    assert "已有大屏" in answer.content.decode()


@pytest.mark.parametrize("number", ["", "x", "99999999", "12345678901234567890"])
def test_an_idea_out_of_reach_does_not_exist(tree, idea, number):
    make_plan()
    elsewhere = english("branch_manager", unit=tree.west)

    for address in (CASE, TASK):
        assert elsewhere.get(address, {"idea": number or idea.pk}).status_code == 404
