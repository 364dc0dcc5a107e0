"""The invented checks: well formed, on time, by the right people, and repeatable."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from hearth.exchange.demo.checks import CheckPlan, invent_checks
from hearth.exchange.demo.content import content_rows, demo_rulebook
from hearth.exchange.demo.days import is_working_day
from hearth.exchange.demo.network import invent_network
from hearth.exchange.demo.quality import outlets_of
from hearth.exchange.demo.raters import raters_of
from hearth.kernel.periods import Period
from hearth.scoring.domain.marks import Mark, check_marks
from tests.exchange.demo.conftest import TODAY

CRITERIA = demo_rulebook().criteria
LASTING = {row["criterion"] for row in content_rows("tendencies") if row["lasting"] == "y"}
SEASON = {r["criterion"]: r["season"] for r in content_rows("tendencies") if r["season"]}


def again(demo, **changes):
    plan = CheckPlan(**changes)
    units = demo.network.units
    return list(invent_checks(units, CRITERIA, demo.quarters, today=demo.today, plan=plan))


def fingerprint(checks) -> str:
    rows = [[c.inspection_row("S", "1"), c.status, c.mark_rows()] for c in checks]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def test_whole_demonstration_has_about_twenty_thousand_checks(whole):
    assert 19_000 <= len(whole.checks) <= 22_000
    assert {check.reference[:6] for check in whole.checks} == set(whole.quarters)


def test_references_and_uuids_are_unique(whole):
    assert len({check.reference for check in whole.checks}) == len(whole.checks)
    assert len({check.uuid for check in whole.checks}) == len(whole.checks)


def test_checks_fall_in_business_hours_of_working_days_before_today(whole):
    for check in whole.checks:
        at = check.inspected_at
        assert is_working_day(at.date())
        assert at.date() < TODAY
        assert (9, 0) <= (at.hour, at.minute) <= (16, 30)
        assert at.utcoffset() == timedelta(hours=8)
        assert Period.parse(check.reference[:6]).contains(at.date())


def test_outlets_are_checked_only_while_they_are_open(whole):
    outlets = {outlet.code: outlet for outlet in outlets_of(whole.network.units)}
    assert all(outlets[c.unit].is_open(c.inspected_at.date()) for c in whole.checks)
    changed = [o for o in outlets.values() if o.closed_on or o.opened_on.year == 2026]
    assert changed
    assert any(c.unit == o.code for o in changed for c in whole.checks)


def test_cadence_is_monthly_mystery_quarterly_on_site_and_six_videos(whole):
    closed = [c for c in whole.checks if c.reference[:6] == "2026Q3"]
    for channel, most in (("video", 6), ("mystery", 3), ("onsite", 1)):
        per_outlet = Counter(c.unit for c in closed if c.channel == channel)
        assert max(per_outlet.values()) == most
        assert Counter(per_outlet.values()).most_common(1)[0][0] == most
    months = Counter((c.unit, c.inspected_at.month) for c in closed if c.channel == "mystery")
    assert max(months.values()) == 1


def test_a_few_outlets_are_missed_by_a_channel(whole):
    closed = [c for c in whole.checks if c.reference[:6] == "2026Q3"]
    seen = {channel: {c.unit for c in closed if c.channel == channel} for channel in
            ("video", "mystery", "onsite")}  # fmt: skip
    assert 4 <= len(seen["video"] - seen["mystery"]) <= 25
    assert 10 <= len(seen["video"] - seen["onsite"]) <= 50


def test_only_the_newest_checks_of_the_open_quarter_wait(whole):
    waiting = [c for c in whole.checks if c.status != "released"]
    assert {c.status for c in waiting} == {"submitted", "reviewed"}
    assert {c.reference[:6] for c in waiting} == {"2026Q4"}
    assert min(c.inspected_at.date() for c in waiting) >= TODAY - timedelta(days=10)
    assert 200 <= len(waiting) <= 1200


def test_marks_fit_the_rules_of_their_channel_and_kind(whole):
    kinds = {outlet.code: outlet.kind for outlet in outlets_of(whole.network.units)}
    for check in whole.checks[::7]:
        rules = demo_rulebook().for_check(check.channel, kinds[check.unit])
        marks = [
            Mark(m["criterion"], m["verdict"], m.get("value"), m.get("note", ""))
            for m in check.marks
        ]
        assert check_marks(rules, marks) == []
        assert len({mark.criterion for mark in marks}) == len(marks)


def test_marks_stand_in_the_order_of_the_sheet(whole):
    place = {rule.code: n for n, rule in enumerate(CRITERIA)}
    for check in whole.checks[:500]:
        order = [place[mark["criterion"]] for mark in check.marks]
        assert order == sorted(order)


def test_what_a_failed_gate_takes_along_is_not_marked(whole):
    guarded = set(next(rule.gates for rule in CRITERIA if rule.gates))
    failed = [
        check
        for check in whole.checks
        if any(m["criterion"] == "D01" and m["verdict"] == "not_met" for m in check.marks)
    ]
    assert len(failed) > 100
    assert not any(m["criterion"] in guarded for check in failed for m in check.marks)


def test_only_cameras_fail_to_see(whole):
    unseen = {
        check.channel
        for check in whole.checks
        for mark in check.marks
        if mark["verdict"] == "not_observable"
    }
    assert unseen == {"video"}


def test_seasons_decide_what_applies(whole):
    for check in whole.checks:
        month = check.inspected_at.month
        verdict = {mark["criterion"]: mark["verdict"] for mark in check.marks}
        if check.channel == "video":
            continue
        assert (verdict["B01"] == "not_applicable") == (month not in (11, 12, 1, 2, 3))
        assert (verdict["B02"] == "not_applicable") == (month not in (6, 7, 8))
        after_dark = (month, check.inspected_at.hour) == (11, 16)
        assert (verdict.get("A02") != "not_applicable") == after_dark


def test_cold_lobbies_show_in_november(whole):
    readings = [
        (check.unit, float(mark["value"]))
        for check in whole.checks
        for mark in check.marks
        if mark["criterion"] == "B01" and mark["verdict"] != "not_applicable"
    ]
    cold = {unit for unit, celsius in readings if celsius < 18}
    assert 20 <= len(cold) <= 90
    assert min(celsius for _unit, celsius in readings) > 12


def test_faults_of_buildings_stay_until_they_are_mended(whole):
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for check in whole.checks:
        if check.channel != "onsite":
            continue
        for mark in check.marks:
            if mark["criterion"] in LASTING - set(SEASON) and mark["verdict"] == "not_met":
                fault = (check.reference[:6], mark.get("value", ""))
                found[check.unit, mark["criterion"]].append(fault)
    repeated = [faults for faults in found.values() if len(faults) > 1]
    assert len(repeated) > len(found) * 0.25  # by chance it would be about a tenth
    for faults in repeated:
        assert len({value for _quarter, value in faults}) == 1


def test_faults_that_must_be_explained_are(whole):
    evidence = {row["code"]: row["evidence"] for row in content_rows("criteria")}
    marks = [m for c in whole.checks[::5] for m in c.marks if m["verdict"] == "not_met"]
    assert all(m.get("note") for m in marks if evidence[m["criterion"]] == "note")
    others = [bool(m.get("note")) for m in marks if evidence[m["criterion"]] != "note"]
    assert 0.5 < sum(others) / len(others) < 0.8
    assert not any("{" in m.get("note", "") for m in marks)


def test_shoppers_do_not_come_back_within_ninety_days(whole):
    visits: dict[tuple[str, str], list] = defaultdict(list)
    for check in whole.checks:
        if check.channel == "mystery":
            visits[check.unit, check.inspector].append(check.inspected_at.date())
    for days in visits.values():
        assert all(
            later - earlier > timedelta(days=90) for earlier, later in pairwise(sorted(days))
        )


def test_everyone_works_by_their_own_channel_and_outlets_see_several(whole):
    for channel in ("video", "mystery", "onsite"):
        names = {rater.username for rater in raters_of(channel)}
        used = Counter(c.inspector for c in whole.checks if c.channel == channel)
        assert set(used) == names
        assert max(used.values()) < len(whole.checks) / 8


def test_a_few_video_checks_are_kept_out_of_the_mean(whole):
    unranked = [check for check in whole.checks if not check.is_ranked]
    assert {check.channel for check in unranked} == {"video"}
    assert 60 <= len(unranked) <= 200


# Repeatable


def test_order_of_the_units_changes_nothing(small):
    turned = list(reversed(small.network.units))
    checks = invent_checks(turned, CRITERIA, small.quarters, today=TODAY)
    assert fingerprint(checks) == fingerprint(small.checks)


def test_more_video_changes_nothing_about_visits(small):
    daily = again(small, video_per_quarter=62)
    assert sum(c.channel == "video" for c in daily) > 9 * sum(
        c.channel == "video" for c in small.checks
    )
    visits = [check for check in daily if check.channel != "video"]
    assert fingerprint(visits) == fingerprint(c for c in small.checks if c.channel != "video")


def test_no_channel_need_be_used(small):
    assert again(small, video_per_quarter=0, mystery_per_month=0, onsite_per_quarter=0) == []
    assert {c.channel for c in again(small, video_per_quarter=0)} == {"mystery", "onsite"}


def test_notes_come_in_english_too(small):
    english = again(small, language="en")
    notes = [m["note"] for check in english for m in check.marks if "note" in m]
    assert notes
    assert all(note.replace("°", "").isascii() for note in notes)
    assert [(c.reference, c.inspector) for c in english] == [
        (c.reference, c.inspector) for c in small.checks
    ]


def test_checks_stream(small):
    first = next(invent_checks(small.network.units, CRITERIA, small.quarters, today=TODAY))
    assert first == small.checks[0]


@pytest.mark.parametrize(
    "changes",
    [{"video_per_quarter": 91}, {"mystery_per_month": 21}, {"language": "fr"}],
)
def test_impossible_plans_are_refused(changes):
    with pytest.raises(ValueError, match="must"):
        CheckPlan(**changes)


def test_criteria_of_another_standard_are_refused(small):
    other = [CRITERIA[0].__class__("X1", "X", "pass_fail", 1000)]
    with pytest.raises(KeyError, match="X1"):
        next(invent_checks(small.network.units, other, small.quarters, today=TODAY))


def test_same_seed_same_bytes_on_every_machine():
    """A change here must be meant: it changes every demonstration that was ever made."""
    network = invent_network(20, today=TODAY)
    checks = invent_checks(network.units, CRITERIA, ("2026Q3", "2026Q4"), today=TODAY)
    rows = json.dumps([network.units, network.people], ensure_ascii=False)
    assert hashlib.sha256(rows.encode()).hexdigest()[:16] == "ec1ba93e83fc857d"
    assert fingerprint(checks)[:16] == "88aba7f5c8f94dd2"


def test_hash_randomisation_changes_nothing():
    program = (
        "import datetime, hashlib\n"
        "from hearth.exchange.demo.checks import invent_checks\n"
        "from hearth.exchange.demo.content import demo_rulebook\n"
        "from hearth.exchange.demo.network import invent_network\n"
        "day = datetime.date(2026, 11, 23)\n"
        "net = invent_network(20, today=day)\n"
        "checks = invent_checks(net.units, demo_rulebook().criteria, ['2026Q3'], today=day)\n"
        "print(hashlib.sha256(repr((net, list(checks))).encode()).hexdigest())\n"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
