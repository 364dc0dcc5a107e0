"""The catalogue of award schemes, and how long what they grant is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hearth.honours.domain.validity import ends_on
from hearth.honours.models import MOST_YEARS, Award, AwardScheme
from hearth.honours.registers import AWARDS
from hearth.honours.services.schemes import SchemeText, save_scheme
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.platform.models import AuditEvent
from tests import factories
from tests.factories_ledgers import enter

pytestmark = pytest.mark.django_db
TEXT = SchemeText(
    "model_bank", "省级示范网点", "Provincial model outlet", "省银行业协会", "provincial", 2
)


@pytest.fixture
def tree():
    return factories.make_tree()


@pytest.fixture
def office(tree):
    return factories.make_actor("programme_manager", unit=tree.province)


@pytest.mark.parametrize(
    ("granted", "years", "end"),
    [
        (date(2020, 1, 1), None, None),
        (date(2020, 12, 20), 3, date(2023, 12, 20)),
        (date(2020, 2, 29), 1, date(2021, 3, 1)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
    ],
)
def test_an_award_ends_after_the_years_of_its_scheme(granted, years, end):
    assert ends_on(granted, years) == end


def test_those_that_were_fixed_before_keep_their_codes_and_grant_as_before():
    known = AwardScheme.objects.values_list("code", "name", "level", "years", "is_active")
    assert list(known) == [
        ("top100", "百佳网点", "national", None, True),
        ("top1000", "千佳网点", "national", None, True),
        ("star", "星级网点", "national", None, True),
    ]


def test_a_scheme_is_added_and_grants_for_its_years(office, tree):
    added = save_scheme(actor=office, scheme=None, version=0, text=TEXT)
    assert (added.code, added.position, added.version, added.body) == (
        "model_bank",
        4,
        1,
        "省银行业协会",
    )
    assert AuditEvent.objects.latest("seq").action == "award_scheme.saved"

    row = {"unit": tree.outlets[0].code, "granted_on": date(2021, 5, 1)}
    for said in ("model_bank", "省级示范网点", "Provincial model outlet"):
        assert not enter(office, AWARDS, row | {"award": said}).problems
    award = Award.objects.get()
    assert (award.award, award.until) == (added, date(2023, 5, 1))

    stated = {"award": "model_bank", "granted_on": date(2022, 5, 1), "until": date(2022, 6, 1)}
    enter(office, AWARDS, row | stated)
    save_scheme(actor=office, scheme=added, version=1, text=replace(TEXT, years=5))
    ends = Award.objects.order_by("since").values_list("until", flat=True)
    assert list(ends) == [date(2023, 5, 1), date(2022, 6, 1)]  # as they were


def test_an_award_by_none_of_the_schemes_is_refused(office, tree):
    row = {"unit": tree.outlets[0].code, "award": "medal", "granted_on": date(2021, 5, 1)}
    assert [one.column for one in enter(office, AWARDS, row).problems] == ["award"]


def test_a_scheme_out_of_use_is_offered_no_more(office):
    star = AwardScheme.objects.get(code="star")
    text = SchemeText("other", "星级", "Stars", "协会", "national", None, is_active=False)
    saved = save_scheme(actor=office, scheme=star, version=1, text=text)
    assert (saved.code, saved.version) == ("star", 2)
    lookup = AWARDS.named("award").lookup
    assert [code for code, _name in lookup.options()] == ["top100", "top1000"]
    assert lookup.found(["star"], office.scope) == {"star": saved}


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"code": "Model Bank"}, "code_malformed", "code"),
        ({"code": "star"}, "code_taken", "code"),
        ({"level": "galactic"}, "level_unknown", "level"),
        ({"years": 0}, "years_bounds", "years"),
        ({"years": MOST_YEARS + 1}, "years_bounds", "years"),
    ],
)
def test_what_a_scheme_cannot_say_is_refused(office, changed, code, field):
    with pytest.raises(RuleViolation) as refusal:
        save_scheme(actor=office, scheme=None, version=0, text=replace(TEXT, **changed))
    assert (refusal.value.code, refusal.value.facts["field"]) == (code, field)


def test_only_who_keeps_the_programme_changes_it_and_what_was_seen(office, tree):
    star = AwardScheme.objects.get(code="star")
    branch = factories.make_actor("programme_manager", unit=tree.east)
    with pytest.raises(NotAllowed):
        save_scheme(actor=branch, scheme=star, version=1, text=TEXT)
    with pytest.raises(StaleWrite):
        save_scheme(actor=office, scheme=star, version=7, text=TEXT)
