"""Handing checks in: complete or not at all, once, under the rules of their edition."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from hearth.inspections.models import Assignment, Draft, Evidence, Finding, Inspection
from hearth.inspections.services.assignments import withdraw_assignment
from hearth.inspections.services.drafts import (
    add_evidence,
    save_draft,
    start_correction,
    start_draft,
)
from hearth.inspections.services.review import return_for_correction, withdraw
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import actor_of
from hearth.network.models import Unit, User
from hearth.platform.models import AuditEvent
from hearth.scoring.evaluation import explain
from hearth.standards.models import Standard
from hearth.workflows.release import release_inspection
from hearth.workflows.submission import DocumentIn, submit_document, submit_draft
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import (
    complete,
    document,
    make_assignment,
    make_inspection,
    mark,
    noon,
    photo,
)
from tests.factories_standards import edition_content, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def outlet(tree):
    return tree.east_outlets[0]


@pytest.fixture
def inspector(tree):
    return make_actor("inspector")


def filled(actor, unit, edition, *marks, channel="video", assignment=None):
    """A draft that judges everything: these marks, the others met."""
    draft = start_draft(
        actor=actor,
        uuid=uuid.uuid4(),
        unit=unit,
        edition=edition,
        channel=channel,
        assignment=assignment,
    )
    said = complete(edition, unit, *marks, channel=channel)
    return save_draft(actor=actor, uuid=draft.uuid, version=1, document=said)


def submit(actor, draft, **changes):
    return submit_draft(**{"actor": actor, "uuid": draft.uuid, "version": draft.version} | changes)


def code_of(raising, *args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        raising(*args, **kwargs)
    return refusal.value.code


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_becomes_a_check_with_the_same_uuid(inspector, outlet, edition):
    draft = filled(inspector, outlet, edition, mark("A03", value="2"))
    evidence = add_evidence(
        actor=inspector, draft=draft, uuid=uuid.uuid4(), criterion_code="A03", content=photo()
    )

    check = submit(inspector, draft)

    check.refresh_from_db()
    assert (check.uuid, check.status, check.channel) == (draft.uuid, "submitted", "video")
    assert check.inspector_id == inspector.user_id
    assert check.unit_path == outlet.path
    assert check.inspected_at == draft.started_at
    assert check.document["marks"] == [{"criterion": "A03", "verdict": "not_met", "value": "2"}]
    assert explain(check).score_centi == check.score_centi == 9467
    assert not Draft.objects.exists()
    evidence.refresh_from_db()
    assert (evidence.inspection_id, evidence.draft_id) == (check.pk, None)


def test_submitting_twice_gives_the_same_check(inspector, outlet, edition):
    draft = filled(inspector, outlet, edition)
    first = submit(inspector, draft)

    assert submit(inspector, draft).pk == first.pk
    assert submit(inspector, draft, version=99).pk == first.pk
    assert Inspection.objects.count() == 1
    assert AuditEvent.objects.filter(action="inspection.submitted").count() == 1


def test_the_draft_of_another_is_not_there(inspector, outlet, edition):
    draft = filled(inspector, outlet, edition)

    with pytest.raises(Draft.DoesNotExist):
        submit(make_actor("inspector"), draft)


def test_an_older_window_does_not_submit(inspector, outlet, edition):
    draft = filled(inspector, outlet, edition)

    with pytest.raises(StaleWrite) as stale:
        submit(inspector, draft, version=1)

    assert stale.value.facts["version"] == 2
    assert Draft.objects.exists()


def test_what_is_missing_is_named_by_criterion(inspector, outlet, edition):
    draft = start_draft(
        actor=inspector, uuid=uuid.uuid4(), unit=outlet, edition=edition, channel="onsite"
    )
    said = document(mark("A01"), mark("A02"), mark("A03", "met"))
    draft = save_draft(actor=inspector, uuid=draft.uuid, version=1, document=said)

    with pytest.raises(RuleViolation) as refusal:
        submit(inspector, draft)

    assert refusal.value.code == "not_complete"
    problems = refusal.value.facts["problems"]
    assert set(problems) == {"A01", "A02", "A04", "B01", "B02", "B03", "B05", "B06"}  # no B04
    assert problems["A01"] != problems["A02"] != problems["A04"]
    assert Draft.objects.exists()


def test_a_photo_and_a_note_are_asked_of_faults_only(inspector, outlet, edition):
    assert submit(inspector, filled(inspector, outlet, edition))
    draft = filled(inspector, outlet, edition, mark("A01"), mark("A02", note="纸屑"))
    assert code_of(submit, inspector, draft) == "not_complete"

    add_evidence(
        actor=inspector, draft=draft, uuid=uuid.uuid4(), criterion_code="A01", content=photo()
    )

    assert submit(inspector, draft).findings_count == 2


def test_marks_that_cannot_be_scored_are_named(inspector, outlet, edition):
    draft = filled(inspector, outlet, edition, mark("B02", value="warm"), mark("A03", value="9"))

    with pytest.raises(RuleViolation) as refusal:
        submit(inspector, draft)

    assert refusal.value.code == "marks_wrong"
    assert set(refusal.value.facts["problems"]) == {"A03", "B02"}
    assert not Inspection.objects.exists()


def test_the_assignment_is_done_by_submitting(outlet, edition):
    shopper = make_user("mystery_shopper")
    task = make_assignment(outlet, edition, shopper)
    actor = actor_of(shopper, on=timezone.localdate())

    check = submit(actor, filled(actor, outlet, edition, channel="mystery", assignment=task))

    task.refresh_from_db()
    assert (task.status, check.assignment_id) == (Assignment.Status.DONE, task.pk)


def test_what_was_taken_back_meanwhile_is_not_submitted(outlet, edition):
    shopper = make_user("mystery_shopper")
    task = make_assignment(outlet, edition, shopper)
    actor = actor_of(shopper, on=timezone.localdate())
    draft = filled(actor, outlet, edition, channel="mystery", assignment=task)
    office = make_actor("programme_manager")
    withdraw_assignment(actor=office, assignment_id=task.pk, reason="")

    assert code_of(submit, actor, draft) == "not_assigned"

    task.refresh_from_db()
    assert task.status == Assignment.Status.WITHDRAWN
    assert not Inspection.objects.exists()


def test_one_assignment_is_one_check(outlet, edition):
    shopper = make_user("mystery_shopper")
    task = make_assignment(outlet, edition, shopper)
    actor = actor_of(shopper, on=timezone.localdate())
    first = filled(actor, outlet, edition, channel="mystery", assignment=task)
    second = filled(actor, outlet, edition, channel="mystery", assignment=task)
    submit(actor, first)

    assert code_of(submit, actor, second) == "not_assigned"


# --- corrections ---------------------------------------------------------------------------------


def returned(inspector, outlet, edition, *marks):
    check = submit(inspector, filled(inspector, outlet, edition, *marks))
    reviewer = make_actor("reviewer")
    return return_for_correction(
        actor=reviewer, uuid=check.uuid, version=check.version, note="再看一下"
    )


def test_a_returned_check_is_corrected_as_its_next_revision(inspector, outlet, edition):
    old = returned(inspector, outlet, edition, mark("B01", value="C"), mark("B03"))
    draft = start_correction(actor=inspector, inspection=old, reason="看错了")
    said = complete(edition, outlet, mark("B01", value="B"))
    draft = save_draft(actor=inspector, uuid=draft.uuid, version=1, document=said)

    new = submit(inspector, draft)

    old.refresh_from_db()
    assert (new.revision, new.replaces_id, new.reason) == (2, old.pk, "看错了")
    assert (old.is_current, new.is_current) == (False, True)
    assert new.inspected_at == old.inspected_at
    assert new.score_centi == 9600
    assert old.document["marks"][0]["value"] == "C"


def test_a_correction_needs_no_second_look_at_what_it_does_not_change(inspector, outlet, edition):
    draft = filled(inspector, outlet, edition, mark("A01", note="灯箱"))
    add_evidence(
        actor=inspector, draft=draft, uuid=uuid.uuid4(), criterion_code="A01", content=photo()
    )
    old = submit(inspector, draft)

    new = submit(inspector, start_correction(actor=inspector, inspection=old, reason="x"))

    assert new.score_centi == old.score_centi
    assert new.modules == old.modules
    assert old.evidence.count() == new.evidence.count() == 1
    (uuid_shown,) = new.document["marks"][0]["evidence"]
    assert uuid_shown == str(new.evidence.get().uuid)


def test_a_correction_of_what_counts_moves_the_findings(inspector, outlet, edition):
    check = submit(inspector, filled(inspector, outlet, edition, mark("B01", value="C")))
    reviewer = make_actor("programme_manager")
    check = reviewed_and_released(reviewer, check)
    assert list(Finding.objects.counted().values_list("criterion__code", flat=True)) == ["B01"]
    draft = start_correction(actor=inspector, inspection=check, reason="x")
    said = complete(edition, outlet, mark("B03"))
    draft = save_draft(actor=inspector, uuid=draft.uuid, version=1, document=said)

    new = submit(inspector, draft)

    assert not Inspection.objects.counted().exists()
    assert not Finding.objects.counted().exists()
    reviewed_and_released(reviewer, new)
    assert list(Finding.objects.counted().values_list("criterion__code", flat=True)) == ["B03"]
    assert Inspection.objects.counted().get() == new


def reviewed_and_released(reviewer, check):
    from hearth.inspections.services.review import review

    reviewed = review(actor=reviewer, uuid=check.uuid, version=check.version)
    return release_inspection(actor=reviewer, uuid=check.uuid, version=reviewed.version)


def test_two_corrections_of_one_check_do_not_both_take_its_place(outlet, edition):
    inspector, reviewer = make_actor("inspector"), make_actor("programme_manager", "inspector")
    check = make_inspection(
        outlet,
        edition,
        by=User.objects.get(pk=inspector.user_id),
        status="submitted",
        reference="R1",
    )
    first = start_correction(actor=inspector, inspection=check, reason="x")
    second = start_correction(actor=reviewer, inspection=check, reason="y")
    new = submit(inspector, first)

    assert code_of(submit, reviewer, second) == "not_current"

    assert Inspection.objects.get(is_current=True) == new
    assert (new.reference, new.revision) == ("R1", 2)
    assert Draft.objects.get() == second


def test_what_was_withdrawn_meanwhile_does_not_come_back(inspector, outlet, edition):
    check = make_inspection(
        outlet, edition, by=User.objects.get(pk=inspector.user_id), status="submitted"
    )
    draft = start_correction(actor=inspector, inspection=check, reason="x")
    withdraw(actor=make_actor("programme_manager"), uuid=check.uuid, version=1, reason="重复")

    assert code_of(submit, inspector, draft) == "withdrawn"


def test_a_check_beside_the_ranking_stays_beside_it(inspector, outlet, edition):
    check = make_inspection(
        outlet,
        edition,
        by=User.objects.get(pk=inspector.user_id),
        status="returned",
        is_ranked=False,
    )

    new = submit(inspector, start_correction(actor=inspector, inspection=check, reason="x"))

    assert new.is_ranked is False


def test_checks_by_a_standard_of_its_own_stand_beside_the_ranking(inspector, outlet, edition):
    Standard.objects.update(is_ranked=False)
    edition.standard.refresh_from_db()

    drafted = submit(inspector, filled(inspector, outlet, edition))
    handed_in = submit_document(actor=inspector, what=handed(outlet, edition, mark("A01")))

    assert (drafted.is_ranked, handed_in.is_ranked) == (False, False)


# --- documents handed in whole -------------------------------------------------------------------


def handed(unit, edition, *marks, **fields):
    return DocumentIn(
        **{
            "uuid": uuid.uuid4(),
            "unit": unit.code,
            "standard": edition.standard.code,
            "edition": edition.edition,
            "channel": "video",
            "inspected_at": timezone.now() - timedelta(hours=2),
            "document": document(*marks),
        }
        | fields
    )


def test_a_document_is_stored_and_scored(inspector, outlet, edition):
    what = handed(outlet, edition, mark("A01"), reference="APP-1", is_ranked=False)

    check = submit_document(actor=inspector, what=what)

    check.refresh_from_db()
    assert (check.status, check.score_centi, check.findings_count) == ("submitted", 9200, 1)
    assert (check.reference, check.is_ranked, check.uuid) == ("APP-1", False, what.uuid)
    assert check.submitted_by_id == check.inspector_id == inspector.user_id


def test_the_same_document_again_is_the_same_check(inspector, outlet, edition):
    what = handed(outlet, edition, mark("A01"))
    first = submit_document(actor=inspector, what=what)

    assert submit_document(actor=inspector, what=what).pk == first.pk
    assert Inspection.objects.count() == 1
    assert AuditEvent.objects.filter(action="inspection.submitted").count() == 1


def test_a_uuid_says_one_thing_of_one_inspector(inspector, outlet, edition):
    what = handed(outlet, edition, mark("A01"))
    submit_document(actor=inspector, what=what)
    other_words = handed(outlet, edition, uuid=what.uuid, inspected_at=what.inspected_at)

    assert code_of(submit_document, actor=inspector, what=other_words) == "uuid_reused"
    assert code_of(submit_document, actor=make_actor("inspector"), what=what) == "uuid_taken"
    assert Inspection.objects.get().findings_count == 1


def test_an_outside_id_is_not_given_twice(inspector, outlet, edition):
    submit_document(actor=inspector, what=handed(outlet, edition, reference="R"))

    again = handed(outlet, edition, reference="R")

    assert code_of(submit_document, actor=inspector, what=again) == "reference_taken"


def test_whoever_may_not_check_hands_nothing_in(tree, outlet, edition):
    what = handed(outlet, edition)

    with pytest.raises(NotAllowed):
        submit_document(actor=make_actor("reviewer"), what=what)
    with pytest.raises(Unit.DoesNotExist):
        submit_document(actor=make_actor("inspector", unit=tree.west), what=what)
    head = make_actor("inspector", "outlet_head", unit=outlet)
    assert code_of(submit_document, actor=head, what=what) == "own_unit"
    inspector = make_actor("inspector")
    branch = handed(tree.east, edition)
    assert code_of(submit_document, actor=inspector, what=branch) == "not_an_outlet"
    draft = make_edition(edition_content(edition="next"), publish=False)
    unpublished = handed(outlet, draft)
    assert code_of(submit_document, actor=inspector, what=unpublished) == "edition_not_published"
    assert not Inspection.objects.exists()


def test_the_time_of_a_document_is_sane(inspector, outlet, edition):
    with time_machine.travel("2021-05-20 12:00 +0800", tick=False):
        now = timezone.now()
        soon = handed(outlet, edition, inspected_at=now + timedelta(minutes=11))
        old = handed(outlet, edition, inspected_at=now - timedelta(days=401))
        assert code_of(submit_document, actor=inspector, what=soon) == "in_the_future"
        assert code_of(submit_document, actor=inspector, what=old) == "too_old"
        for at in (now + timedelta(minutes=9), now - timedelta(days=400)):
            assert submit_document(actor=inspector, what=handed(outlet, edition, inspected_at=at))


def test_a_document_with_wrong_marks_is_refused_with_all_of_them(inspector, outlet, edition):
    what = handed(outlet, edition, mark("Z1"), mark("B02", value="?"), mark("A03", value="7"))

    with pytest.raises(RuleViolation) as refusal:
        submit_document(actor=inspector, what=what)

    assert refusal.value.code == "marks_wrong"
    assert set(refusal.value.facts["problems"]) == {"Z1", "B02", "A03"}


def test_a_late_document_lies_where_the_outlet_lay_that_day(tree, inspector, edition):
    from hearth.network.services.units import move_unit

    outlet = tree.east_outlets[0]
    before = outlet.path
    with time_machine.travel("2021-06-20 12:00 +0800", tick=False):
        day = noon("2021-06-10").date()
        move_unit(
            make_actor("programme_manager"), outlet, "W", day, version=outlet.version, reason="撤并"
        )
        outlet.refresh_from_db()
        assert outlet.path.startswith(tree.west.path)
        old = submit_document(
            actor=inspector, what=handed(outlet, edition, inspected_at=noon("2021-06-09"))
        )
        new = submit_document(
            actor=inspector, what=handed(outlet, edition, inspected_at=noon("2021-06-10"))
        )

    assert old.unit_path == before
    assert new.unit_path == outlet.path
    assert Evidence.objects.count() == 0
