"""Editions as plain content and as rules, read in few queries and remembered."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.network.actors import operator
from hearth.standards.domain.validation import validate
from hearth.standards.models import Edition
from hearth.standards.queries import (
    content_of,
    criteria_of,
    hash_of,
    modules_of,
    rulebook_of,
    rules_in,
)
from hearth.standards.services import retire_edition, save_draft_edition
from tests.factories_standards import CRITERIA, edition_content, make_edition

pytestmark = pytest.mark.django_db


def test_content_is_read_in_three_queries(django_assert_num_queries):
    edition = make_edition()

    with django_assert_num_queries(2):
        content = content_of(edition)

    assert content == edition_content()
    assert hash_of(content) == edition.content_hash


def test_criteria_are_known_by_code_in_their_order():
    edition = make_edition()

    found = criteria_of(edition)

    assert list(found) == [c.code for c in CRITERIA]
    assert found["B05"].severity == "red"
    assert found["B05"].module == "B"
    assert edition.criteria.get(code="B05").pk == found["B05"].pk
    assert [m.code for m in modules_of(edition)] == ["A", "B"]


def test_rules_are_remembered(django_assert_num_queries):
    edition = make_edition()
    rules, criteria = rulebook_of(edition), criteria_of(edition)

    with django_assert_num_queries(0):
        assert rulebook_of(Edition(pk=edition.pk, version=2, content_hash=edition.content_hash))
        assert rulebook_of(edition) is rules
        assert criteria_of(edition) is criteria


def test_a_draft_saved_again_has_new_rules():
    office = operator("office")
    first = save_draft_edition(actor=office, content=edition_content())
    assert len(rulebook_of(first).criteria) == len(CRITERIA)
    assert len(criteria_of(first)) == len(CRITERIA)

    second = save_draft_edition(actor=office, content=edition_content(criteria=CRITERIA[:3]))

    assert [rule.code for rule in rulebook_of(second).criteria] == ["A01", "A02", "A03"]
    assert list(criteria_of(second)) == ["A01", "A02", "A03"]


def test_the_small_edition_has_no_problem_and_the_points_it_says():
    rules = rules_in(edition_content())

    assert validate(rules) == []
    assert sum(rule.points_milli for rule in rules.criteria) == 25_000


def test_what_is_in_force_is_published_and_its_time_has_come():
    office = operator("office")
    make_edition(edition_content(edition="2020", effective_from="2020-01-01"))
    make_edition(edition_content(edition="2021", effective_from="2021-01-01"))
    make_edition(edition_content(edition="2022", effective_from="2022-01-01"))
    make_edition(edition_content(edition="draft", effective_from="2020-06-01"), publish=False)
    old = make_edition(edition_content(edition="old", effective_from="2019-01-01"))
    retire_edition(actor=office, edition_id=old.pk, version=old.version)

    found = Edition.objects.in_force(date(2021, 12, 31)).values_list("edition", flat=True)

    assert list(found) == ["2021", "2020"]
