"""Handing in and choosing: every exit of the services."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import actor_of
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.voices.models import Entry, Solicitation
from hearth.voices.queries import entries_for
from hearth.voices.services.entries import choose, hand_in
from tests.factories import make_actor, make_person, make_tree, make_user
from tests.factories_voices import make_entry, make_solicitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def asked(tree):
    return make_solicitation(tree.province)


@pytest.fixture
def writer(tree):
    person = make_person(tree.east_outlets[1])
    user = make_user("staff", unit=tree.east_outlets[0], person=person)
    return actor_of(user, on=timezone.localdate())


def handed(actor, asked, text="有温度", sent=None, kind="slogan"):
    return hand_in(
        actor=actor, solicitation_id=asked.pk, uuid=sent or uuid.uuid4(), kind=kind, text=text
    )


def test_an_entry_belongs_to_where_its_author_works(writer, asked, tree):
    entry = handed(writer, asked, "  有 \n温度 ")
    assert (entry.text, entry.unit, entry.unit_path) == (
        "有 温度",
        tree.east_outlets[1],
        tree.east_outlets[1].path,
    )
    assert entry.author.user.pk == writer.user_id
    event = AuditEvent.objects.get(action="entry.handed_in")
    assert (event.unit_path, event.data) == (entry.unit_path, {})


def test_without_a_person_it_belongs_to_the_role_s_unit(asked, tree):
    entry = handed(make_actor("staff", unit=tree.west), asked)
    assert (entry.unit, entry.author) == (tree.west, None)


def test_the_same_sending_again_changes_nothing(writer, asked):
    sent = uuid.uuid4()
    assert handed(writer, asked, sent=sent) == handed(writer, asked, "other", sent=sent)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "code"), [(" ", "no_text"), ("长" * 201, "too_long"), ("有温度", "said_already")]
)
def test_what_is_no_entry_is_refused(writer, asked, text, code):
    handed(writer, asked)
    with pytest.raises(RuleViolation) as refused:
        handed(writer, asked, text)
    assert refused.value.code == code


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
def test_nothing_is_taken_before_and_after(writer, tree, opens, closes):
    today = timezone.localdate()
    days = {
        "opens_on": today + timedelta(days=opens),
        "closes_on": today + timedelta(days=closes),
    }
    with pytest.raises(RuleViolation) as refused:
        handed(writer, make_solicitation(tree.province, **days))
    assert refused.value.code == "closed"


def test_who_was_not_asked_or_has_no_voice_hands_in_nothing(writer, tree, asked):
    with pytest.raises(Solicitation.DoesNotExist):
        handed(writer, make_solicitation(tree.west))
    with pytest.raises(NotAllowed):
        handed(make_actor("auditor"), asked)
    nobody = make_user()
    homeless = Actor(nobody.pk, "x", "x", is_operator=True)
    with pytest.raises(RuleViolation) as refused:
        handed(homeless, asked)
    assert refused.value.code == "no_home"


def test_one_of_each_kind_is_chosen_by_another(asked, tree, writer):
    office = make_actor("programme_manager")
    first, second = make_entry(asked, tree.outlets[0]), make_entry(asked, tree.outlets[1], "暖")
    name = make_entry(asked, tree.outlets[1], "暖厅", kind="name")
    choose(actor=office, entry_id=first.pk, version=1)
    choose(actor=office, entry_id=name.pk, version=1)
    done = choose(actor=office, entry_id=second.pk, version=1)
    assert done.chosen_by_id == office.user_id
    chosen = set(Entry.objects.filter(is_chosen=True))
    assert chosen == {second, name}
    first.refresh_from_db()
    assert first.version == 3


def test_nobody_chooses_their_own_or_what_changed_or_without_the_right(asked, tree, writer):
    person = make_person(tree.province)
    user = make_user("programme_manager", person=person)
    office = actor_of(user, on=timezone.localdate())
    own = make_entry(asked, tree.province, author=person)
    entered = make_entry(asked, tree.province, "暖", recorded_by=user)
    for entry in (own, entered):
        with pytest.raises(RuleViolation) as refused:
            choose(actor=office, entry_id=entry.pk, version=1)
        assert refused.value.code == "own_entry"
    other = make_entry(asked, tree.outlets[0], "冬")
    with pytest.raises(StaleWrite):
        choose(actor=office, entry_id=other.pk, version=2)
    with pytest.raises(NotAllowed):
        choose(actor=writer, entry_id=other.pk, version=1)
    Entry.objects.filter(pk=other.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(Entry.DoesNotExist):
        choose(actor=office, entry_id=other.pk, version=1)


def test_one_reads_what_is_near_one_s_own_and_what_was_chosen(asked, tree, writer):
    near = make_entry(asked, tree.east_outlets[0], "甲")
    make_entry(asked, tree.west_outlets[0], "乙")
    chosen = make_entry(asked, tree.west_outlets[0], "丙", is_chosen=True)
    own = handed(writer, asked, "丁")
    assert set(entries_for(writer, asked)) == {near, chosen, own}
    assert entries_for(make_actor("programme_manager"), asked).count() == 4
