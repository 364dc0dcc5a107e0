"""The catalogues: who may change them, and what stays as it is once records say it."""

from __future__ import annotations

import pytest

from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.ledgers.codes import is_code
from hearth.outreach.domain.kinds import ExtraField, dropped, read_fields, stored_fields
from hearth.outreach.models import ActivityKind, FeatureKind, SpecialityKind
from hearth.outreach.services.catalogues import (
    EntryText,
    KindRules,
    save_activity_kind,
    save_feature_kind,
    save_speciality_kind,
)
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree
from tests.factories_outreach import kind, make_activity, refused

pytestmark = pytest.mark.django_db
TOPIC = ExtraField("topic", "主题", "Topic", "choice", choices=(("a", "甲", "A"), ("b", "乙", "B")))
GUESTS = ExtraField("guests", "嘉宾", "Guests")
TEXT = EntryText("open_day", "开放日", "Open day")


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


def add(office, *fields, text=TEXT, **rules):
    said = KindRules(evidence="photo", fields=fields, **rules)
    return save_activity_kind(actor=office, kind=None, version=0, text=text, rules=said)


def change(office, made, *fields, version=1, **rules):
    said = KindRules(evidence="none", fields=fields, **rules)
    return save_activity_kind(actor=office, kind=made, version=version, text=TEXT, rules=said)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("open_day", True),
        ("a", True),
        ("a1_2b", True),
        ("a" * 40, True),
        ("", False),
        ("a" * 41, False),
        ("1a", False),
        ("Open", False),
        ("a__b", False),
        ("a_", False),
        ("开放日", False),
        ("a-b", False),
        ("new", False),  # an address of its own
        ("a\n", False),
    ],
)
def test_what_a_code_is(text, fits):
    assert is_code(text) is fits


def test_fields_are_kept_as_they_are_read():
    assert read_fields(stored_fields([TOPIC, GUESTS])) == (TOPIC, GUESTS)


def test_what_new_fields_would_lose():
    one = ExtraField("topic", "题目", "Subject", "choice", choices=(("a", "甲", "A"),))
    assert dropped([TOPIC, GUESTS], [TOPIC, GUESTS]) == []
    assert dropped([TOPIC, GUESTS], [one]) == [("topic", "b"), ("guests", None)]
    assert dropped([TOPIC], [ExtraField("topic", "主题", "Topic")]) == [("topic", None)]


def test_a_kind_is_added_and_recorded_by(tree, office):
    made = add(office, TOPIC, counts_persons=True)

    assert (made.code, made.counts_persons, made.version) == ("open_day", True, 1)
    assert made.position == max(one.position for one in ActivityKind.objects.all())
    assert AuditEvent.objects.filter(action="activity_kind.saved").count() == 1
    assert make_activity(tree.east_outlets[0], "open_day", details={"topic": "a"}).pk


def test_only_who_keeps_the_whole_programme_changes_a_catalogue(tree):
    for actor in (
        make_actor("branch_manager", unit=tree.east),
        make_actor("programme_manager", unit=tree.east),
    ):
        with pytest.raises(NotAllowed):
            add(actor)
        with pytest.raises(NotAllowed):
            save_speciality_kind(actor=actor, kind=None, version=0, text=TEXT)
    assert not SpecialityKind.objects.filter(code="open_day").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (EntryText("Open Day", "开放日", "Open day"), "code_malformed"),
        (EntryText("lecture", "讲座", "Lecture"), "code_taken"),
    ],
)
def test_a_code_is_refused(office, text, code):
    kind("lecture")
    with refused(code):
        add(office, text=text)


@pytest.mark.parametrize(
    "fields",
    [
        (GUESTS, GUESTS),
        (ExtraField("topic", "主题", "Topic", "choice"),),
        (ExtraField("topic", "主题", "Topic", "text", choices=(("a", "甲", "A"),)),),
        (ExtraField("top ic", "主题", "Topic"),),
        (ExtraField("t", "主", "T", "choice", choices=(("a", "甲", "A"), ("a", "乙", "B"))),),
    ],
)
def test_fields_are_refused(office, fields):
    with refused("fields_wrong"):
        add(office, *fields)


def test_a_stale_line_is_refused(office):
    made = add(office)
    change(office, made)
    with pytest.raises(StaleWrite):
        change(office, made)


def test_what_records_say_stays(tree, office):
    made = add(office, TOPIC, GUESTS)
    make_activity(tree.east_outlets[0], "open_day", details={"topic": "a"})

    fewer = ExtraField("topic", "题目", "Subject", "choice", True, choices=(("a", "甲", "A"),))
    assert change(office, made, fewer).extra_fields == stored_fields([fewer])
    other = ExtraField("topic", "题目", "Subject", "choice", True, choices=(("c", "丙", "C"),))
    for fields in ((), (other,), (ExtraField("topic", "题目", "Subject"),)):
        with refused("field_in_use"):
            change(office, made, *fields, version=2)
    for rules in ({"counts_persons": True}, {"is_mobile": True}):
        with refused("counted_otherwise"):
            change(office, made, fewer, version=2, **rules)


def test_without_records_a_kind_may_count_otherwise(office):
    assert change(office, add(office, GUESTS), counts_persons=True).counts_persons


def test_offers_are_added_and_taken_out_of_use(office):
    made = save_feature_kind(actor=office, kind=None, version=0, text=TEXT, is_searched=False)
    assert (made.code, made.is_searched) == ("open_day", False)
    closed = EntryText("", "开放日", "Open day", is_active=False)
    save_feature_kind(actor=office, kind=made, version=1, text=closed, is_searched=True)
    kept = FeatureKind.objects.get(code="open_day")
    assert (kept.is_active, kept.is_searched, kept.version) == (False, True, 2)
    special = save_speciality_kind(actor=office, kind=None, version=0, text=TEXT)
    assert SpecialityKind.objects.get(code="open_day") == special
