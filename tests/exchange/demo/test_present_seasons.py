"""The present of the demonstration on days on which less is going on."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.exchange.demo.load import DemoSize
from hearth.network.actors import operator
from hearth.outreach.models import Visit
from hearth.premises.models import Proposal
from hearth.programme.models import Programme, Target
from hearth.workflows.demonstration import load_demonstration

pytestmark = pytest.mark.django_db


def load(today: date) -> None:
    size = DemoSize(outlets=13, quarters=1, video=2)
    load_demonstration(actor=operator("demo"), size=size, report=lambda *_: None, today=today)


def test_in_summer_a_person_proposes_the_cold_outlet() -> None:
    load(date(2026, 7, 15))

    proposal = Proposal.objects.get(status="open", sort="entry")
    assert proposal.rule is None
    assert proposal.proposed_by is not None
    assert Target.objects.filter(period="2026Q3").exists()


def test_in_the_first_days_of_a_year_there_is_no_plan_yet() -> None:
    load(date(2027, 1, 3))

    assert not Programme.objects.filter(year=2027).exists()
    assert Visit.objects.filter(stage="on_site").exists()  # though it is a Sunday
