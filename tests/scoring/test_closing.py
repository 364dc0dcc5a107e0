"""Closing periods: what is computed, stored once, and stored again only when something changed."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.inspections.models import Inspection
from hearth.inspections.services.review import withdraw
from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.kernel.periods import Period
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.network.services.units import close_unit, merge_units, move_unit
from hearth.platform.models import AuditEvent
from hearth.scoring.models import Closing, Result
from hearth.scoring.services.adjustments import withdraw_adjustment
from hearth.scoring.services.adjustments_decided import decide_adjustment
from hearth.scoring.services.closing import close_period
from tests.factories import make_actor, make_tree, make_unit
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import (
    LONG_AFTER,
    bytes_of,
    close,
    make_adjustment,
    make_policy,
    make_proposal,
    results,
)
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

GOLDEN = {
    "records_hash": "bbd6269b19ec0effeb8a47c43bbce6372322d9f1626261c3eaa9e309187ca07a",
    "policy_hash": "5f0dcc90c36e5c15ba98af82b08d12a46889cc307b034b026871feaf7ea4ac5c",
    "editions_hash": "87c0a5450ca96fa3f58cc785aa1191b5521454e68a39befd02ec05a115fa6608",
    "result_hash": "8f4fbbfc0f7a7e2cf50f8f613c96ba26bef52569eefcabbe2251433092b4c982",
}
"""What the small network gives on every database and machine; see ``quarters``."""


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def quarters(tree, edition):
    """Two quarters: every outlet seen twice by video and once by a shopper in each."""
    e1, e2, e3, w1, w2 = tree.outlets
    faults = {
        e1: [[mark("A01")], [], [mark("B03")]],
        e2: [[mark("A02", value="3")], [mark("A03", value="1")], []],
        e3: [[], [], []],
        w1: [[mark("B05"), mark("A01")], [mark("B01", value="C")], [mark("B02", value="17")]],
        w2: [[mark("A04")], [mark("A01"), mark("B01")], [mark("B03"), mark("A02")]],
    }
    for month, order in (("02", (e1, e2, e3, w1, w2)), ("05", (w2, e1, w1, e2, e3))):
        for outlet, source in zip(tree.outlets, order, strict=True):
            for day, marks in enumerate(faults[source][:2], start=10):
                make_inspection(outlet, edition, *marks, on=f"2021-{month}-{day}")
            make_inspection(
                outlet, edition, *faults[source][2], on=f"2021-{month}-20", channel="mystery"
            )
    return tree


def ranks(closing, level="outlet"):
    rows = closing.results.filter(level=level).order_by("rank", "code")
    return {row.code: row.rank for row in rows}


def refused(code, **fields):
    fields = {
        "actor": operator("x"),
        "period": Period.parse("2021Q2"),
        "today": LONG_AFTER,
    } | fields
    with pytest.raises(RuleViolation) as refusal:
        close_period(**fields)
    assert refusal.value.code == code


# --- may it be closed ----------------------------------------------------------------------------


def test_only_those_who_may_close(quarters):
    with pytest.raises(NotAllowed):
        close_period(actor=make_actor("reviewer"), period=Period.parse("2021Q2"))
    assert not Closing.objects.exists()


def test_not_before_it_is_over(quarters):
    refused("period_not_over", today=date(2021, 6, 30))

    actor = operator("x")
    closed = close_period(actor=actor, period=Period.parse("2021Q2"), today=date(2021, 7, 1))
    assert closed.is_new


@pytest.mark.parametrize("key", ["2021Q2", "1900Q1", "1900", "2021-06", "2021H1"])
def test_nothing_to_close(tree, key):
    make_inspection(tree.outlets[0], make_edition(), on="2020-05-05")
    refused("nothing_to_close", period=Period.parse(key))


def test_what_waits_or_is_not_ranked_does_not_count(tree, edition):
    outlet = tree.outlets[0]
    for status in ("submitted", "reviewed", "returned", "withdrawn"):
        make_inspection(outlet, edition, status=status)
    make_inspection(outlet, edition, is_ranked=False)

    refused("nothing_to_close")


# --- what comes out ------------------------------------------------------------------------------


def test_the_same_records_give_the_same_bytes_everywhere(quarters):
    make_policy()
    make_adjustment(quarters.outlets[0], "bonus", 150)
    close("2021Q1")

    closing = close("2021Q2")

    assert {name: getattr(closing, name) for name in GOLDEN} == GOLDEN


def test_the_small_network_by_hand(quarters):
    """Weights: video 60, mystery 40. In 2021Q2 outlet E1 has the marks of W2 above, and so on."""
    make_policy()

    found = results(close("2021Q2"))

    e1 = found["E1"]  # video: A04 zeroes module A: 15/25 = 60; A01 and B01: 21/25 = 84
    assert e1.channels == {
        "video": {"n": 2, "score_centi": 7200},
        "mystery": {"n": 1, "score_centi": 7800},  # B03 takes B04: 5 and A02 once: 19.5/25
    }
    assert (e1.score_centi, e1.trace["weighted"]) == (7440, "74.40")
    assert found["W2"].score_centi == 10_000
    assert [code for code in found if found[code].level == "outlet" and found[code].rank == 1] == [
        "W2"
    ]
    east = [found[code].score_centi for code in ("E1", "E2", "E3")]
    assert found["E"].score_centi == round(sum(east) / 3)
    assert found["ES"].score_centi == found["E3"].score_centi
    assert found["P"].score_centi == round(sum(r.score_centi for r in outlets(found)) / 5)
    assert (found["P"].outlets, found["P"].outlets_ranked, found["P"].inspections) == (5, 5, 15)
    assert found["E"].trace["sum_centi"] == sum(east)
    below = sum(1 for r in outlets(found) if r.score_centi < 8500)
    assert found["P"].outlets_below_pass == below > 0


def outlets(found):
    return [row for row in found.values() if row.level == "outlet"]


def test_the_closing_says_what_it_is_of(quarters):
    policy = make_policy()
    first = close("2021Q1")

    closing = close("2021Q2")

    assert (closing.policy, closing.previous) == (policy, first)
    assert closing.inspections == 15
    assert closing.policy_content["weights"] == {"video": 60, "mystery": 40}
    assert closing.summary["outlets_seen"] == {"mystery": 5, "video": 5}
    assert closing.summary["levels"]["outlet"]["ranked"] == 5
    event = AuditEvent.objects.filter(action="period.closed").latest("seq")
    assert event.data["result_hash"] == closing.result_hash
    assert event.data["period"] == "2021Q2"


# --- twice ---------------------------------------------------------------------------------------


def test_closing_twice_changes_not_a_byte(quarters):
    make_policy()
    first = close("2021Q2")
    before, events = bytes_of(first), AuditEvent.objects.count()

    again = close("2021Q2")

    assert again.pk == first.pk
    assert bytes_of(again) == before
    assert (Closing.objects.count(), AuditEvent.objects.count()) == (1, events)
    Closing.objects.all().delete()
    anew = close("2021Q2")
    assert anew.pk != first.pk
    assert (bytes_of(anew), anew.result_hash) == (before, first.result_hash)


def withdrawn(tree):
    check = Inspection.objects.filter(unit=tree.outlets[0], channel="mystery").latest("pk")
    withdraw(actor=operator("x"), uuid=check.uuid, version=1, reason="x")


def corrected(tree):
    check = Inspection.objects.filter(unit=tree.outlets[3]).latest("pk")
    make_inspection(
        tree.outlets[3],
        check.edition,
        mark("A01"),
        on="2021-05-20",
        channel=check.channel,
        replaces=check,
    )


CHANGES = {
    "a check more": lambda t: make_inspection(
        t.outlets[0], Inspection.objects.first().edition, on="2021-06-30"
    ),
    "a check withdrawn": withdrawn,
    "a check corrected": corrected,
    "an adjustment": lambda t: make_adjustment(t.outlets[0]),
    "another policy": lambda t: make_policy(weights={"video": 100}),
    "the quarter before": lambda t: close("2021Q1"),
    "an outlet more": lambda t: make_unit(t.east, code="E9", name="新网点"),
    "another name": lambda t: Unit.objects.filter(code="E1").update(name="东门网点"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_makes_a_revision_beside_the_older_one(quarters, change):
    first = close("2021Q2")
    before = bytes_of(first)

    CHANGES[change](quarters)
    second = close("2021Q2")

    first.refresh_from_db()
    assert (second.revision, second.is_current, first.is_current) == (2, True, False)
    assert bytes_of(first) == before
    assert second.result_hash != first.result_hash


@pytest.mark.parametrize(
    "change",
    ["waits", "other quarter", "beside", "withdrawn adjustment", "proposed adjustment"],
)
def test_what_does_not_count_makes_none(quarters, change):
    edition, outlet = Inspection.objects.first().edition, quarters.outlets[0]
    close("2021Q2")

    if change == "waits":
        make_inspection(outlet, edition, mark("A01"), status="reviewed")
    elif change == "other quarter":
        make_inspection(outlet, edition, mark("A01"), on="2021-07-01")
        make_inspection(outlet, edition, mark("A01"), on="2021-03-31")
    elif change == "beside":
        make_inspection(outlet, edition, mark("A01"), is_ranked=False)
    elif change == "proposed adjustment":
        make_proposal(outlet, "veto")
    else:
        row = make_adjustment(outlet)
        withdraw_adjustment(actor=operator("x"), adjustment_id=row.pk, reason="x")

    assert close("2021Q2").revision == 1


def test_who_approved_an_adjustment_makes_no_difference_to_the_bytes(quarters):
    """Recorded by the operator, or proposed by one and approved by another: the same closing."""
    make_policy()
    row = make_adjustment(quarters.outlets[0], "deduction", 250)
    first = close("2021Q2")
    withdraw_adjustment(actor=operator("x"), adjustment_id=row.pk, reason="x")
    again = make_proposal(quarters.outlets[0], "deduction", 250)
    without = close("2021Q2")
    decide_adjustment(
        actor=make_actor("programme_manager"), adjustment_id=again.pk, version=1, approve=True
    )

    third = close("2021Q2")

    assert without.result_hash != first.result_hash
    assert (third.result_hash, third.records_hash) == (first.result_hash, first.records_hash)
    assert bytes_of(third) == bytes_of(first)


def test_one_counts_until_its_withdrawal_is_approved(quarters):
    row = make_adjustment(quarters.outlets[0], "deduction", 250)
    first = close("2021Q2")
    asking, second = make_actor("programme_manager"), make_actor("programme_manager")
    left = withdraw_adjustment(actor=asking, adjustment_id=row.pk, reason="x")

    assert close("2021Q2") == first
    decide_adjustment(actor=second, adjustment_id=row.pk, version=left.version, approve=True)

    assert close("2021Q2").revision == 2


def test_back_to_the_old_records_is_back_to_the_old_bytes(quarters):
    first = close("2021Q2")
    row = make_adjustment(quarters.outlets[0])
    close("2021Q2")
    withdraw_adjustment(actor=operator("x"), adjustment_id=row.pk, reason="x")

    third = close("2021Q2")

    assert (third.revision, third.result_hash) == (3, first.result_hash)
    assert bytes_of(third) == bytes_of(first)


# --- who is ranked -------------------------------------------------------------------------------


def test_without_an_approved_policy_all_channels_seen_weigh_the_same(quarters, edition):
    make_inspection(quarters.outlets[0], edition, on="2021-05-25", channel="onsite")

    closing = close("2021Q2")

    assert closing.policy is None
    assert closing.policy_content["weights"] == {
        "mystery": "100/3",
        "onsite": "100/3",
        "video": "100/3",
    }
    e1 = results(closing)["E1"]
    assert e1.trace["weight_observed"] == "100"
    assert e1.trace["weighted_exact_centi"] == "25000/3"  # (72 + 78 + 100) ÷ 3
    assert e1.score_centi == 8333
    assert results(closing)["E2"].reason == ""  # 66.7 of 100 observed


def test_too_little_observed_says_why(tree, edition):
    make_policy()  # video 60, mystery 40; 60 % must be observed
    e1, e2, _e3, w1, _w2 = tree.outlets
    make_inspection(e1, edition, mark("A01"), channel="mystery")
    make_inspection(e2, edition)
    make_inspection(w1, edition, channel="onsite")

    found = results(close("2021Q2"))

    assert (found["E1"].reason, found["E1"].is_ranked) == ("coverage_below_minimum", False)
    assert found["E1"].score_centi == 9200
    assert (found["E2"].reason, found["E2"].rank, found["E2"].ranked_of) == ("", 1, 1)
    assert found["W1"].reason == "channels_without_weight"
    assert found["W1"].score_centi is None
    assert found["W2"].reason == "no_inspections"
    assert (found["W"].reason, found["W"].score_centi) == ("no_ranked_outlets", None)
    assert found["E"].outlets_ranked == 1
    assert Closing.objects.get().summary["reasons"] == {
        "channels_without_weight": 1,
        "coverage_below_minimum": 1,
        "no_inspections": 2,
    }


def test_bonuses_are_capped_deductions_are_not_and_a_veto_limits(quarters):
    make_policy()
    e1, e2, e3, w1, w2 = quarters.outlets
    plain = {code: row.score_centi for code, row in results(close("2021Q2")).items()}
    make_adjustment(e1, "bonus", 200)
    make_adjustment(e1, "bonus", 200, reason="锦旗")
    make_adjustment(e2, "deduction", 700)
    make_adjustment(e3, "veto")
    make_adjustment(w1, "bonus", 300)
    make_adjustment(w1, "veto")
    make_adjustment(w2, "bonus", 300)

    found = results(close("2021Q2"))

    assert found["E1"].score_centi == plain["E1"] + 300
    assert (found["E1"].trace["bonus"], found["E1"].trace["bonus_uncapped"]) == ("3.00", "4.00")
    assert found["E2"].score_centi == plain["E2"] - 700
    assert found["E3"].score_centi == 6000 < plain["E3"]
    assert found["E3"].trace["veto_cap"] == "60.00"
    assert found["W1"].score_centi == 6000
    assert found["W2"].score_centi == 10_000 == plain["W2"]  # never above 100
    assert found["E3"].is_ranked


def test_adjustments_of_another_period_do_not_count(quarters):
    make_adjustment(quarters.outlets[0], "deduction", 500, period="2021Q1")
    make_adjustment(quarters.outlets[0], "deduction", 500, period="2021H1")

    before = close("2021Q2").result_hash

    assert results(Closing.objects.get())["E1"].trace["deduction"] == "0.00"
    make_adjustment(quarters.outlets[0], "deduction", 500)
    assert close("2021Q2").result_hash != before


# --- a tree that changes -------------------------------------------------------------------------


def test_an_outlet_that_moves_is_in_each_quarter_where_it_belonged(quarters, edition):
    make_policy()
    first = close("2021Q1")
    outlet = quarters.east_outlets[0]
    move_unit(operator("x"), outlet, "W", date(2021, 5, 15), version=outlet.version, reason="x")
    outlet.refresh_from_db()
    make_inspection(outlet, edition, on="2021-06-10")

    second = close("2021Q2")

    before, after = results(first), results(second)
    assert (before["E1"].parent_code, after["E1"].parent_code) == ("E", "W")
    assert before["E1"].path.startswith(quarters.east.path)
    assert after["E1"].path.startswith(quarters.west.path)
    assert (before["E"].outlets, before["W"].outlets) == (3, 2)
    assert (after["E"].outlets, after["W"].outlets) == (2, 3)
    assert after["E1"].inspections == 4  # of the whole quarter, also those before the move
    assert (after["E"].inspections, after["W"].inspections) == (6, 10)
    assert after["E1"].movement == before["E1"].rank - after["E1"].rank
    assert close("2021Q1").revision == 1  # the past does not move


def test_an_outlet_that_closed_keeps_its_score_and_has_no_rank(quarters):
    make_policy()
    outlet = quarters.west_outlets[1]
    close_unit(operator("x"), outlet, date(2021, 6, 30), version=outlet.version, reason="x")

    found = results(close("2021Q2"))

    assert (found["W2"].reason, found["W2"].rank) == ("closed", None)
    assert found["W2"].score_centi == 10_000
    assert (found["W2"].outlets, found["W"].outlets, found["P"].outlets) == (0, 1, 4)
    assert found["W"].score_centi == found["W1"].score_centi
    assert found["W"].inspections == 6
    assert sorted(r.rank for r in outlets(found) if r.rank) == [1, 2, 3, 4]


def test_open_on_the_last_day_is_open(quarters):
    outlet = quarters.west_outlets[1]
    close_unit(operator("x"), outlet, date(2021, 7, 1), version=outlet.version, reason="x")

    assert results(close("2021Q2"))["W2"].reason == ""


def test_a_closed_outlet_that_nobody_saw_is_not_listed(quarters):
    outlet = quarters.west_outlets[1]
    close_unit(operator("x"), outlet, date(2021, 3, 1), version=outlet.version, reason="x")
    Inspection.objects.filter(unit=outlet, inspected_on__gte=date(2021, 4, 1)).update(
        status="withdrawn"
    )

    assert "W2" not in results(close("2021Q2"))
    assert results(close("2021Q1"))["W2"].reason == "closed"


def test_a_merged_outlet_keeps_its_past_under_its_parent_of_that_day(quarters, edition):
    make_policy()
    first = close("2021Q1")
    source, target = quarters.west_outlets[0], quarters.east_outlets[0]
    merge_units(
        operator("x"), source, target, date(2021, 5, 25), version=source.version, reason="撤并"
    )

    second = close("2021Q2")

    assert results(first)["W1"].parent_code == "W"
    after = results(second)
    assert (after["W1"].reason, after["W1"].parent_code) == ("closed", "W")
    assert after["E1"].inspections == 3  # the checks of the merged outlet stay its own
    assert bytes_of(first) == bytes_of(close("2021Q1"))


def test_an_outlet_that_opens_later_is_not_there_yet(quarters):
    make_unit(quarters.east, code="E8", name="新", opened_on=date(2021, 7, 1))
    make_unit(quarters.east, code="E7", name="旧", opened_on=date(2021, 6, 30))

    found = results(close("2021Q2"))

    assert "E8" not in found
    assert found["E7"].reason == "no_inspections"


def test_a_network_without_branches():
    root = make_unit(code="R", name="省行")
    only = make_unit(root, code="R1", name="营业部", level="outlet")
    edition = make_edition()
    make_inspection(only, edition, mark("A01"))

    found = results(close("2021Q2"))

    assert found["R"].score_centi == found["R1"].score_centi == 9167  # 22 of 24
    assert set(found) == {"R", "R1"}


# --- movement ------------------------------------------------------------------------------------


def test_movement_is_previous_rank_minus_rank(quarters):
    make_policy()
    first, second = results(close("2021Q1")), results(close("2021Q2"))

    for code in ("E1", "E2", "E3", "W1", "W2", "E", "W"):
        assert second[code].previous_rank == first[code].rank
        assert second[code].previous_score_centi == first[code].score_centi
        assert second[code].movement == first[code].rank - second[code].rank
    assert {r.movement for r in second.values()} - {0, None}


def test_without_a_closed_period_before_there_is_none(quarters):
    found = results(close("2021Q2"))

    assert {row.movement for row in found.values()} == {None}
    assert {row.previous_rank for row in found.values()} == {None}


def test_other_populations_are_not_compared(quarters, edition):
    """Three of five outlets ranked before are 60 % of the larger population, below 80."""
    for code in ("E1", "E2"):
        Inspection.objects.filter(unit__code=code, inspected_on__lt=date(2021, 4, 1)).delete()
    first = results(close("2021Q1"))
    assert first["E1"].rank is None

    second = results(close("2021Q2"))

    assert {second[c].movement for c in ("E1", "E2", "E3", "W1", "W2")} == {None}
    assert second["W1"].previous_rank == first["W1"].rank is not None
    assert second["W"].movement is not None  # both branches were ranked both times


@pytest.mark.parametrize(
    ("key", "days"),
    [("2021H1", 180), ("2021", 365), ("2021-05", 31)],
)
def test_other_periods_close_too(quarters, key, days):
    closing = close(key)

    assert closing.period == key
    assert closing.inspections == (15 if key == "2021-05" else 30)
    assert Result.objects.filter(closing=closing, level="outlet", is_ranked=True).count() == 5
    assert days > 0
