"""Accepting, fixing, closing and opening again: every exit of the services."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.platform.models import AuditEvent, Notice
from hearth.rectification.models import FixPhoto, Rectification, Step
from hearth.rectification.services.work import (
    MOST_PHOTOS,
    Taken,
    accept,
    accept_many,
    close,
    fix,
    reopen,
)
from tests.factories import make_actor, make_tree
from tests.factories_inspections import photo
from tests.factories_rectification import make_rectification
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def head(tree):
    return make_actor("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def manager(tree):
    return make_actor("branch_manager", unit=tree.east)


@pytest.fixture
def row(tree, edition):
    return make_rectification(tree.east_outlets[0], edition)


def taken(colour="red"):
    return Taken(uuid.uuid4(), photo(colour))


def fixed(row, head):
    return fix(actor=head, pk=row.pk, version=row.version, note="扫干净了")


def code_of(refused):
    return refused.value.code


# --- accepting ---


def test_the_head_accepts_it(row, head):
    done = accept(actor=head, pk=row.pk, version=1)
    assert (done.state, done.accepted_by_id, done.version) == ("accepted", head.user_id, 2)
    assert Step.objects.get().kind == "accepted"
    event = AuditEvent.objects.get(action="rectification.accepted")
    assert (event.object_id, event.unit_path, event.data) == (str(row.pk), row.unit_path, {})


def test_nobody_accepts_twice_or_what_was_withdrawn_or_what_changed_meanwhile(row, head):
    accept(actor=head, pk=row.pk, version=1)
    with pytest.raises(RuleViolation) as refused:
        accept(actor=head, pk=row.pk, version=2)
    assert code_of(refused) == "wrong_state"
    with pytest.raises(StaleWrite) as stale:
        accept(actor=head, pk=row.pk, version=1)
    assert stale.value.facts == {"version": 2}
    Rectification.objects.update(withdrawn_at=timezone.now())
    with pytest.raises(RuleViolation) as refused:
        accept(actor=head, pk=row.pk, version=2)
    assert code_of(refused) == "withdrawn"


def test_another_outlet_s_does_not_exist_and_a_reader_may_not(row, tree):
    elsewhere = make_actor("outlet_head", unit=tree.west_outlets[0])
    with pytest.raises(Rectification.DoesNotExist):
        accept(actor=elsewhere, pk=row.pk, version=1)
    reader = make_actor("staff", unit=tree.east_outlets[0])
    with pytest.raises(NotAllowed):
        accept(actor=reader, pk=row.pk, version=1)


def test_of_many_each_stands_or_falls_by_itself(row, tree, edition, head):
    other = make_rectification(tree.east_outlets[0], edition, "A03", version=4)
    west = make_rectification(tree.west_outlets[0], edition)
    chosen = [f"{row.pk}:1", f"{other.pk}:3", f"{west.pk}:1", "x", "9:y", ""]
    accepted, refused = accept_many(actor=head, chosen=chosen)
    assert (accepted, len(refused)) == (1, 5)
    assert all(refused)


# --- fixing ---


def test_the_head_reports_it_fixed_with_note_and_photos(row, head):
    accept(actor=head, pk=row.pk, version=1)
    sent = [taken("red"), taken("blue")]
    done = fix(actor=head, pk=row.pk, version=2, note=" 扫干净了 ", photos=sent)
    assert (done.state, done.fix_note, done.fixed_by_id) == ("fixed", "扫干净了", head.user_id)
    assert done.fixed_on == timezone.localdate()
    kept = FixPhoto.objects.filter(record=row)
    assert {one.uuid for one in kept} == {one.uuid for one in sent}
    assert {(one.round, one.content_type, one.width) for one in kept} == {(0, "image/jpeg", 40)}
    assert list(Step.objects.order_by("pk").values_list("kind", "note")) == [
        ("accepted", ""),
        ("fixed", "扫干净了"),
    ]


def test_what_is_put_right_on_the_spot_is_accepted_by_it(row, head):
    done = fixed(row, head)
    assert done.accepted_by_id == head.user_id
    assert done.accepted_at


def test_the_same_photos_again_change_nothing(row, head, tree, edition):
    sent = [taken()]
    first = fix(actor=head, pk=row.pk, version=1, note="done", photos=sent)
    again = fix(actor=head, pk=row.pk, version=1, note="done", photos=sent)
    assert (again.pk, again.version) == (first.pk, first.version)
    other = make_rectification(tree.east_outlets[0], edition, "A03")
    with pytest.raises(RuleViolation) as refused:
        fix(actor=head, pk=other.pk, version=1, note="done", photos=sent)
    assert code_of(refused) == "uuid_taken"


def test_a_criterion_that_asks_for_a_photo_is_not_fixed_without_one(tree, edition, head):
    pictured = make_rectification(tree.east_outlets[0], edition, "A01")
    with pytest.raises(RuleViolation) as refused:
        fix(actor=head, pk=pictured.pk, version=1, note="done")
    assert (code_of(refused), refused.value.facts) == ("no_photo", {"field": "photos"})
    assert fix(actor=head, pk=pictured.pk, version=1, note="done", photos=[taken()])


@pytest.mark.parametrize(
    ("note", "photos", "code"),
    [
        (" ", 0, "no_note"),
        ("done", MOST_PHOTOS + 1, "too_many_photos"),
        ("done", None, "not_a_picture"),
    ],
)
def test_what_is_no_report_is_refused(row, head, note, photos, code):
    sent = [Taken(uuid.uuid4(), b"no")] if photos is None else [taken() for _n in range(photos)]
    with pytest.raises(RuleViolation) as refused:
        fix(actor=head, pk=row.pk, version=1, note=note, photos=sent)
    assert code_of(refused) == code
    assert not FixPhoto.objects.exists()


def test_what_waits_for_verification_is_not_fixed_again(row, head):
    fixed(row, head)
    with pytest.raises(RuleViolation) as refused:
        fix(actor=head, pk=row.pk, version=2, note="again")
    assert code_of(refused) == "wrong_state"


def test_what_is_left_to_do_moves_with_the_outlet(row, tree, manager):
    west = make_actor("branch_manager", unit=tree.west)
    with pytest.raises(Rectification.DoesNotExist):
        accept(actor=west, pk=row.pk, version=1)
    Unit.objects.filter(pk=row.unit_id).update(path=tree.west.path + "0099")
    assert list(Rectification.objects.now_under(tree.west.path)) == [row]
    with pytest.raises(NotAllowed):  # the old branch still reads it
        accept(actor=manager, pk=row.pk, version=1)
    assert accept(actor=west, pk=row.pk, version=1).state == "accepted"


# --- verifying ---


def test_another_closes_it(row, head, manager):
    waiting = fixed(row, head)
    done = close(actor=manager, pk=row.pk, version=waiting.version, note="看过了")
    assert (done.state, done.closed_by_id) == ("closed", manager.user_id)
    assert done.closed_on == timezone.localdate()
    assert list(Rectification.objects.closed_in_time()) == [done]


def test_whoever_fixed_it_neither_closes_nor_opens_it_again(row, manager):
    fix(actor=manager, pk=row.pk, version=1, note="did it myself")
    for act in (
        lambda: close(actor=manager, pk=row.pk, version=2),
        lambda: reopen(
            actor=manager, pk=row.pk, version=2, reason="x", due_on=timezone.localdate()
        ),
    ):
        with pytest.raises(RuleViolation) as refused:
            act()
        assert code_of(refused) == "own_work"


def test_the_head_may_not_verify(row, head):
    fixed(row, head)
    with pytest.raises(NotAllowed):
        close(actor=head, pk=row.pk, version=2)


def test_only_what_was_fixed_is_closed(row, manager):
    with pytest.raises(RuleViolation) as refused:
        close(actor=manager, pk=row.pk, version=1)
    assert code_of(refused) == "wrong_state"


def test_a_deviation_opens_it_again_with_a_new_deadline(row, head, manager):
    before = row.first_due_on
    fix(actor=head, pk=row.pk, version=1, note="done", photos=[taken()])
    new = timezone.localdate() + timedelta(days=9)
    done = reopen(actor=manager, pk=row.pk, version=2, reason="还有灰", due_on=new)
    assert (done.state, done.due_on, done.first_due_on) == ("open", new, before)
    assert (done.reopened, done.fixed_on, done.fixed_by_id, done.fix_note) == (1, None, None, "")
    step = Step.objects.latest("pk")
    assert (step.kind, step.note, step.due_on) == ("reopened", "还有灰", new)
    notice = Notice.objects.get(kind="rectification.sent_back")
    assert (notice.user_id, notice.url) == (head.user_id, f"/rectification/{row.pk}/")
    assert notice.params["due_on"] == new.isoformat()
    fix(actor=head, pk=row.pk, version=3, note="now", photos=[taken("blue")])
    assert sorted(FixPhoto.objects.values_list("round", flat=True)) == [0, 1]


@pytest.mark.parametrize(
    ("reason", "days", "code"),
    [(" ", 1, "no_reason"), ("x", -1, "deadline_past"), ("x", None, "deadline_past")],
)
def test_opening_again_needs_a_reason_and_a_day(row, head, manager, reason, days, code):
    fixed(row, head)
    due = None if days is None else timezone.localdate() + timedelta(days=days)
    with pytest.raises(RuleViolation) as refused:
        reopen(actor=manager, pk=row.pk, version=2, reason=reason, due_on=due)
    assert code_of(refused) == code
