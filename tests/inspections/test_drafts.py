"""Drafts: begun, saved, given photos, discarded, and begun again as corrections."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone
from PIL import ExifTags, Image

from hearth.inspections.models import Assignment, Draft, Evidence
from hearth.inspections.services import drafts
from hearth.inspections.services.drafts import (
    add_evidence,
    discard_draft,
    own_draft,
    place_of_day,
    remove_evidence,
    save_draft,
    start_correction,
    start_draft,
)
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import actor_of
from hearth.network.models import Grant, Placement, Unit, User
from hearth.platform import files
from hearth.platform.models import AuditEvent
from hearth.standards.services import retire_edition
from hearth.web.inspections.checklist import applicable_criteria, chapters
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import (
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
def inspector(tree):
    return make_actor("inspector")


@pytest.fixture
def outlet(tree):
    return tree.outlets[0]


def begin(actor, unit, edition, **fields):
    fields = {"uuid": uuid.uuid4(), "channel": "video"} | fields
    return start_draft(actor=actor, unit=unit, edition=edition, **fields)


def refused(code, service, *args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        service(*args, **kwargs)
    assert refusal.value.code == code
    assert str(refusal.value)


# --- beginning -----------------------------------------------------------------------------------


def test_a_draft_begins_empty(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)

    assert draft.document == {"unlisted": "met", "marks": []}
    assert (draft.owner_id, draft.version) == (inspector.user_id, 1)
    event = AuditEvent.objects.get(action="draft.started")
    assert event.unit_path == outlet.path


def test_the_same_uuid_goes_on_with_the_same_draft(inspector, outlet, edition):
    first = begin(inspector, outlet, edition)

    assert begin(inspector, outlet, edition, uuid=first.uuid).pk == first.pk
    assert Draft.objects.count() == 1
    assert AuditEvent.objects.filter(action="draft.started").count() == 1


def test_the_draft_of_another_does_not_exist(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)
    other = make_actor("inspector")

    for attempt in (
        lambda: begin(other, outlet, edition, uuid=draft.uuid),
        lambda: own_draft(other, draft.uuid),
        lambda: save_draft(actor=other, uuid=draft.uuid, version=1, document=document()),
        lambda: discard_draft(actor=other, uuid=draft.uuid, reason="x"),
    ):
        with pytest.raises(Draft.DoesNotExist):
            attempt()


def test_whoever_may_not_fill_in_begins_nothing(outlet, edition):
    with pytest.raises(NotAllowed):
        begin(make_actor("reviewer"), outlet, edition)


def test_an_outlet_elsewhere_does_not_exist(tree, edition):
    inspector = make_actor("inspector", unit=tree.east)

    with pytest.raises(Unit.DoesNotExist):
        begin(inspector, tree.west_outlets[0], edition)


@pytest.mark.parametrize("role", ["outlet_head", "staff"])
def test_nobody_inspects_their_own_outlet(tree, edition, role):
    mine, beside = tree.east_outlets[0], tree.east_outlets[1]
    user = make_user("inspector")
    make_user_hold(user, role, mine)
    actor = actor_of(user, on=timezone.localdate())

    refused("own_unit", begin, actor, mine, edition)
    assert begin(actor, beside, edition)


def test_a_branch_manager_inspects_no_outlet_of_the_branch(tree, edition):
    user = make_user("inspector")
    make_user_hold(user, "branch_manager", tree.east)
    actor = actor_of(user, on=timezone.localdate())

    refused("own_unit", begin, actor, tree.east_outlets[2], edition)
    assert begin(actor, tree.west_outlets[0], edition)


def make_user_hold(user, role, unit):
    Grant.objects.create(user=user, role=role, unit=unit, valid_from=date(1900, 1, 1))


@pytest.mark.parametrize("level", ["province", "east", "east_subbranch"])
def test_only_outlets_are_checked(tree, inspector, edition, level):
    refused("not_an_outlet", begin, inspector, getattr(tree, level), edition)


def test_a_draft_edition_and_a_retired_one_serve_no_check(inspector, outlet, edition):
    refused(
        "edition_not_published",
        begin,
        inspector,
        outlet,
        make_edition(edition_content(edition="next"), publish=False),
    )
    office = make_actor("programme_manager")
    retired = retire_edition(actor=office, edition_id=edition.pk, version=edition.version)
    refused("edition_not_published", begin, inspector, outlet, retired)


def test_a_closed_outlet_is_checked_no_more(inspector, outlet, edition):
    outlet.closed_on = timezone.localdate()
    outlet.save()
    refused("unit_closed", begin, inspector, outlet, edition)

    outlet.closed_on += timedelta(days=1)
    outlet.save()
    assert begin(inspector, outlet, edition)


# --- by assignment -------------------------------------------------------------------------------


def test_a_shopper_sees_no_unit_and_checks_what_is_assigned(outlet, edition):
    shopper = make_user("mystery_shopper")
    task = make_assignment(outlet, edition, shopper)
    actor = actor_of(shopper, on=timezone.localdate())

    with pytest.raises(Unit.DoesNotExist):
        begin(actor, outlet, edition, channel="mystery")
    draft = begin(actor, outlet, edition, channel="mystery", assignment=task)

    assert draft.assignment_id == task.pk


def test_an_assignment_is_no_key_to_the_units_beyond_ones_reach(tree, outlet, edition):
    shopper = make_user("mystery_shopper")
    task = make_assignment(tree.outlets[1], edition, shopper)
    actor = actor_of(shopper, on=timezone.localdate())

    with pytest.raises(Unit.DoesNotExist):
        begin(actor, outlet, edition, channel="mystery", assignment=task)


@pytest.mark.parametrize("what", ["assignee", "status", "unit", "edition", "channel"])
def test_an_assignment_opens_only_the_check_it_is_about(tree, outlet, edition, what):
    shopper = make_user("mystery_shopper", "inspector")  # one who also reaches the other unit
    others = {
        "assignee": make_user("mystery_shopper"),
        "status": Assignment.Status.WITHDRAWN,
        "unit": tree.outlets[1],
        "edition": make_edition(edition_content(edition="other")),
        "channel": "onsite",
    }
    task = make_assignment(outlet, edition, shopper)
    setattr(task, what, others[what])
    task.save()
    actor = actor_of(shopper, on=timezone.localdate())

    refused("not_assigned", begin, actor, outlet, edition, channel="mystery", assignment=task)


# --- saving and discarding -----------------------------------------------------------------------


def test_saving_keeps_what_was_typed_and_counts_versions(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)
    typed = document(mark("A02", value="2", note="🙂 𠮷野家 " + "长" * 990))

    saved = save_draft(actor=inspector, uuid=draft.uuid, version=1, document=typed)

    assert saved.version == 2
    assert Draft.objects.get(pk=draft.pk).document == typed


def test_an_older_window_does_not_overwrite(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)
    newer = document(mark("A01"))
    save_draft(actor=inspector, uuid=draft.uuid, version=1, document=newer)

    with pytest.raises(StaleWrite) as stale:
        save_draft(actor=inspector, uuid=draft.uuid, version=1, document=document())

    assert stale.value.facts["version"] == 2
    assert Draft.objects.get(pk=draft.pk).document == newer


def test_a_discarded_draft_is_gone_and_on_the_trail(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)

    discard_draft(actor=inspector, uuid=draft.uuid, reason=" 走错了 ")

    assert not Draft.objects.exists()
    event = AuditEvent.objects.get(action="draft.discarded")
    assert (event.data["reason"], event.object_id) == ("走错了", str(draft.uuid))


# --- photos --------------------------------------------------------------------------------------


def put(actor, draft, content=None, **fields):
    fields = {"uuid": uuid.uuid4(), "criterion_code": "A01"} | fields
    return add_evidence(
        actor=actor, draft=draft, content=photo() if content is None else content, **fields
    )


def test_what_the_camera_wrote_is_kept_apart_from_the_picture(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)
    content = photo(
        exif={
            ExifTags.Base.Model: "Spy 3000",
            ExifTags.Base.Artist: "Zhao the shopper",
            ExifTags.Base.DateTime: "2021:05:20 12:00:00",
        }
    )
    assert b"Zhao" in content

    evidence = put(inspector, draft, content)

    stored = files.read(evidence.sha256)
    assert b"Zhao" not in stored
    assert b"Spy" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert not picture.getexif()
    assert evidence.metadata == {"Model": "Spy 3000", "DateTime": "2021:05:20 12:00:00"}
    assert (evidence.width, evidence.height, evidence.content_type) == (40, 30, "image/jpeg")


def test_a_photo_sent_twice_is_kept_once(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)
    first = put(inspector, draft)

    assert put(inspector, draft, uuid=first.uuid).pk == first.pk
    assert Evidence.objects.count() == 1
    assert AuditEvent.objects.filter(action="evidence.added").count() == 1


def test_the_uuid_of_another_photo_is_refused(inspector, outlet, edition):
    mine, other = make_actor("inspector"), begin(inspector, outlet, edition)
    taken = put(inspector, other).uuid

    refused("uuid_taken", put, mine, begin(mine, outlet, edition), uuid=taken)
    refused("uuid_taken", put, inspector, begin(inspector, outlet, edition), uuid=taken)


def test_a_photo_belongs_to_a_criterion_that_is_asked(inspector, tree, edition):
    draft = begin(inspector, tree.outlets[1], edition, channel="onsite")

    for code in ("", "Z99", "A01\x00", "B04", "B06"):  # B04: not on site, B06: not at this kind
        refused("unknown_criterion", put, inspector, draft, criterion_code=code)


def test_what_is_no_picture_is_refused(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)

    refused("not_a_picture", put, inspector, draft, b"%PDF-1.7")
    refused("not_a_picture", put, inspector, draft, b"")
    refused("not_a_picture", put, inspector, draft, photo()[:200])
    assert not Evidence.objects.exists()


def test_a_check_keeps_a_bounded_number_of_photos(inspector, outlet, edition, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_PHOTOS", 2)
    draft = begin(inspector, outlet, edition)
    first = put(inspector, draft)
    put(inspector, draft)

    refused("too_many_photos", put, inspector, draft)
    assert put(inspector, draft, uuid=first.uuid).pk == first.pk


def test_a_photo_is_removed_by_its_owner_only(inspector, outlet, edition):
    draft = begin(inspector, outlet, edition)
    evidence = put(inspector, draft)

    with pytest.raises(Evidence.DoesNotExist):
        remove_evidence(actor=make_actor("inspector"), draft=draft, uuid=evidence.uuid)
    remove_evidence(actor=inspector, draft=draft, uuid=evidence.uuid)

    assert not Evidence.objects.exists()
    assert AuditEvent.objects.get(action="evidence.removed").data == {"sha256": evidence.sha256}


# --- corrections ---------------------------------------------------------------------------------


@pytest.fixture
def check(outlet, edition, inspector):
    return make_inspection(
        outlet,
        edition,
        mark("A01", note="灯箱不亮"),
        mark("A02", value="2", note="垃圾"),
        mark("A02", value="1"),
        mark("A02", note="烟头"),
        mark("A03", "not_met", value="1"),
        mark("B02", "not_observable"),
        by=User.objects.get(pk=inspector.user_id),
        status="submitted",
    )


def test_a_correction_begins_with_everything_that_was_said(inspector, check):
    draft = start_correction(actor=inspector, inspection=check, reason=" 看错了 ")

    marks = {m["criterion"]: m for m in draft.document["marks"]}
    assert [m["criterion"] for m in draft.document["marks"]] == [
        "A01", "A02", "A03", "A04", "B01", "B02", "B03", "B04", "B05", "B06",
    ]  # fmt: skip
    assert marks["A01"] == {"criterion": "A01", "verdict": "not_met", "note": "灯箱不亮"}
    assert (marks["A02"]["value"], marks["A02"]["note"]) == ("4", "垃圾; 烟头")
    assert marks["B02"]["verdict"] == "not_observable"
    assert {marks[code]["verdict"] for code in ("A04", "B01", "B03", "B05")} == {"met"}
    assert (draft.replaces_id, draft.reason) == (check.pk, "看错了")
    assert draft.started_at == check.inspected_at
    assert AuditEvent.objects.filter(action="draft.correction").count() == 1


def test_nothing_is_left_to_judge_on_the_page_of_a_correction(inspector, check, edition):
    draft = start_correction(actor=inspector, inspection=check, reason="x")

    criteria = applicable_criteria(edition, draft.channel, draft.unit.kind)
    shown = chapters(criteria, draft.document, (), chinese=True)

    assert sum(chapter.answered for chapter in shown) == len(criteria) == 10
    assert sum(chapter.faults for chapter in shown) == 3


def test_what_an_import_did_not_see_stays_unseen(inspector, outlet, edition):
    check = make_inspection(
        outlet,
        edition,
        document=document(mark("A01"), unlisted="not_observable"),
        by=User.objects.get(pk=inspector.user_id),
    )

    draft = start_correction(actor=inspector, inspection=check, reason="x")

    verdicts = {m["criterion"]: m["verdict"] for m in draft.document["marks"]}
    assert verdicts.pop("A01") == "not_met"
    assert set(verdicts.values()) == {"not_observable"}


def test_a_correction_keeps_the_photos_and_leaves_the_check_its_own(inspector, check):
    shown = Evidence.objects.create(
        uuid=uuid.uuid4(),
        sha256="a" * 64,
        size=1,
        content_type="image/jpeg",
        width=1,
        height=1,
        criterion_code="A01",
        inspection=check,
        uploaded_by_id=inspector.user_id,
    )

    draft = start_correction(actor=inspector, inspection=check, reason="x")

    copy = draft.evidence.get()
    assert (copy.sha256, copy.criterion_code, copy.inspection_id) == ("a" * 64, "A01", None)
    assert copy.uuid != shown.uuid
    assert check.evidence.get() == shown
    assert draft.document["marks"][0]["evidence"] == [str(copy.uuid)]


def test_whoever_began_a_correction_goes_on_with_it(inspector, check):
    first = start_correction(actor=inspector, inspection=check, reason="x")

    assert start_correction(actor=inspector, inspection=check, reason="y").pk == first.pk
    assert Draft.objects.count() == 1


def test_corrections_have_their_refusals(inspector, check, outlet):
    with pytest.raises(NotAllowed):
        start_correction(actor=make_actor("inspector"), inspection=check, reason="x")
    with pytest.raises(NotAllowed):
        start_correction(actor=make_actor("branch_manager"), inspection=check, reason="x")
    refused("no_reason", start_correction, actor=inspector, inspection=check, reason="  ")
    head = User.objects.get(pk=inspector.user_id)
    make_user_hold(head, "outlet_head", outlet)
    refused(
        "own_unit",
        start_correction,
        actor=actor_of(head, on=timezone.localdate()),
        inspection=check,
        reason="x",
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"is_current": False}, "not_current"), ({"status": "withdrawn"}, "withdrawn")],
)
def test_only_what_stands_is_corrected(inspector, check, fields, code):
    for name, value in fields.items():
        setattr(check, name, value)
    check.save()

    refused(code, start_correction, actor=inspector, inspection=check, reason="x")


def test_a_reviewer_may_correct(check):
    assert start_correction(actor=make_actor("reviewer"), inspection=check, reason="x")


# --- where the outlet lay ------------------------------------------------------------------------


def test_the_place_is_that_of_the_day_in_the_zone_of_the_network(tree):
    outlet = tree.east_outlets[0]
    east = outlet.path
    Placement.objects.filter(unit=outlet).update(valid_to=date(2021, 5, 15))
    Placement.objects.create(
        unit=outlet, parent=tree.west, path="moved", valid_from=date(2021, 5, 15)
    )
    outlet.path = "moved"

    assert place_of_day(outlet, noon("2021-05-14")) == east
    assert place_of_day(outlet, noon("2021-05-15")) == "moved"
    assert place_of_day(outlet, noon("2021-05-15") - timedelta(hours=12)) == "moved"
    assert place_of_day(outlet, noon("2021-05-15") - timedelta(hours=12, seconds=1)) == east
    assert place_of_day(Unit(pk=4711, path="now"), noon("2021-05-15")) == "now"
