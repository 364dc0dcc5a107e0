"""Solicitations and entries as they are entered."""

from datetime import UTC, date, datetime

import pytest

from hearth.network.scope import Scope
from hearth.voices.models import Entry, Solicitation
from hearth.voices.registers import ENTRIES, SOLICITATIONS
from tests import factories
from tests.factories_ledgers import enter, reasons

pytestmark = pytest.mark.django_db

MARCH = datetime(2021, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def tree():
    return factories.make_tree()


@pytest.fixture
def office(tree):
    return factories.make_actor("programme_manager", unit=tree.province)


@pytest.fixture
def asked(office, tree):
    row = {
        "solicitation": "B",
        "title": "品牌征集",
        "unit": tree.province.code,
        "opens_on": date(2021, 3, 1),
        "closes_on": date(2021, 3, 31),
    }
    enter(office, SOLICITATIONS, row)
    return Solicitation.objects.get()


def test_a_solicitation_cannot_close_before_it_opens(office, tree):
    row = {"solicitation": "B", "title": "T", "unit": tree.province.code}
    days = {"opens_on": date(2021, 3, 2), "closes_on": date(2021, 3, 1)}
    assert reasons(enter(office, SOLICITATIONS, row | days)) == ["closes_on"]


def test_it_is_seen_by_those_below_and_above_it_only(asked, tree):
    outlet = tree.outlets[0]
    assert list(Solicitation.objects.visible_to(Scope((outlet.path,)))) == [asked]
    assert list(Solicitation.objects.visible_to(Scope((tree.province.path,)))) == [asked]
    assert not Solicitation.objects.visible_to(Scope()).exists()
    Solicitation.objects.update(unit_path=tree.outlets[1].path)
    assert not Solicitation.objects.visible_to(Scope((outlet.path,))).exists()


def test_an_entry_belongs_to_the_author_s_unit_or_to_who_asked(office, asked, tree):
    outlet = tree.outlets[0]
    author = factories.make_person(unit=outlet)
    row = {"solicitation": "B", "kind": "slogan", "submitted_at": MARCH}
    outcome = enter(
        office,
        ENTRIES,
        row | {"entry": "1", "text": "暖心一刻", "author": author.staff_no},
        row | {"entry": "2", "text": "有温度"},
    )
    assert outcome.created == 2
    places = dict(Entry.objects.values_list("code", "unit_path"))
    assert places == {"1": outlet.path, "2": tree.province.path}


def test_an_entry_to_nothing_is_refused(office, asked):
    row = {"solicitation": "C", "entry": "1", "kind": "name", "text": "T", "submitted_at": MARCH}
    assert reasons(enter(office, ENTRIES, row)) == ["solicitation"]
