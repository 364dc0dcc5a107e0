"""Experience visits at ours and at others', and their ideas."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed
from hearth.outreach.models import ExperienceVisit
from hearth.outreach.services.experience import VisitReport, decide_idea, report_visit
from tests.factories import make_actor, make_tree
from tests.factories_network import make_criterion
from tests.factories_outreach import DAY, make_peer, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def head(tree):
    return make_actor("outlet_head", unit=tree.east_outlets[0])


def report(tree, **fields):
    start = {
        "unit": tree.east_outlets[0],
        "day": DAY,
        "visited": tree.east_outlets[1],
        "observations": [("strength", "有人迎门"), ("idea", "设叫号大屏")],
    }
    return VisitReport(**start | fields)


def test_a_visit_is_stored_once(tree, head):
    edition = make_criterion().edition
    one = uuid.uuid4()
    for _attempt in range(2):
        visit = report_visit(
            actor=head,
            uuid=one,
            report=report(
                tree,
                visited=None,
                peer=make_peer(tree.east),
                edition=edition,
                ratings={"A": 4},
            ),
        )

    assert ExperienceVisit.objects.count() == 1
    assert [(o.kind, o.text) for o in visit.observations.all()] == [
        ("strength", "有人迎门"),
        ("idea", "设叫号大屏"),
    ]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"visited": None}, "one_place"),
        ({"observations": []}, "nothing_said"),
        ({"observations": [("idea", " ")]}, "nothing_said"),
        ({"observations": [("idea", "x")] * 31}, "too_many"),
        ({"ratings": {"A": 3}}, "rating_wrong"),
    ],
)
def test_what_a_report_refuses(tree, head, fields, code):
    with refused(code):
        report_visit(actor=head, uuid=uuid.uuid4(), report=report(tree, **fields))


def test_more_that_a_report_refuses(tree, head):
    edition = make_criterion().edition
    for fields, code in (
        ({"visited": tree.east_outlets[0]}, "own_unit"),
        ({"peer": make_peer(tree.east)}, "one_place"),
        ({"day": timezone.localdate() + timedelta(days=1)}, "day_ahead"),
        ({"edition": edition, "ratings": {"A": 6}}, "rating_wrong"),
        ({"edition": edition, "ratings": {"Z": 3}}, "rating_wrong"),
    ):
        with refused(code):
            report_visit(actor=head, uuid=uuid.uuid4(), report=report(tree, **fields))
    with pytest.raises(NotAllowed):
        report_visit(actor=head, uuid=uuid.uuid4(), report=report(tree, unit=tree.west))


def test_an_idea_is_decided_once(tree, head):
    visit = report_visit(actor=head, uuid=uuid.uuid4(), report=report(tree))
    strength, idea = visit.observations.all()
    manager = make_actor("branch_manager", unit=tree.east)

    with pytest.raises(NotAllowed):
        decide_idea(actor=head, observation=idea, outcome="case")
    with refused("no_idea"):
        decide_idea(actor=manager, observation=strength, outcome="case")
    with refused("outcome_unknown"):
        decide_idea(actor=manager, observation=idea, outcome="open")
    with refused("no_reason"):
        decide_idea(actor=manager, observation=idea, outcome="declined")
    assert decide_idea(actor=manager, observation=idea, outcome="case").outcome == "case"
    with refused("decided"):
        decide_idea(actor=manager, observation=idea, outcome="task")
