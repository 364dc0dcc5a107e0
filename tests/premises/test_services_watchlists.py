"""Lists under management: rules, proposals, decisions by two persons."""

from __future__ import annotations

from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.ledgers.services import apply_rows, withdraw
from hearth.platform.models import AuditEvent
from hearth.premises.domain.watch import Terms
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry, WatchRule
from hearth.premises.registers_watch import WATCHLIST
from hearth.premises.services.watchlists import (
    Care,
    RuleText,
    Wish,
    approve,
    approve_rule,
    create_watchlist,
    decline,
    keep_entry,
    propose,
    propose_rule,
)
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db
TERMS = Terms("below", 16_000, 3, 5, frozenset({12, 1}))


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def cold():
    return Watchlist.objects.get(code="cold")


@pytest.fixture
def managers(tree):
    """Two people of the office, and a branch manager who approves nothing."""
    first, second = (make_actor("programme_manager", unit=tree.province) for _n in range(2))
    return first, second, make_actor("branch_manager", unit=tree.east)


def rule_text(**changes):
    fields = {"sort": "entry", "measure": "business_mean", "terms": TERMS}
    fields |= {"since": date(2026, 11, 1), "opens": time(8, 30), "closes": time(16, 30)}
    return RuleText(**(fields | changes))


def by_rule(cold, unit, sort="exit"):
    entry = None
    if sort == "exit":
        entry = listed(cold, unit)
    return Proposal.objects.create(
        watchlist=cold,
        unit=unit,
        unit_path=unit.path,
        sort=sort,
        as_of=date(2021, 2, 1),
        reason="x",
        entry=entry,
    )


def listed(cold, unit, since=date(2021, 1, 4)):
    return WatchlistEntry.objects.create(
        watchlist=cold, unit=unit, unit_path=unit.path, since=since, reason="冷"
    )


# --- entering and leaving -------------------------------------------------------------------------


def test_a_person_proposes_and_another_lets_the_unit_enter(tree, cold, managers):
    office, other, branch = managers
    unit = tree.east_outlets[0]
    proposal = propose(actor=branch, wish=Wish(cold, unit, "entry", "大厅冷", "加装空调"))

    decided = approve(actor=office, proposal=proposal, version=1, words="同意")

    entry = WatchlistEntry.objects.get()
    assert (entry.unit, entry.since, entry.reason) == (unit, timezone.localdate(), "大厅冷")
    assert (entry.measure, entry.stage, entry.until) == ("加装空调", "listed", None)
    assert (decided.status, decided.decided_by_id) == ("approved", office.user_id)
    assert decided.entry == entry
    actions = AuditEvent.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions)[-2:] == ["watchlist.proposed", "watchlist.approved"]
    with pytest.raises(RuleViolation) as refused:
        approve(actor=other, proposal=proposal, version=2)
    assert refused.value.code == "decided"


def test_nobody_approves_what_they_proposed(tree, cold, managers):
    office, _other, _branch = managers
    for sort in ("entry", "exit"):
        unit = tree.east_outlets[0]
        if sort == "exit":
            listed(cold, unit)
        proposal = propose(actor=office, wish=Wish(cold, unit, sort, "x"))
        with pytest.raises(RuleViolation) as refused:
            approve(actor=office, proposal=proposal, version=1)
        assert refused.value.code == "own_proposal"


def test_what_a_rule_proposes_enters_by_one_person(tree, cold, managers):
    decided = approve(
        actor=managers[0], proposal=by_rule(cold, tree.east_outlets[0], "entry"), version=1
    )
    assert decided.status == "approved"
    assert WatchlistEntry.objects.count() == 1


def test_what_a_rule_proposes_leaves_by_two_persons(tree, cold, managers):
    office, other, _branch = managers
    proposal = by_rule(cold, tree.east_outlets[0])

    seconded = approve(actor=office, proposal=proposal, version=1)

    assert (seconded.status, seconded.seconded_by_id) == ("open", office.user_id)
    assert WatchlistEntry.objects.get().until is None
    with pytest.raises(RuleViolation) as refused:
        approve(actor=office, proposal=seconded, version=2)
    assert refused.value.code == "own_proposal"

    day = timezone.localdate() - timedelta(days=1)
    decided = approve(actor=other, proposal=seconded, version=2, on=day)
    assert decided.status == "approved"
    assert WatchlistEntry.objects.get().until == day


def test_a_branch_proposes_and_does_not_decide(tree, cold, managers):
    _office, _other, branch = managers
    with pytest.raises(NotAllowed):
        approve(actor=branch, proposal=by_rule(cold, tree.east_outlets[0], "entry"), version=1)
    with pytest.raises(NotAllowed):
        propose(actor=branch, wish=Wish(cold, tree.west_outlets[0], "entry", "x"))


@pytest.mark.parametrize(
    ("on", "code"),
    [(timedelta(days=1), "day_ahead"), (timedelta(days=-3), "day_before_entry")],
)
def test_a_unit_leaves_on_a_day_that_can_be(tree, cold, managers, on, code):
    office, other, _branch = managers
    today = timezone.localdate()
    listed(cold, tree.east_outlets[0], since=today - timedelta(days=2))
    proposal = propose(actor=office, wish=Wish(cold, tree.east_outlets[0], "exit", "暖了"))
    with pytest.raises(RuleViolation) as refused:
        approve(actor=other, proposal=proposal, version=1, on=today + on)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("sort", "is_listed", "reason", "code"),
    [
        ("entry", True, "x", "listed"),
        ("exit", False, "x", "not_listed"),
        ("entry", False, " ", "no_reason"),
    ],
)
def test_what_cannot_be_proposed(tree, cold, managers, sort, is_listed, reason, code):
    if is_listed:
        listed(cold, tree.east_outlets[0])
    with pytest.raises(RuleViolation) as refused:
        propose(actor=managers[0], wish=Wish(cold, tree.east_outlets[0], sort, reason))
    assert refused.value.code == code


def test_the_same_is_proposed_once(tree, cold, managers):
    wish = Wish(cold, tree.east_outlets[0], "entry", "x")
    propose(actor=managers[0], wish=wish)
    with pytest.raises(RuleViolation) as refused:
        propose(actor=managers[1], wish=wish)
    assert refused.value.code == "proposed"


def test_declining_needs_a_reason_and_leaves_the_list_alone(tree, cold, managers):
    proposal = by_rule(cold, tree.east_outlets[0])
    with pytest.raises(RuleViolation) as refused:
        decline(actor=managers[0], proposal=proposal, version=1, words="")
    assert refused.value.code == "no_reason"

    decided = decline(actor=managers[0], proposal=proposal, version=1, words="传感器坏")

    assert (decided.status, decided.decision) == ("declined", "传感器坏")
    assert WatchlistEntry.objects.get().until is None


def test_a_stale_decision_is_refused(tree, cold, managers):
    proposal = by_rule(cold, tree.east_outlets[0])
    approve(actor=managers[0], proposal=proposal, version=1)
    with pytest.raises(StaleWrite):
        approve(actor=managers[1], proposal=proposal, version=1)


def test_a_unit_that_stands_on_the_list_does_not_enter_again(tree, cold, managers):
    proposal = by_rule(cold, tree.east_outlets[0], "entry")
    listed(cold, tree.east_outlets[0])
    with pytest.raises(RuleViolation) as refused:
        approve(actor=managers[0], proposal=proposal, version=1)
    assert refused.value.code == "listed"


# --- measures -------------------------------------------------------------------------------------


def test_the_branch_says_what_is_done(tree, cold, managers):
    branch = managers[2]
    entry = listed(cold, tree.east_outlets[0])
    care = Care("线路改造，加装空调 2 台", "observed", date(2021, 1, 20))

    kept = keep_entry(actor=branch, entry=entry, version=1, care=care)

    assert (kept.measure, kept.stage, kept.version) == (care.measure, "observed", 2)
    assert kept.measure_done_on == date(2021, 1, 20)
    with pytest.raises(StaleWrite):
        keep_entry(actor=branch, entry=entry, version=1, care=care)


def test_a_measure_is_not_done_before_its_day(tree, cold, managers):
    entry = listed(cold, tree.east_outlets[0])
    care = Care("x", "observed", timezone.localdate() + timedelta(days=1))
    with pytest.raises(RuleViolation) as refused:
        keep_entry(actor=managers[2], entry=entry, version=1, care=care)
    assert refused.value.code == "day_ahead"


def test_another_branch_keeps_nothing_here(tree, cold):
    west = make_actor("branch_manager", unit=tree.west)
    with pytest.raises(NotAllowed):
        keep_entry(
            actor=west,
            entry=listed(cold, tree.east_outlets[0]),
            version=1,
            care=Care("x", "listed"),
        )


# --- lists and rules ------------------------------------------------------------------------------


def test_a_list_and_its_rule_are_made_by_two_persons(tree, managers):
    office, other, branch = managers
    watchlist = create_watchlist(actor=office, code="dim", name="昏暗网点")
    rule = propose_rule(actor=office, watchlist=watchlist, text=rule_text())

    assert not WatchRule.objects.filter(watchlist=watchlist).in_force(date(2026, 12, 1)).exists()
    with pytest.raises(RuleViolation) as refused:
        approve_rule(actor=office, rule=rule, version=1)
    assert refused.value.code == "own_proposal"
    approve_rule(actor=other, rule=rule, version=1)
    assert WatchRule.objects.filter(watchlist=watchlist).in_force(date(2026, 12, 1)).get() == rule
    with pytest.raises(RuleViolation) as refused:
        create_watchlist(actor=office, code="dim", name="x")
    assert refused.value.code == "code_taken"
    for act in (
        lambda: create_watchlist(actor=branch, code="x", name="x"),
        lambda: propose_rule(actor=branch, watchlist=watchlist, text=rule_text()),
        lambda: approve_rule(actor=branch, rule=rule, version=2),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_new_rule_ends_the_one_before(cold, tree, managers):
    office, other, _branch = managers
    rule = propose_rule(actor=office, watchlist=cold, text=rule_text())
    approve_rule(actor=other, rule=rule, version=1)

    entry_rules = WatchRule.objects.filter(watchlist=cold, sort="entry")
    before = entry_rules.in_force(date(2026, 10, 31)).get()
    assert before.until == rule.since
    assert entry_rules.in_force(date(2026, 11, 1)).get() == rule
    with pytest.raises(RuleViolation) as refused:
        approve_rule(actor=other, rule=rule, version=2)
    assert refused.value.code == "in_force"
    late = propose_rule(actor=office, watchlist=cold, text=rule_text(since=date(2026, 1, 1)))
    with pytest.raises(RuleViolation) as refused:
        approve_rule(actor=other, rule=late, version=1)
    assert refused.value.code == "later_rule"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"terms": Terms("below", 1, 6, 5)}, "more_days_than_looked_at"),
        ({"opens": time(8, 45)}, "hours_by_the_half"),
        ({"opens": time(17), "closes": time(9)}, "closes_before_opens"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(cold, tree, managers, changes, code):
    with pytest.raises(RuleViolation) as refused:
        propose_rule(actor=managers[0], watchlist=cold, text=rule_text(**changes))
    assert refused.value.code == code


# --- the ledger -----------------------------------------------------------------------------------


def stay_row(**changes):
    fields = {"list": "cold", "unit": "E1", "entered_on": date(2021, 1, 4), "reason": "冷"}
    fields |= {"measure": "", "stage": "listed", "left_on": None}
    return SimpleNamespace(**(fields | changes))


def test_the_ledger_takes_nobody_off_the_list(tree, cold, managers):
    """A file adds stays; neither it nor taking a record back goes around the second person."""
    office = managers[0]
    added = apply_rows(actor=office, register=WATCHLIST, rows=[stay_row()])
    assert (added.created, added.problems) == (1, [])

    again = apply_rows(actor=office, register=WATCHLIST, rows=[stay_row()])
    left = apply_rows(actor=office, register=WATCHLIST, rows=[stay_row(left_on=date(2021, 2, 1))])
    assert again.unchanged == 1
    assert [problem.column for problem in left.problems] == ["list"]
    with pytest.raises(RuleViolation) as refused:
        withdraw(
            actor=office,
            register=WATCHLIST,
            record=WatchlistEntry.objects.get(),
            version=1,
            reason="x",
        )
    assert refused.value.code == "two_persons"
    assert WatchlistEntry.objects.get().until is None


def test_a_stay_that_is_over_comes_in_by_file(tree, cold, managers):
    rows = [
        stay_row(left_on=date(2021, 2, 1)),
        stay_row(unit="E2", entered_on=date(2021, 2, 1), left_on=date(2021, 1, 1)),
    ]
    outcome = apply_rows(actor=managers[0], register=WATCHLIST, rows=rows)
    assert [(p.position, p.column) for p in outcome.problems] == [(1, "left_on")]
    outcome = apply_rows(actor=managers[0], register=WATCHLIST, rows=rows[:1])
    assert outcome.created == 1
    assert not WatchlistEntry.objects.held_on(date(2021, 2, 1)).exists()
    assert WatchlistEntry.objects.held_on(date(2021, 1, 31)).exists()
