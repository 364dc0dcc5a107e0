"""Drafting, publishing, retiring and discarding editions: every way in and every refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import operator
from hearth.platform.models import AuditEvent
from hearth.standards.models import Criterion, Edition, Module, Standard
from hearth.standards.queries import content_of, hash_of
from hearth.standards.services import (
    discard_draft_edition,
    publish_edition,
    retire_edition,
    save_draft_edition,
    set_ranked,
)
from tests.factories import make_actor, make_unit
from tests.factories_inspections import make_inspection
from tests.factories_standards import CRITERIA, MODULES, edition_content, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_actor("programme_manager")


def actions():
    return list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))


def test_a_draft_keeps_all_that_its_author_wrote(office):
    content = edition_content()

    edition = save_draft_edition(actor=office, content=content)

    assert content_of(Edition.objects.get(pk=edition.pk)) == content
    assert (edition.status, edition.drafted_by_id, edition.version) == ("draft", office.user_id, 1)
    event = AuditEvent.objects.get(action="edition.saved")
    assert event.data == {"hash": hash_of(content), "criteria": len(CRITERIA)}


def test_a_draft_is_replaced_as_a_whole(office):
    save_draft_edition(actor=office, content=edition_content())
    shorter = edition_content(criteria=CRITERIA[:4], modules=MODULES[:1], scheme="share")

    edition = save_draft_edition(actor=office, content=shorter)

    assert content_of(edition) == shorter
    assert edition.version == 2
    assert (Criterion.objects.count(), Module.objects.count()) == (4, 1)


def test_only_editors_draft(office):
    with pytest.raises(NotAllowed):
        save_draft_edition(actor=make_actor("reviewer"), content=edition_content())
    assert not Standard.objects.exists()


def test_what_is_published_never_changes(office):
    edition = make_edition()
    other = replace(edition_content(), pass_centi=9000)

    with pytest.raises(RuleViolation) as refusal:
        save_draft_edition(actor=office, content=other)

    assert refusal.value.code == "edition_frozen"
    assert content_of(Edition.objects.get(pk=edition.pk)) == edition_content()


def test_the_same_text_again_is_accepted_and_changes_nothing(office):
    edition = make_edition()
    before = actions()

    again = save_draft_edition(actor=office, content=edition_content())

    assert (again.pk, again.version) == (edition.pk, edition.version)
    assert actions() == before


def test_a_new_name_of_the_standard_leaves_published_editions_as_they_were(office):
    """The title belongs to the checklist and all its editions; the rules do not change with it."""
    first = make_edition()

    save_draft_edition(
        actor=office, content=edition_content(edition="2022", title="网点服务暖心标准")
    )

    first.refresh_from_db()
    assert first.content_hash == hash_of(content_of(first))
    assert save_draft_edition(actor=office, content=edition_content()).pk == first.pk
    assert Standard.objects.get().title == "网点服务暖心标准"


@pytest.mark.parametrize(
    "content",
    [
        edition_content(criteria=(*CRITERIA, CRITERIA[0])),
        edition_content(criteria=(replace(CRITERIA[0], module="Z"),)),
        edition_content(modules=(*MODULES, MODULES[0])),
        edition_content(criteria=(replace(CRITERIA[0], code=""),)),
    ],
    ids=["code twice", "module unknown", "module twice", "no code"],
)
def test_a_draft_that_cannot_be_stored_is_refused_with_its_problems(office, content):
    with pytest.raises(RuleViolation) as refusal:
        save_draft_edition(actor=office, content=content)

    assert refusal.value.code == "edition_has_problems"
    assert refusal.value.facts["problems"]
    assert not Edition.objects.exists()


# --- publication ---------------------------------------------------------------------------------


def test_publication_freezes_the_content_under_its_hash(office):
    draft = save_draft_edition(actor=office, content=edition_content())

    edition = publish_edition(actor=office, edition_id=draft.pk, version=1)

    edition.refresh_from_db()
    assert (edition.status, edition.version) == ("published", 2)
    assert edition.content_hash == hash_of(edition_content())
    assert edition.published_by_id == office.user_id
    assert AuditEvent.objects.get(action="edition.published").data["hash"] == edition.content_hash


def test_the_hash_is_that_of_every_installation():
    """A golden value: whoever changes the canonical form changes every stored hash."""
    assert hash_of(edition_content()) == (
        "ac300c35011a1513a20cc255f28d3b602ca0e5ead07724e1c40af6a47fe9fd56"
    )


def test_a_draft_with_problems_is_not_published(office):
    wrong = edition_content(total_milli=99_000)
    draft = save_draft_edition(actor=office, content=wrong)

    with pytest.raises(RuleViolation) as refusal:
        publish_edition(actor=office, edition_id=draft.pk, version=1)

    assert refusal.value.code == "edition_has_problems"
    (problem,) = refusal.value.facts["problems"]
    assert (problem.code, problem.column) == ("total_mismatch", "total_points")
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_publication_of_an_older_version_is_refused(office):
    draft = save_draft_edition(actor=office, content=edition_content())
    save_draft_edition(actor=office, content=edition_content(pass_centi=9000))

    with pytest.raises(StaleWrite) as stale:
        publish_edition(actor=office, edition_id=draft.pk, version=1)

    assert stale.value.facts["version"] == 2


def test_only_a_draft_is_published(office):
    edition = make_edition()

    with pytest.raises(RuleViolation) as refusal:
        publish_edition(actor=office, edition_id=edition.pk, version=edition.version)

    assert refusal.value.code == "not_draft"


def test_only_those_who_may_publish_do(office):
    draft = save_draft_edition(actor=office, content=edition_content())

    with pytest.raises(NotAllowed):
        publish_edition(
            actor=make_actor("standards.edit"), edition_id=draft.pk, version=draft.version
        )


@pytest.mark.parametrize("service", [publish_edition, retire_edition])
def test_an_edition_that_is_not_there(office, service):
    with pytest.raises(Edition.DoesNotExist):
        service(actor=office, edition_id=4711, version=1)


# --- retirement and discarding -------------------------------------------------------------------


def test_a_retired_edition_stays_and_serves_no_new_check(office):
    edition = make_edition()
    check = make_inspection(make_unit(level="outlet"), edition)

    retired = retire_edition(actor=office, edition_id=edition.pk, version=edition.version)

    assert (retired.status, retired.version) == ("retired", edition.version + 1)
    assert retired.retired_at is not None
    assert check.edition_id == edition.pk
    assert not Edition.objects.published().exists()
    assert actions()[-1] == "edition.retired"


def test_a_standard_is_taken_out_of_the_ranking_and_back(office):
    standard = make_edition().standard
    with pytest.raises(NotAllowed):
        set_ranked(actor=make_actor("reviewer"), standard_id=standard.pk, is_ranked=False)

    for wanted in (False, False, True):
        set_ranked(actor=office, standard_id=standard.pk, is_ranked=wanted)
        standard.refresh_from_db()
        assert standard.is_ranked is wanted
    assert actions().count("standard.ranked") == 2


def test_retiring_has_its_refusals(office):
    edition = make_edition()
    with pytest.raises(NotAllowed):
        retire_edition(actor=make_actor("reviewer"), edition_id=edition.pk, version=edition.version)
    with pytest.raises(StaleWrite):
        retire_edition(actor=office, edition_id=edition.pk, version=1)
    retired = retire_edition(actor=office, edition_id=edition.pk, version=edition.version)
    with pytest.raises(RuleViolation) as refusal:
        retire_edition(actor=office, edition_id=edition.pk, version=retired.version)
    assert refusal.value.code == "not_published"


def test_a_draft_is_discarded_with_its_reason(office):
    draft = save_draft_edition(actor=office, content=edition_content())

    discard_draft_edition(actor=office, edition_id=draft.pk, reason=" 重复 ")

    assert not Edition.objects.exists()
    assert not Criterion.objects.exists()
    assert AuditEvent.objects.get(action="edition.discarded").data == {"reason": "重复"}


def test_discarding_has_its_refusals(office):
    edition = make_edition()
    with pytest.raises(NotAllowed):
        discard_draft_edition(actor=make_actor("auditor"), edition_id=edition.pk, reason="x")
    with pytest.raises(RuleViolation) as refusal:
        discard_draft_edition(actor=operator("x"), edition_id=edition.pk, reason="x")
    assert refusal.value.code == "not_draft"
    with pytest.raises(Edition.DoesNotExist):
        discard_draft_edition(actor=office, edition_id=4711, reason="x")
