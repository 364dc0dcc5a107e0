"""Review: who may confirm, return, release and withdraw a check, and when."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from hearth.inspections.models import Finding, Inspection
from hearth.inspections.services.review import (
    release,
    return_for_correction,
    review,
    withdraw,
)
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import actor_of
from hearth.network.models import User
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

SERVICES = {
    "review": (review, {}),
    "return": (return_for_correction, {"note": "补照片"}),
    "release": (release, {}),
    "withdraw": (withdraw, {"reason": "重复"}),
}


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def reviewer(tree):
    return make_actor("reviewer")


@pytest.fixture
def check(tree, edition):
    return make_inspection(
        tree.east_outlets[0],
        edition,
        mark("A01"),
        by=make_user("inspector"),
        status="submitted",
    )


def do(name, actor, check, **changes):
    service, more = SERVICES[name]
    return service(
        **{"actor": actor, "uuid": check.uuid, "version": check.version} | more | changes
    )


def at(check, status):
    Inspection.objects.filter(pk=check.pk).update(
        status=status, released_at=timezone.now() if status == "released" else None
    )
    check.refresh_from_db()
    return check


def test_from_submitted_to_released(check, reviewer):
    reviewed = review(actor=reviewer, uuid=check.uuid, version=1, note=" 属实 ")
    assert (reviewed.status, reviewed.review_note, reviewed.version) == ("reviewed", "属实", 2)
    assert reviewed.reviewed_by_id == reviewer.user_id
    assert not Finding.objects.counted().exists()

    released = release(actor=reviewer, uuid=check.uuid, version=2)
    assert (released.status, released.version) == ("released", 3)
    assert released.released_by_id == reviewer.user_id
    assert list(Inspection.objects.counted()) == [released]
    assert Finding.objects.counted().count() == 1
    events = AuditEvent.objects.filter(object_type="inspections.inspection").order_by("seq")
    assert [e.action for e in events] == [
        "inspection.submitted",
        "inspection.reviewed",
        "inspection.released",
    ]
    assert {e.unit_path for e in events} == {check.unit_path}


def test_a_check_beside_the_ranking_is_released_and_does_not_count(tree, edition, reviewer):
    check = make_inspection(
        tree.outlets[0], edition, mark("A01"), status="reviewed", is_ranked=False
    )

    release(actor=reviewer, uuid=check.uuid, version=1)

    assert not Finding.objects.counted().exists()


def test_returned_with_what_to_mend(check, reviewer):
    returned = do("return", reviewer, check)

    assert (returned.status, returned.review_note) == ("returned", "补照片")
    assert AuditEvent.objects.filter(action="inspection.returned").count() == 1


def test_withdrawn_it_counts_no_more_and_stays(check, reviewer):
    do("release", reviewer, at(check, "reviewed"))
    check.refresh_from_db()

    withdrawn = do("withdraw", reviewer, check)

    assert (withdrawn.status, withdrawn.review_note) == ("withdrawn", "重复")
    assert not Inspection.objects.counted().exists()
    assert not Finding.objects.counted().exists()
    assert Finding.objects.count() == 1
    assert AuditEvent.objects.get(action="inspection.withdrawn").data["reason"] == "重复"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_whoever_lacks_the_permission_is_refused(name, check):
    auditor = make_actor("auditor")  # sees all, decides nothing

    with pytest.raises(NotAllowed):
        do(name, auditor, check)


@pytest.mark.parametrize("name", sorted(SERVICES))
@pytest.mark.parametrize("role", ["branch_manager", "outlet_head", "staff"])
def test_for_those_inspected_it_does_not_exist_before_its_release(name, role, check):
    with pytest.raises(Inspection.DoesNotExist):
        do(name, make_actor(role), check)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_elsewhere_it_does_not_exist(name, check, tree):
    with pytest.raises(Inspection.DoesNotExist):
        do(name, make_actor("reviewer", unit=tree.west), check)
    with pytest.raises(Inspection.DoesNotExist):
        do(name, make_actor("reviewer"), check, uuid=uuid.uuid4())


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_another_decided_meanwhile_is_not_overwritten(name, check, reviewer):
    Inspection.objects.filter(pk=check.pk).update(version=7)

    with pytest.raises(StaleWrite) as stale:
        do(name, reviewer, check)

    assert stale.value.facts["version"] == 7


@pytest.mark.parametrize("name", ["review", "return", "release"])
def test_nobody_reviews_or_releases_their_own_work(name, tree, edition):
    user = make_user("inspector", "reviewer")
    check = make_inspection(
        tree.outlets[0],
        edition,
        by=user,
        status="reviewed" if name == "release" else "submitted",
    )

    with pytest.raises(RuleViolation) as refusal:
        do(name, actor_of(user, on=timezone.localdate()), check)

    assert refusal.value.code == "own_work"


ALLOWED = {
    "review": {"submitted"},
    "return": {"submitted", "reviewed"},
    "release": {"reviewed"},
    "withdraw": {"submitted", "reviewed", "released", "returned"},
}
CODES = {
    "review": "not_submitted",
    "return": "already_released",
    "release": "not_reviewed",
    "withdraw": "not_current",
}


@pytest.mark.parametrize("name", sorted(SERVICES))
@pytest.mark.parametrize("status", Inspection.Status.values)
def test_each_step_has_its_place(name, status, check, reviewer):
    at(check, status)

    if status in ALLOWED[name]:
        do(name, reviewer, check)
    else:
        with pytest.raises(RuleViolation) as refusal:
            do(name, reviewer, check)
        assert refusal.value.code == CODES[name]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_an_older_revision_is_past(name, check, reviewer):
    at(check, "reviewed" if name == "release" else "submitted")
    Inspection.objects.filter(pk=check.pk).update(is_current=False)

    with pytest.raises(RuleViolation):
        do(name, reviewer, check)


@pytest.mark.parametrize(("name", "field"), [("return", "note"), ("withdraw", "reason")])
def test_a_reason_is_asked_for(name, field, check, reviewer):
    with pytest.raises(RuleViolation) as refusal:
        do(name, reviewer, check, **{field: " \n"})

    assert refusal.value.code == "no_reason"


def test_the_inspector_still_reads_what_was_withdrawn_and_others_do_not(check, reviewer, tree):
    do("withdraw", reviewer, check)
    inspector = actor_of(User.objects.get(pk=check.inspector_id), on=timezone.localdate())
    head = make_actor("outlet_head", unit=tree.east_outlets[0])

    assert Inspection.objects.visible_to(inspector).count() == 1
    assert Inspection.objects.visible_to(head).count() == 0
