"""How often a stranger may do something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hearth.kernel.errors import RuleViolation
from hearth.platform import limits
from hearth.platform.models import Allowance

pytestmark = pytest.mark.django_db
NOON = datetime(2021, 6, 15, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def spend(whose: str = "10.0.0.1", what: str = "fault.reported") -> None:
    limits.spend(what, whose, most=2, within=HOUR)


def test_the_limit_holds_until_its_stretch_is_over():
    with time_machine.travel(NOON, tick=False) as clock:
        spend()
        clock.shift(timedelta(minutes=30))
        spend()
        with pytest.raises(RuleViolation) as refused:
            spend()
        assert refused.value.code == "too_often"
        clock.shift(timedelta(minutes=29))
        with pytest.raises(RuleViolation):
            spend()
        clock.shift(timedelta(minutes=1))
        spend()
        spend()
        with pytest.raises(RuleViolation):
            spend()


def test_places_and_acts_are_counted_apart():
    for _ in range(2):
        spend()
    spend("10.0.0.2")
    spend(what="visit.asked")
    assert Allowance.objects.count() == 3


def test_nothing_of_the_visitor_is_kept():
    spend("203.0.113.77")
    kept = Allowance.objects.values().get()
    assert "203.0.113.77" not in str(kept)
    assert kept["key"] == limits.key_of("fault.reported", "203.0.113.77")


def test_counts_of_past_stretches_are_removed():
    with time_machine.travel(NOON, tick=False) as clock:
        spend()
        clock.shift(HOUR / 2)
        spend("10.0.0.2")
        clock.shift(HOUR / 2)
        assert limits.forget_past() == 1
    assert Allowance.objects.count() == 1
