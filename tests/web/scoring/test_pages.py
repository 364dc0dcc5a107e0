"""Pages of periods, rankings, policies and adjustments: shown, empty, refused."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.scoring.models import Closing, Policy
from tests.bulletins.quarters import closed_quarter
from tests.factories import client_as, make_tree, make_unit, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close, make_policy

pytestmark = pytest.mark.django_db


def english(who):
    client = client_as(who)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.fixture
def tree():
    tree, _closing = closed_quarter(before=True)
    return tree


@pytest.fixture
def client(tree):
    return english("programme_manager")


PAGES = [
    ("period-list", ()),
    ("period", ("2021Q2",)),
    ("period", ("2021Q3",)),
    ("close", ("2021Q2",)),
    ("missing", ("2021Q2", "mystery")),
    ("ranking", ("2021Q2",)),
    ("faults", ("2021Q2",)),
    ("what-if", ("2021Q2",)),
    ("adjustments", ("2021Q2",)),
    ("policy-list", ()),
    ("policy-create", ()),
    ("result", ("2021Q2", "P")),
    ("result", ("2021Q2", "E")),
    ("result", ("2021Q2", "E1")),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_each_page_opens_and_is_for_those_who_may(client, name, args):
    address = reverse(f"scoring:{name}", args=args)

    assert client.get(address).status_code == 200
    assert english("system_admin").get(address).status_code == 403


@pytest.mark.parametrize("name", ["faults", "what-if", "adjustments"])
def test_an_open_period_offers_no_ranking(client, name):
    for period, is_ranked in [("2021Q2", True), ("2021Q3", False)]:
        page = client.get(reverse(f"scoring:{name}", args=[period])).content.decode()
        assert (f'href="/scoring/{period}/ranking/"' in page) is is_ranked


@pytest.mark.parametrize("address", ["/scoring/2021Q9/", "/scoring/2021Q3/ranking/"])
def test_what_is_no_period_or_not_closed_is_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"E", "W"}),
        ({"level": "outlet"}, {"E1", "E2", "E3", "W1", "W2"}),
        ({"level": "outlet", "under": "W"}, {"W1", "W2"}),
    ],
)
def test_a_ranking_is_of_a_level_under_a_unit(client, query, found):
    page = client.get(reverse("scoring:ranking", args=["2021Q2"]), query)

    assert {row.code for row in page.context["page_obj"]} == found


def test_a_branch_sees_its_own_outlets_only(tree):
    client = english(make_user("branch_manager", unit=tree.west))

    page = client.get(reverse("scoring:ranking", args=["2021Q2"]), {"level": "outlet"})

    assert {row.code for row in page.context["page_obj"]} == {"W1", "W2"}


def test_faults_are_narrowed_to_a_part_and_open_their_findings(client):
    address = reverse("scoring:faults", args=["2021Q2"])
    everywhere = {r.criterion.code: r for r in client.get(address).context["rows"]}
    east = {r.criterion.code: r for r in client.get(address, {"under": "E"}).context["rows"]}

    assert everywhere["A01"].findings == 6
    assert east["A01"].findings == 2
    opened = client.get(address, {"criterion": everywhere["A01"].criterion.pk, "under": "E"})
    assert {row.unit.code for row in opened.context["page_obj"]} == {"E1"}


def test_a_network_without_records_says_so():
    make_tree()
    client = english("programme_manager")

    for name, args in (("period-list", ()), ("policy-list", ()), ("faults", ("2021Q2",))):
        answer = client.get(reverse(f"scoring:{name}", args=args))
        assert answer.status_code == 200
        assert b'class="empty"' in answer.content, name


def test_closing_over_nothing_is_refused_on_the_page(tree, client):
    before = Closing.objects.count()

    assert client.post(reverse("scoring:close", args=["2099Q1"])).status_code == 422
    assert Closing.objects.count() == before


def test_a_policy_that_does_not_add_up_keeps_what_was_typed(client):
    said = {"name": "新办法", "effective_from": "2022-01-01", "weight_video": "70"}
    said |= {"minimum_coverage_percent": "60", "bonus_cap": "3", "veto_cap": "60"}

    answer = client.post(reverse("scoring:policy-create"), said | {"pass_points": "85"})

    assert answer.status_code == 422
    assert 'value="新办法"' in answer.content.decode()
    assert not Policy.objects.exists()


def test_readers_see_approved_policies(tree):
    policy = make_policy()

    page = english("staff").get(reverse("scoring:policy-list"))

    assert [shown for shown, _lines in page.context["policies"]] == [policy]


def test_trying_weights_stores_nothing(client):
    address = reverse("scoring:what-if", args=["2021Q2"])

    assert client.get(address, {"weight_video": "100"}).context["found"] is not None
    assert client.get(address, {"weight_video": "70"}).status_code == 422
    assert Policy.objects.count() == 0


def _cost(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_long_ranking_draws_the_units_of_the_page(client, monkeypatch):
    address, said = reverse("scoring:ranking", args=["2021Q2"]), "shows the units of this page"
    whole = client.get(address, {"level": "outlet"})
    monkeypatch.setattr("hearth.web.scoring.views.rankings.MOST_DRAWN", 1)
    monkeypatch.setattr("hearth.web.scoring.views.rankings.PAGE", 2)
    cache.clear()

    part = client.get(address, {"level": "outlet", "page": 2})

    assert said not in whole.content.decode()
    assert said in part.content.decode()
    rows = list(whole.context["page_obj"])
    assert list(part.context["page_obj"]) == rows[2:4]
    assert part.context["whole"].ranked == whole.context["whole"].ranked == len(rows)
    assert rows[2].name in part.context["picture"]
    assert rows[0].name not in part.context["picture"]


@pytest.mark.parametrize("query", [{"level": "outlet"}, {"level": "outlet", "under": "E"}])
def test_a_ranking_is_remembered_for_each_part_of_the_tree(client, tree, query):
    address = reverse("scoring:ranking", args=["2021Q2"])
    head = english(make_user("branch_manager", unit=tree.east))

    seen = [
        [row.code for row in who.get(address, query).context["page_obj"]] for who in (client, head)
    ]
    again = [
        [row.code for row in who.get(address, query).context["page_obj"]] for who in (client, head)
    ]

    assert seen == again
    assert set(seen[1]) == {"E1", "E2", "E3"}
    assert set(seen[0]) == set(seen[1]) | (set() if "under" in query else {"W1", "W2"})


@pytest.mark.parametrize("name", ["ranking", "result", "faults", "period", "missing"])
def test_more_checks_and_outlets_cost_no_more_queries(tree, client, name):
    more = {"result": ("E",), "missing": ("mystery",)}.get(name, ())
    edition = tree.outlets[0].inspections.first().edition

    def cost():
        cache.clear()
        return _cost(client, reverse(f"scoring:{name}", args=["2021Q2", *more]))

    cost()
    before = cost()
    for number in range(25):
        outlet = make_unit(tree.east, kind="综合网点")
        make_inspection(outlet, edition, mark("A01"), on=f"2021-06-{number + 1:02d}")
    close("2021Q2")

    assert cost() == before
