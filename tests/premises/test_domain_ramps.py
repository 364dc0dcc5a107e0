"""Ramps as measured, judged by the building norm; the same in Python and in SQL."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.premises.domain.ramps import Ramp, asks_handrail, faults, verdict
from hearth.premises.models import FacilityCheck
from hearth.premises.models.facilities import FAULTY_RAMP, LAWFUL_RAMP
from tests.factories import make_tree
from tests.factories_premises import make_facility_check

CASES = [
    (Ramp(300, 3600, 1200, None), "lawful", ()),  # exactly 1 in 12, low enough for no handrail
    (Ramp(300, 3599, 1200, True), "faulty", ("steep",)),
    (Ramp(300, 3600, 1199, True), "faulty", ("narrow",)),
    (Ramp(301, 4000, 1300, False), "faulty", ("no_handrail",)),
    (Ramp(301, 6020, 1300, False), "lawful", ()),  # 1 in 20: gentle, however high
    (Ramp(301, 6019, 1300, None), "unmeasured", ()),
    (Ramp(301, 6019, 1300, True), "lawful", ()),
    (Ramp(450, 4500, 1100, False), "faulty", ("steep", "narrow", "no_handrail")),
    (Ramp(), "unmeasured", ()),
    (Ramp(None, None, 1000, None), "faulty", ("narrow",)),
    (Ramp(200, 3000, None, True), "unmeasured", ()),
    (Ramp(None, None, 1500, False), "unmeasured", ()),
]


@pytest.mark.parametrize(("ramp", "judged", "wrong"), CASES)
def test_a_ramp_is_judged(ramp: Ramp, judged: str, wrong: tuple[str, ...]) -> None:
    assert verdict(ramp) == judged
    assert faults(ramp) == wrong


def test_thirty_degrees_are_no_ramp() -> None:
    assert faults(Ramp(1000, 1732, 1500, True)) == ("steep",)


def test_a_ramp_that_nobody_measured_asks_no_handrail() -> None:
    assert not asks_handrail(Ramp(has_handrail=False))
    assert Ramp(500, 6000).one_in == 12.0
    assert Ramp().one_in is None


@pytest.mark.django_db
def test_the_database_judges_the_same() -> None:
    outlet = make_tree().east_outlets[0]
    made = {}
    for number, (ramp, judged, _wrong) in enumerate(CASES):
        check = make_facility_check(
            outlet,
            "ramp",
            checked_on=date(2021, 1, 1 + number),
            rise_mm=ramp.rise_mm,
            run_mm=ramp.run_mm,
            width_mm=ramp.width_mm,
            has_handrail=ramp.has_handrail,
        )
        made[check.pk] = judged
    for name, condition in (("lawful", LAWFUL_RAMP), ("faulty", FAULTY_RAMP)):
        found = set(FacilityCheck.objects.filter(condition).values_list("pk", flat=True))
        assert found == {pk for pk, judged in made.items() if judged == name}
