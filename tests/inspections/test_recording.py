"""Storing checks: the document whole, the sums beside it, findings as rows, one link each."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from hearth.inspections.documents import document_hash, tidy
from hearth.inspections.models import Assignment, Finding, Inspection
from hearth.inspections.services.recording import Submission, hash_of, record, record_many
from hearth.kernel.errors import RuleViolation
from hearth.network.actors import operator
from hearth.platform.models import AuditEvent
from hearth.scoring.evaluation import evaluate, rules_for
from hearth.standards.queries import criteria_of
from tests.factories import make_tree, make_user
from tests.factories_inspections import document, make_assignment, make_inspection, mark, noon
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


def pair(unit, edition, *marks, **fields):
    said = document(*marks)
    submission = Submission(
        **{
            "uuid": uuid.uuid4(),
            "unit": unit,
            "unit_path": unit.path,
            "edition": edition,
            "channel": "video",
            "inspected_at": noon("2021-05-20"),
            "document": said,
        }
        | fields
    )
    rules = rules_for(edition, submission.channel, unit.kind)
    return submission, evaluate(rules, criteria_of(edition), said)


def test_one_check_is_stored_with_what_ranking_needs(tree, edition):
    outlet = tree.east_outlets[0]

    stored = record(
        operator("x"), *pair(outlet, edition, mark("A01", note="灯箱"), mark("A02", value="2"))
    )

    row = Inspection.objects.get(pk=stored.pk)
    assert (row.earned_milli, row.possible_milli, row.lost_milli) == (22_000, 25_000, 3_000)
    assert row.score_centi == 8_800
    assert row.modules == {"A": [7000, 10000, 7000], "B": [15000, 15000, 10000]}
    assert (row.unit_path, row.unit_kind) == (outlet.path, "综合网点")
    assert (row.status, row.is_current, row.revision) == ("submitted", True, 1)
    assert row.inspected_on.isoformat() == "2021-05-20"
    assert row.findings_count == 2
    found = list(row.findings.order_by("criterion__code").select_related("criterion"))
    assert [(f.criterion.code, f.lost_milli, f.value, f.note) for f in found] == [
        ("A01", 2000, "", "灯箱"),
        ("A02", 1000, "2", ""),
    ]
    assert {f.is_counted for f in found} == {False}
    assert {f.unit_path for f in found} == {outlet.path}


def test_the_day_is_that_of_the_networks_zone(tree, edition):
    late = noon("2021-06-30").replace(hour=23, minute=59)
    utc_next_day = noon("2021-07-01").replace(hour=7)  # 23:00 UTC of 30 June

    first = make_inspection(tree.outlets[0], edition, inspected_at=late)
    second = make_inspection(tree.outlets[0], edition, inspected_at=utc_next_day)

    assert first.inspected_on.isoformat() == "2021-06-30"
    assert second.inspected_on.isoformat() == "2021-07-01"


def test_a_repeated_uuid_stores_nothing(tree, edition):
    submission, worth = pair(tree.outlets[0], edition, mark("A01"))
    first = record(operator("x"), submission, worth)

    again = record(operator("x"), submission, worth)

    assert again.pk == first.pk
    assert (Inspection.objects.count(), Finding.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="inspection.submitted").count() == 1


def test_an_outside_id_names_one_current_check(tree, edition):
    record(operator("x"), *pair(tree.outlets[0], edition, reference="R1"))

    with pytest.raises(RuleViolation) as refusal:
        record(operator("x"), *pair(tree.outlets[1], edition, reference="R1"))

    assert refusal.value.code == "reference_taken"
    assert Inspection.objects.count() == 1


def test_each_check_leaves_a_link_in_the_trail(tree, edition):
    outlet = tree.outlets[0]
    rows = record_many(operator("x"), [pair(outlet, edition), pair(tree.outlets[1], edition)])

    events = list(AuditEvent.objects.filter(action="inspection.submitted").order_by("seq"))
    assert [e.object_id for e in events] == [str(row.pk) for row in rows]
    assert events[0].unit_path == outlet.path
    assert events[0].data == {
        "uuid": str(rows[0].uuid),
        "hash": rows[0].document_hash,
        "revision": 1,
    }


def test_an_import_leaves_one_link_with_a_digest_of_all(tree, edition):
    pairs = [pair(tree.outlets[n % 5], edition, mark("A01")) for n in range(30)]

    record_many(operator("x"), pairs, one_event="inspections.imported")

    event = AuditEvent.objects.get(action="inspections.imported")
    digest = document_hash({}, **{str(s.uuid): hash_of(s) for s, _worth in pairs})
    assert event.data == {"count": 30, "digest": digest}
    assert Finding.objects.count() == 30
    assert set(Finding.objects.values_list("inspection__uuid", flat=True)) == {
        s.uuid for s, _worth in pairs
    }


def test_many_are_stored_or_none(tree, edition):
    pairs = [pair(tree.outlets[n % 5], edition, mark("A01")) for n in range(30)]
    twice = [*pairs, pairs[0]]

    with pytest.raises(IntegrityError), transaction.atomic():
        record_many(operator("x"), twice)

    assert not Inspection.objects.exists()
    assert not Finding.objects.exists()
    assert not AuditEvent.objects.filter(action="inspection.submitted").exists()


def test_a_revision_takes_the_place_of_the_older_one(tree, edition):
    outlet = tree.outlets[0]
    old = make_inspection(outlet, edition, mark("A01"), mark("B01"), reference="R1")
    assert Finding.objects.counted().count() == 2

    new = make_inspection(
        outlet, edition, mark("A02"), replaces=old, reason="看错了", reference="R1"
    )

    old.refresh_from_db()
    assert (old.is_current, old.status, new.is_current) == (False, "released", True)
    assert (new.revision, new.replaces_id, new.reason) == (2, old.pk, "看错了")
    assert list(Inspection.objects.counted()) == [new]
    counted = Finding.objects.counted().values_list("inspection_id", "criterion__code")
    assert list(counted) == [(new.pk, "A02")]
    assert old.document["marks"] == [
        {"criterion": "A01", "verdict": "not_met"},
        {"criterion": "B01", "verdict": "not_met"},
    ]


def test_a_revision_that_waits_for_review_counts_no_more_than_the_older_one(tree, edition):
    outlet = tree.outlets[0]
    old = make_inspection(outlet, edition, mark("A01"))

    make_inspection(outlet, edition, mark("A02"), replaces=old, reason="x", status="submitted")

    assert not Inspection.objects.counted().exists()
    assert not Finding.objects.counted().exists()


def test_extra_checks_stay_out_of_the_mean_with_their_findings(tree, edition):
    make_inspection(tree.outlets[0], edition, mark("A01"), is_ranked=False)

    assert not Inspection.objects.counted().exists()
    assert Finding.objects.get().is_counted is False


def test_where_nothing_applies_there_is_no_score(tree, edition):
    codes = criteria_of(edition)
    check = make_inspection(
        tree.outlets[0], edition, *(mark(code, "not_applicable") for code in codes)
    )

    assert (check.score_centi, check.possible_milli) == (None, 0)
    assert not Inspection.objects.counted().exists()


def test_the_assignment_is_done(tree, edition):
    task = make_assignment(tree.outlets[0], edition, make_user("mystery_shopper"))

    record(operator("x"), *pair(tree.outlets[0], edition, assignment=task))

    task.refresh_from_db()
    assert task.status == Assignment.Status.DONE


def test_the_hash_is_of_the_words_and_what_they_are_about(tree, edition):
    submission, _worth = pair(tree.outlets[0], edition, mark("A01", note="x"))
    base = hash_of(submission)

    assert hash_of(replace(submission, uuid=uuid.uuid4(), reference="R", is_ranked=False)) == base
    untidy = document(mark("A01", note="x", value="", evidence=[]), mark("A03", "met"))
    assert hash_of(replace(submission, document=untidy)) == base
    in_utc = submission.inspected_at.astimezone(None)
    assert hash_of(replace(submission, inspected_at=in_utc)) == base
    for other in (
        {"unit": tree.outlets[1]},
        {"channel": "mystery"},
        {"inspected_at": noon("2021-05-21")},
        {"document": document(mark("A01", note="y"))},
    ):
        assert hash_of(replace(submission, **other)) != base


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (document(mark("A", "met")), document()),
        (document(mark("A", "met", note="")), document()),
        (document(mark("A", "met", note="ok")), document(mark("A", "met", note="ok"))),
        (document(mark("A", "met", value="2")), document(mark("A", "met", value="2"))),
        (document(mark("A", evidence=[])), document(mark("A"))),
        (
            document(mark("A", "met"), unlisted="not_observable"),
            document(mark("A", "met"), unlisted="not_observable"),
        ),
        (
            document(mark("A", "not_observable"), unlisted="not_observable"),
            document(mark("A", "not_observable"), unlisted="not_observable"),
        ),
        ({"marks": [], "remarks": "", "place": "x"}, document()),
        ({}, document()),
    ],
)
def test_tidying_leaves_out_only_what_says_nothing(said, kept):
    assert tidy(said) == kept
    assert tidy(tidy(said)) == kept
