"""Pages of awards and of results from above, by client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hearth.honours.models import Award, AwardScheme
from tests.factories import client_as, make_tree
from tests.honours.test_queries import award, rank

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


def english(*roles, unit=None):
    client = client_as(*roles, unit=unit)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


AWARDS, RESULTS = "honours:awards", "honours:results"


def test_awards_are_counted_with_those_that_end_soon(tree):
    today = timezone.localdate()
    award(tree.east_outlets[0], None, award="top100")
    award(tree.west_outlets[0], today + timedelta(days=20))
    award(tree.west_outlets[1], today - timedelta(days=2))
    office = english("programme_manager")
    page = text(office.get(reverse(AWARDS)))
    assert "2 awards are held on" in page
    assert "<strong>1</strong> ends within 180 days." in page
    assert "20 days left" in page
    assert "Ended lately" in page
    early = office.get(reverse(AWARDS), {"on": "2018-01-01"})
    assert "No award is held on 2018-01-01." in text(early)
    assert "for good" in page
    assert "No award matches" in text(office.get(reverse(AWARDS), {"award": "top1000"}))
    for query, count in (({"award": "top100"}, 1), ({"under": "W"}, 1), ({"under": "x"}, 0)):
        assert office.get(reverse(AWARDS), query).context["page_obj"].paginator.count == count


def test_a_branch_sees_its_own_awards(tree):
    award(tree.west_outlets[0], None)
    page = text(english("branch_manager", unit=tree.east).get(reverse(AWARDS)))
    assert "No award is held" in page
    assert "西门支行" not in page
    assert english("inspector").get(reverse(AWARDS)).status_code == 403
    assert english("inspector").get(reverse(RESULTS)).status_code == 403


def test_the_list_costs_the_same_with_many_rows(tree):
    office = english("programme_manager")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert office.get(reverse(AWARDS)).status_code == 200
        return len(asked)

    soon = timezone.localdate() + timedelta(days=20)
    award(tree.outlets[0], soon)
    cost()
    before = cost()
    for unit in tree.outlets[1:]:
        award(unit, soon)
    assert cost() == before
    assert Award.objects.count() == 5


def test_a_result_stands_against_any_earlier_one(tree):
    rank(tree.province, "2020", 17, 9150)
    rank(tree.province, "2021Q1", 18, 9100)
    rank(tree.province, "2021Q2", 12, 9300, of=36)
    head = english("outlet_head", unit=tree.east_outlets[0])
    page = text(head.get(reverse(RESULTS)))
    assert "was rank 12 of 36 in" in page
    assert "<strong>6</strong> places up against" in page
    assert "the score rose by <strong>2.00</strong>" in page
    assert "Then 37 were ranked, now 36" in page
    assert page.count("<svg") > 2
    year = text(head.get(reverse(RESULTS), {"against": "2020"}))
    assert "<strong>5</strong> places up against" in year
    nothing = text(head.get(reverse(RESULTS), {"channel": "video"}))
    assert "Nothing was published yet." in nothing


def test_a_fall_is_called_one(tree):
    rank(tree.province, "2020", 10, 9200)
    rank(tree.province, "2021Q1", 11, 9200)
    page = text(english("programme_manager").get(reverse(RESULTS), {"channel": "nonsense"}))
    assert "<strong>1</strong> place down against" in page
    assert "the score is the same" in page


def test_a_record_is_called_by_words(tree):
    held = award(tree.outlets[0], None)
    page = text(english("programme_manager").get(f"/ledgers/awards/{held.pk}/"))
    assert f"{held.unit} · Star-rated outlet · {held.since}" in page


def test_the_catalogue_of_schemes_is_read_by_all_and_kept_by_the_office(tree):
    office, branch = english("programme_manager"), english("branch_manager", unit=tree.east)
    page = text(office.get(reverse("honours:schemes")))
    assert "3 award schemes are in use." in page
    assert "New award scheme" in page
    assert "New award scheme" not in text(branch.get(reverse("honours:schemes")))
    assert branch.get(reverse("honours:scheme-add")).status_code == 403
    assert english("inspector").get(reverse("honours:schemes")).status_code == 403
    assert office.get(reverse("honours:scheme", args=["none"])).status_code == 404


def test_a_scheme_is_added_changed_and_refused_by_its_form(tree):
    office = english("programme_manager")
    said = {
        "version": 0,
        "code": "model_bank",
        "name": "示范网点",
        "name_en": "Model outlet",
        "body": "省银行业协会",
        "level": "provincial",
        "years": "2",
        "is_active": "on",
    }
    add = reverse("honours:scheme-add")
    assert office.post(add, said).status_code == 302
    page = text(office.get(reverse("honours:schemes")))
    assert "Model outlet" in page
    assert "2 years" in page
    for wrong in (said, said | {"code": "other", "years": "99"}, said | {"code": "b", "body": ""}):
        answer = office.post(add, wrong)
        assert answer.status_code == 422
        assert answer.context["form"].errors

    change = reverse("honours:scheme", args=["model_bank"])
    assert 'value="省银行业协会"' in text(office.get(change))
    assert office.post(change, said | {"version": 1, "is_active": ""}).status_code == 302
    assert "out of use" in text(office.get(reverse("honours:schemes")))
    stale = office.post(change, said | {"version": 1})
    assert stale.status_code in {409, 422}
    tiles = office.get(reverse(AWARDS)).context["tiles"]
    assert [code for code, *_rest in tiles] == ["top100", "top1000", "star"]


def test_the_catalogue_costs_the_same_with_many_schemes(tree):
    office = english("programme_manager")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert office.get(reverse("honours:schemes")).status_code == 200
        return len(asked)

    cost()
    before = cost()
    AwardScheme.objects.bulk_create(
        AwardScheme(code=f"a{n}", name=f"称号{n}", name_en=f"Award {n}", level="own")
        for n in range(25)
    )
    assert cost() == before
