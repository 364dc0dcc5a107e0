"""Accounts, policy, adjustments and raters of the demonstration."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from hearth.exchange.demo.administration import demo_accounts, demo_policy, invent_adjustments
from hearth.exchange.demo.load import load_adjustments
from hearth.exchange.demo.network import invent_network
from hearth.exchange.demo.raters import raters, raters_of, region
from hearth.kernel.periods import Period
from hearth.network.roles import ROLES
from hearth.scoring.models import Adjustment
from tests.exchange.demo.conftest import TODAY
from tests.factories import make_tree, make_user


def test_every_role_has_an_account_and_policies_have_an_approver(whole):
    accounts = demo_accounts(whole.network)
    assert {account.role for account in accounts} == set(ROLES)
    managers = [account for account in accounts if account.role == "programme_manager"]
    assert len(managers) == 2
    assert len({account.username for account in accounts}) == len(accounts) == len(ROLES) + 1
    assert all(account.name_en and account.sees and account.sees_en for account in accounts)


def test_accounts_of_staff_belong_to_people_who_work_there(whole):
    people = {row["staff_no"]: row for row in whole.network.people}
    seated = [account for account in demo_accounts(whole.network) if account.staff_no]
    assert {account.username for account in seated} == {"branch", "outlet", "staff"}
    for account in seated:
        person = people[account.staff_no]
        assert (person["name"], person["unit"]) == (account.name, account.unit)
        assert not person["left_on"]
    units = {account.username: account.unit for account in seated}
    assert units["outlet"] == units["staff"]
    assert units["outlet"].startswith(units["branch"])


def test_accounts_exist_in_the_smallest_network():
    assert len(demo_accounts(invent_network(13, today=TODAY))) == len(ROLES) + 1


def test_outlet_of_the_account_is_checked_in_every_quarter_by_every_channel(whole):
    outlet = next(a.unit for a in demo_accounts(whole.network) if a.username == "outlet")
    seen = {(check.reference[:6], check.channel) for check in whole.checks if check.unit == outlet}
    assert len(seen) == 9


def test_policy_weights_sum_to_a_hundred(whole):
    policy = demo_policy(whole.quarters)
    assert sum(policy.weights.values()) == 100
    assert policy.minimum_coverage_percent == 60
    assert policy.effective_from == date(2026, 1, 1)
    assert policy.proposed_by != policy.approved_by
    assert {policy.proposed_by, policy.approved_by} <= {
        account.username for account in demo_accounts(whole.network)
    }


def test_adjustments_are_dated_in_their_quarter_with_evidence(whole):
    rows = invent_adjustments(whole.network.units, whole.quarters, today=TODAY)
    assert 6 <= len(rows) <= 12
    assert sum(row["kind"] == "veto" for row in rows) == 1
    assert len({row["unit"] for row in rows}) == len(rows)
    for row in rows:
        assert Period.parse(row["period"]).contains(date.fromisoformat(row["decided_on"]))
        assert row["decided_on"] < str(TODAY)
        assert row["reason"]
        assert row["evidence"]
        assert (row["points"] == "") == (row["kind"] == "veto")


def test_adjustments_speak_the_language_asked_for(whole):
    chinese = invent_adjustments(whole.network.units, whole.quarters, today=TODAY)
    english = invent_adjustments(whole.network.units, whole.quarters, today=TODAY, language="en")
    assert [row["unit"] for row in chinese] == [row["unit"] for row in english]
    assert all(row["reason"].isascii() and row["evidence"].isascii() for row in english)


def test_a_tiny_network_gets_fewer_adjustments_rather_than_none_twice():
    units = invent_network(13, today=TODAY).units
    rows = invent_adjustments(units, ("2026Q2", "2026Q3", "2026Q4"), today=TODAY)
    assert rows
    assert len({row["unit"] for row in rows}) == len(rows)


def test_raters_differ_in_severity_and_regions_overlap():
    assert len({rater.username for rater in raters()}) == len(raters())
    assert {"inspector", "shopper"} <= {rater.username for rater in raters()}
    for channel in ("video", "mystery", "onsite"):
        severities = [rater.severity for rater in raters_of(channel)]
        assert min(severities) < 0.8
        assert max(severities) > 1.3
        pools = [{rater.username for rater in region(channel, n)} for n in range(13)]
        assert set.union(*pools) == {rater.username for rater in raters_of(channel)}
        assert all(one & other for one, other in pairwise(pools))


@pytest.mark.django_db
def test_adjustments_are_approved_by_another_and_the_newest_of_the_open_quarter_waits():
    make_tree()
    for username in ("manager", "approver"):
        make_user("programme_manager", username=username)
    said = {"kind": "bonus", "points": "1", "reason": "锦旗", "evidence": ""}
    days = [("2026Q3", "2026-09-01"), ("2026Q4", "2026-11-02"), ("2026Q4", "2026-10-20")]

    load_adjustments(
        [{"unit": "E1", "period": p, "decided_on": d, **said} for p, d in days], "2026Q4"
    )

    rows = Adjustment.objects.select_related("recorded_by", "decided_by")
    assert {row.recorded_by.username for row in rows} == {"manager"}
    assert {row.decided_by.username for row in rows.counted()} == {"approver"}
    assert [str(row.decided_on) for row in rows.waiting()] == ["2026-11-02"]
