"""Units, standards, periods, rankings and figures, as far as the caller reaches."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from hearth.kernel.periods import Period
from hearth.network.services.units import move_unit
from hearth.scoring.models import Result
from hearth.scoring.queries import current_closing
from tests.api.conftest import codes, refusal
from tests.factories import make_actor, make_unit
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close, make_policy
from tests.factories_standards import edition_content, make_edition


@pytest.fixture
def closed(tree, edition):
    """2021Q2: E1 and E2 checked twice, W1 once by video, W2 not at all."""
    make_policy()
    for unit, *marks in (
        (tree.east_outlets[0],),
        (tree.east_outlets[1], mark("A01")),
        (tree.west_outlets[0], mark("A01"), mark("B05")),
    ):
        for channel in ("video", "mystery"):
            make_inspection(unit, edition, *marks, channel=channel)
    return close("2021Q2")


# --- units ---------------------------------------------------------------------------------------


def test_units_come_in_pages(manager, tree):
    first = manager.get("units", page_size=4).json()
    last = manager.get("units", page_size=4, page=3).json()

    assert (first["count"], first["page"], first["page_size"]) == (9, 1, 4)
    assert [row["code"] for row in first["items"]] == ["P", "E", "ES", "E3"]
    assert [row["code"] for row in last["items"]] == ["W2"]
    assert manager.get("units", page=4).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "东门"}, ["E1"]),
        ({"q": "dmzh"}, ["E1"]),
        ({"under": "ES"}, ["ES", "E3"]),
        ({"level": "branch"}, ["E", "W"]),
        ({"kind": "轻型网点"}, ["E3", "E2"]),
        ({"state": "closed"}, []),
        ({"under": "NONE"}, []),
    ],
)
def test_units_are_narrowed(manager, query, found):
    assert codes(manager.get("units", **query)) == found


def test_one_unit_carries_its_parent_by_code(manager, tree):
    body = manager.get("units/E3").json()

    assert (body["name"], body["level"], body["parent"]) == ("东湖分理处", "outlet", "ES")
    assert manager.get("units/P").json()["parent"] is None


def test_a_unit_of_another_branch_is_not_there(caller_as, tree):
    caller = caller_as("branch_manager", unit=tree.east)

    assert caller.get("units/E1").status_code == 200
    assert refusal(caller.get("units/W1")) == (404, "not_found")
    assert caller.get("units", under="W").json()["count"] == 0


def test_the_tree_of_a_day_is_that_of_the_day(manager, caller_as, tree):
    outlet = tree.east_outlets[0]
    with time_machine.travel("2021-06-20 12:00 +0800"):
        office = make_actor("programme_manager")
        move_unit(office, outlet, "W", date(2021, 6, 1), version=outlet.version, reason="撤并")

    def below(unit, day):
        body = manager.get("tree", on=day, parent=unit).json()
        assert body["on"] == day
        return {node["code"]: node["parent"] for node in body["units"]}

    assert below("W", "2021-05-31") == {"W1": "W", "W2": "W"}
    assert below("W", "2021-06-01") == {"W1": "W", "W2": "W", "E1": "W"}
    whole = manager.get("tree", on="2021-05-31").json()["units"]
    assert [node["code"] for node in whole] == ["P", "E", "ES", "E3", "E1", "E2", "W", "W1", "W2"]
    part = caller_as("branch_manager", unit=tree.east).get("tree", on="2021-05-31").json()["units"]
    assert part[0] == {
        "code": "E",
        "name": "东城分行",
        "level": "branch",
        "kind": "",
        "parent": None,
        "has_children": True,
    }
    assert refusal(manager.get("tree", parent="NONE")) == (404, "not_found")


@pytest.mark.parametrize("day", ["2021-6-1", "20210601", "1622505600", "0001-01-01", "x", ""])
def test_a_day_has_one_form(manager, day):
    assert refusal(manager.get("tree", on=day)) == (422, "malformed")


# --- standards -----------------------------------------------------------------------------------


def test_editions_are_listed_drafts_for_their_editors(manager, caller_as, edition):
    draft = make_edition(
        edition_content(edition="next", effective_from="2030-01-01"), publish=False
    )
    reader = caller_as("staff")

    def names(caller, **query):
        return [row["edition"] for row in caller.get("editions", **query).json()["items"]]

    assert names(manager) == ["next", "2021"]
    assert names(reader) == ["2021"]
    assert names(manager, in_force_on="2031-01-01") == ["2021"]
    assert names(manager, in_force_on="2020-01-01") == []
    assert names(manager, standard="SERVICE", edition="next", status="draft") == ["next"]
    assert refusal(reader.get(f"editions/{draft.pk}")) == (404, "not_found")


def test_an_edition_is_told_with_every_criterion(manager, edition):
    body = manager.get(f"editions/{edition.pk}").json()

    assert (body["standard"], body["pass_points"], body["scheme"]) == ("SERVICE", 85.0, "share")
    assert body["content_hash"] == edition.content_hash
    assert [module["code"] for module in body["modules"]] == ["A", "B"]
    counted = next(c for c in body["criteria"] if c["code"] == "A02")
    assert (counted["points"], counted["step_points"], counted["max_lost"]) == (3.0, 0.5, 2.0)
    assert counted["module"] == "A"
    gate = next(c for c in body["criteria"] if c["code"] == "B03")
    assert gate["gates"] == ["B04"]
    assert len(body["criteria"]) == 10


# --- periods and rankings ------------------------------------------------------------------------


def test_periods_tell_whether_they_are_closed(manager, tree, edition, closed):
    make_inspection(tree.east_outlets[0], edition, on="2021-08-01")

    rows = {row["period"]: row for row in manager.get("periods").json()["items"]}
    body = manager.get("periods/2021Q2").json()

    assert rows["2021Q3"]["closing"] is None
    assert rows["2021Q2"]["closing"]["result_hash"] == closed.result_hash
    assert (body["start"], body["last_day"], body["is_over"]) == ("2021-04-01", "2021-06-30", True)
    assert body["closing"]["policy"]["weights"] == {"video": 60, "mystery": 40}
    assert [found["revision"] for found in body["closings"]] == [1]
    assert manager.get("periods/1999").json()["closing"] is None


def test_coverage_counts_what_the_caller_sees(manager, caller_as, tree, closed):
    whole = manager.get("periods/2021Q2/coverage").json()
    west = caller_as("branch_manager", unit=tree.west).get("periods/2021Q2/coverage").json()

    assert (whole["outlets"], whole["unseen"]) == (5, 2)
    assert (west["outlets"], west["unseen"]) == (2, 1)
    assert {c["channel"]: c["seen"] for c in west["channels"]} == {"video": 1, "mystery": 1}


def test_a_ranking_has_the_columns_of_every_other_form(manager, closed):
    body = manager.get("periods/2021Q2/ranking", level="outlet").json()

    first, second, third, *unranked = body["items"]
    assert list(first) == [
        "rank",
        "code",
        "name",
        "parent",
        "score",
        "inspections",
        "low_rank",
        "high_rank",
        "group",
        "previous_rank",
        "movement",
        "reason",
    ]
    assert (first["rank"], first["code"], first["score"], first["inspections"]) == (1, "E1", 100, 2)
    assert (second["code"], third["code"]) == ("E2", "W1")
    assert second["score"] == 91.67  # 22 of 24: light outlets are not asked B06
    assert third["score"] == 60.0  # B05 caps at 60
    assert [row["reason"] for row in unranked] == ["no_inspections", "no_inspections"]
    assert {row["rank"] for row in unranked} == {None}


def test_a_ranking_of_a_part_ranks_anew_and_one_of_the_whole_hides_the_rest(
    manager, caller_as, tree, closed
):
    anew = manager.get("periods/2021Q2/ranking", under="W").json()["items"]
    west = caller_as("branch_manager", unit=tree.west)
    hidden = west.get("periods/2021Q2/ranking").json()["items"]

    assert [(row["rank"], row["code"]) for row in anew] == [(1, "W1"), (None, "W2")]
    assert [(row["rank"], row["code"]) for row in hidden] == [(3, "W1"), (None, "W2")]
    assert refusal(west.get("periods/2021Q2/ranking", under="E")) == (404, "not_found")


def test_an_earlier_closing_stays_readable(manager, tree, edition, closed):
    make_inspection(tree.east_outlets[0], edition, mark("A01"), on="2021-06-01")
    second = close("2021Q2")
    assert second.revision == 2

    now = manager.get("periods/2021Q2/ranking").json()["items"][0]
    before = manager.get("periods/2021Q2/ranking", revision=1).json()["items"][0]

    assert (before["code"], before["score"]) == ("E1", 100)
    assert now["score"] < 100
    assert refusal(manager.get("periods/2021Q2/ranking", revision=3)) == (404, "not_found")
    assert [c["revision"] for c in manager.get("periods/2021Q2").json()["closings"]] == [2, 1]


def test_an_open_period_has_no_ranking(manager, closed):
    assert refusal(manager.get("periods/2021Q3/ranking")) == (404, "not_found")
    assert refusal(manager.get("periods/2021Q3/results/E1")) == (404, "not_found")


@pytest.mark.parametrize("period", ["2021Q5", "2021-13", "21Q1", "3000", "1899Q4", "2021q2"])
def test_a_period_has_one_form(manager, period):
    assert refusal(manager.get(f"periods/{period}")) == (422, "malformed")


def test_a_result_opens_down_to_its_arithmetic(manager, closed):
    body = manager.get("periods/2021Q2/results/E2").json()

    assert (body["score"], body["rank"], body["of"], body["level"]) == (91.67, 2, 3, "outlet")
    assert [(c["channel"], c["score"], c["weight"]) for c in body["channels"]] == [
        ("mystery", 91.67, "40"),
        ("video", 91.67, "60"),
    ]
    assert {m["module"]: m["score"] for m in body["modules"]}["B"] == 100.0
    assert body["trace"]["score"] == "91.67"
    assert body["parent"] == "E"
    assert body["low_score"] <= body["score"] <= 100


def test_a_result_of_another_branch_is_not_there(caller_as, tree, closed):
    caller = caller_as("branch_manager", unit=tree.west)

    assert caller.get("periods/2021Q2/results/W1").status_code == 200
    assert refusal(caller.get("periods/2021Q2/results/E1")) == (404, "not_found")
    assert Result.objects.filter(closing=current_closing(Period.parse("2021Q2"))).count() == 9


# --- figures -------------------------------------------------------------------------------------


def figure(caller, key, **query):
    rows = caller.get("figures", as_of="2021-06-30", **query).json()
    return next(row for row in rows if row["key"] == key)


def test_figures_are_those_of_the_unit_and_day(manager, caller_as, tree, closed):
    assert figure(manager, "inspections")["value"] == "6"
    assert figure(manager, "inspections", unit="W")["value"] == "2"
    assert figure(manager, "inspections", since="2021-06-01")["value"] == "0"
    own = figure(caller_as("branch_manager", unit=tree.west), "inspections")
    assert (own["unit"], own["value"], own["records"]) == ("W", "2", 2)
    west = caller_as("branch_manager", unit=tree.west)
    assert refusal(west.get("figures", as_of="2021-06-30", unit="E")) == (404, "not_found")


def test_the_rows_behind_a_figure_are_the_figure(manager, caller_as, tree, closed):
    value = figure(manager, "inspections")["value"]

    body = manager.get("figures/inspections/trace", as_of="2021-06-30", page_size=4).json()
    rest = manager.get("figures/inspections/trace", as_of="2021-06-30", page_size=4, page=2).json()

    assert body["columns"] == ["inspection", "unit", "name", "channel", "inspected_on", "score"]
    assert str(body["count"]) == value == str(len(body["rows"]) + len(rest["rows"]))
    assert refusal(manager.get("figures/none/trace", as_of="2021-06-30")) == (404, "not_found")
    west = caller_as("branch_manager", unit=tree.west)
    path = "figures/inspections/trace"
    assert refusal(west.get(path, as_of="2021-06-30", unit="E")) == (404, "not_found")
    narrow = caller_as("branch_manager", unit=tree.west, only=("figures.view",))
    assert narrow.get(path, as_of="2021-06-30").status_code == 403
    assert narrow.get("figures/score/trace", as_of="2021-06-30").status_code == 403
    reader = caller_as("branch_manager", unit=tree.west, only=("figures.view", "inspections.view"))
    assert reader.get(path, as_of="2021-06-30").status_code == 200


def test_figures_take_their_own_permission(caller_as, tree, closed):
    narrow = caller_as("branch_manager", unit=tree.west, only=("scores.view",))
    assert narrow.get("figures", as_of="2021-06-30").status_code == 403
    reader = caller_as("branch_manager", unit=tree.west, only=("figures.view",))
    assert figure(reader, "inspections")["value"] == "2"


# --- how much it asks the database ---------------------------------------------------------------


@pytest.mark.parametrize("path", ["units", "tree", "editions", "periods"])
def test_a_list_asks_the_database_as_often_for_many_rows(
    manager, tree, django_assert_max_num_queries, path
):
    for _number in range(25):
        make_unit(tree.east)

    with django_assert_max_num_queries(6):
        assert manager.get(path).status_code == 200
