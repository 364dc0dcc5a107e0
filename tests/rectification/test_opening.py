"""Rectifications open with the release of checks, and follow their corrections."""

from datetime import date

import pytest

from hearth.inspections.models import Finding
from hearth.inspections.services.review import release, review
from hearth.kernel.errors import RuleViolation
from hearth.network.actors import operator
from hearth.platform import workdays
from hearth.platform.models import AuditEvent
from hearth.rectification.models import Deadline, Rectification, Step
from hearth.rectification.services import opening
from hearth.rectification.services.opening import follow, open_for, withdraw_for
from hearth.standards.models import Criterion
from hearth.workflows.release import (
    release_inspection,
    release_inspections,
    withdraw_inspection,
)
from tests.factories import make_actor, make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_rectification import open_check
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

FRIDAY = date(2021, 5, 21)


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


@pytest.fixture(autouse=True)
def _friday(monkeypatch):
    monkeypatch.setattr(opening.timezone, "localdate", lambda _at=None: FRIDAY)


def correction(check, edition, *criteria, **fields):
    marks = [mark(code) for code in criteria]
    return make_inspection(
        check.unit, edition, *marks, replaces=check, reason="looked again", **fields
    )


def codes(rows):
    return sorted(rows.values_list("criterion__code", flat=True))


def test_release_opens_one_for_each_finding_with_its_deadline(tree, edition, office):
    Criterion.objects.filter(edition=edition, code="A02").update(due_days=2)
    Criterion.objects.filter(edition=edition, code="A01").update(severity="major")
    marks = [mark(code) for code in ("A01", "A02", "B05", "B03")]
    check = make_inspection(tree.outlets[0], edition, *marks, status="reviewed")
    assert not Rectification.objects.exists()

    release_inspection(actor=office, uuid=check.uuid, version=1)

    rows = {row.criterion.code: row for row in Rectification.objects.select_related("criterion")}
    assert {code: row.due_on for code, row in rows.items()} == {
        "A01": date(2021, 5, 28),  # major: five working days after the Friday
        "A02": date(2021, 5, 25),  # its own two
        "B05": date(2021, 5, 24),  # red: one
        "B03": date(2021, 6, 4),  # minor: ten
    } | {code: date(2021, 6, 4) for code in rows.keys() - {"A01", "A02", "B05", "B03"}}
    one = rows["A01"]
    assert (one.unit, one.unit_path, one.state) == (check.unit, check.unit_path, "open")
    assert (one.first_due_on, one.opened_on) == (one.due_on, FRIDAY)
    assert one.finding == Finding.objects.get(inspection=check, criterion__code="A01")
    assert len(rows) == check.findings_count


def test_a_check_that_is_not_ranked_is_put_right_as_well(tree, edition):
    check = open_check(tree.outlets[0], edition, "A01", is_ranked=False)
    assert codes(Rectification.objects.filter(inspection=check)) == ["A01"]


def test_the_trail_tells_what_was_opened(tree, edition):
    check = open_check(tree.outlets[0], edition, "A01", "A02")
    event = AuditEvent.objects.get(action="rectification.opened")
    assert (event.object_id, event.unit_path) == (str(check.pk), check.unit_path)
    assert event.data == {"checks": 1, "opened": 2, "kept": 0, "withdrawn": 0}


def test_the_same_check_again_opens_nothing(tree, edition):
    check = open_check(tree.outlets[0], edition, "A01")
    assert open_for(actor=operator("x"), inspections=[check]) == opening.Opened()
    assert Rectification.objects.count() == 1
    assert AuditEvent.objects.filter(action="rectification.opened").count() == 1


def test_a_check_without_faults_leaves_no_trace(tree, edition):
    open_check(tree.outlets[0], edition)
    open_for(actor=operator("x"), inspections=[])
    assert not AuditEvent.objects.filter(action="rectification.opened").exists()


def test_without_a_rule_of_deadlines_nothing_is_released(tree, edition, office):
    Deadline.objects.all().delete()
    check = make_inspection(tree.outlets[0], edition, mark("A01"), status="reviewed")
    with pytest.raises(RuleViolation) as refused:
        release_inspection(actor=office, uuid=check.uuid, version=1)
    assert refused.value.code == "no_deadline"
    check.refresh_from_db()
    assert check.status == "reviewed"


def test_an_import_opens_none_and_asked_to_opens_all(tree, edition):
    checks = [make_inspection(unit, edition, mark("A01")) for unit in tree.outlets]
    assert follow(actor=operator("x"), inspections=checks) == opening.Opened()
    assert open_for(actor=operator("x"), inspections=checks).opened == len(checks)


def test_a_correction_keeps_what_stands_opens_what_is_new_and_withdraws_the_rest(
    tree, edition, office
):
    check = open_check(tree.outlets[0], edition, "A01", "A02", "B05")
    kept = Rectification.objects.get(criterion__code="A01")
    Rectification.objects.filter(criterion__code="B05").update(
        state="closed",
        fixed_on=FRIDAY,
        fixed_by_id=office.user_id,
        closed_on=FRIDAY,
        closed_by_id=make_actor("reviewer").user_id,
    )
    newer = correction(check, edition, "A01", "A04", status="submitted")
    reviewer = make_actor("reviewer")
    seen = review(actor=reviewer, uuid=newer.uuid, version=1)

    release_inspection(actor=reviewer, uuid=newer.uuid, version=seen.version)

    assert codes(Rectification.objects.standing()) == ["A01", "A04", "B05"]
    gone = Rectification.objects.get(criterion__code="A02")
    assert gone.is_withdrawn
    assert gone.withdrawal_reason
    kept.refresh_from_db()
    assert (kept.inspection, kept.finding.inspection) == (newer, newer)
    assert kept.version == 2
    steps = Step.objects.order_by("pk").values_list("rectification__criterion__code", "kind")
    assert sorted(steps) == [("A01", "kept"), ("A02", "withdrawn")]


def test_a_correction_of_a_correction_that_was_never_released_follows_too(tree, edition):
    check = open_check(tree.outlets[0], edition, "A01")
    between = correction(check, edition, "A02", status="returned")
    last = correction(between, edition, "A01")
    assert open_for(actor=operator("x"), inspections=[last]).kept == 1
    assert Rectification.objects.get().inspection == last


def test_an_imported_correction_follows_its_check_unasked(tree, edition):
    followed = open_check(tree.outlets[0], edition, "A01")
    alone = make_inspection(tree.outlets[1], edition, mark("A01"))
    newer = [correction(one, edition, "A02") for one in (followed, alone)]
    outcome = follow(actor=operator("x"), inspections=newer)
    assert (outcome.opened, outcome.withdrawn) == (1, 1)
    assert codes(Rectification.objects.standing()) == ["A02"]


def test_a_withdrawn_check_withdraws_what_waits(tree, edition, office):
    check = open_check(tree.outlets[0], edition, "A01", "A02")
    withdraw_inspection(actor=office, uuid=check.uuid, version=1, reason="wrong outlet")
    assert not Rectification.objects.standing().exists()
    assert set(Rectification.objects.values_list("withdrawal_reason", flat=True)) == {
        "wrong outlet"
    }


def test_the_withdrawal_of_an_unreleased_correction_takes_back_the_original_s(
    tree, edition, office
):
    check = open_check(tree.outlets[0], edition, "A01")
    newer = correction(check, edition, "A01", status="submitted")
    assert withdraw_for(actor=office, inspection=newer, reason="no") == 1
    assert withdraw_for(actor=office, inspection=newer, reason="no") == 0


def test_many_checks_cost_as_many_statements_as_two(
    tree, edition, office, django_assert_max_num_queries, django_assert_num_queries
):
    def reviewed(count):
        units = [tree.outlets[n % 5] for n in range(count)]
        made = [
            make_inspection(unit, edition, mark("A01"), mark("A02"), status="reviewed")
            for unit in units
        ]
        return [f"{check.uuid}:1" for check in made]

    few, many = reviewed(2), reviewed(25)
    workdays.workdays()
    with django_assert_max_num_queries(40) as counted:
        assert release_inspections(actor=office, chosen=few) == (2, [])
    with django_assert_num_queries(len(counted.captured_queries)):
        assert release_inspections(actor=office, chosen=many) == (25, [])
    assert Rectification.objects.count() == 54


def test_release_by_the_room_below_opens_nothing_by_itself(tree, edition, office):
    check = make_inspection(tree.outlets[0], edition, mark("A01"), status="reviewed")
    release(actor=office, uuid=check.uuid, version=1)
    assert not Rectification.objects.exists()
