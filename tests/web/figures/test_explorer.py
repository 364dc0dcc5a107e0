"""The explorer: what is asked stands in its address, and every value opens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hearth.figures.registry import FIGURES, Value
from hearth.kernel.periods import months_before
from hearth.network.services.units import move_unit
from hearth.web.figures import words
from hearth.web.figures.explorer import FIRST, MOST
from hearth.web.figures.grid import Cell, last_periods
from tests.factories import client_as, make_actor, make_tree, make_unit
from tests.factories_inspections import make_inspection, mark
from tests.factories_programme import make_plan
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
PAGE = "/figures/"
WHEN = {"as_of": "2021-06-30", "since": "2021-04-01"}


@pytest.fixture
def tree():
    """Three checks in the second quarter of 2021, two of them in the east; one in the first."""
    tree, edition = make_tree(), make_edition()
    make_inspection(tree.east_outlets[0], edition, mark("A01", note="门楣缺字"), on="2021-05-10")
    make_inspection(tree.east_outlets[1], edition, on="2021-05-11", channel="mystery")
    make_inspection(tree.west_outlets[0], edition, on="2021-05-12")
    make_inspection(tree.west_outlets[0], edition, on="2021-02-12")
    return tree


@pytest.fixture
def client(tree):
    return english(client_as("programme_manager", unit=tree.province))


def english(client):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def table(client, status=200, **asked):
    """Texts of the cells by what heads their row."""
    response = client.get(PAGE, WHEN | asked)
    assert response.status_code == status
    lines = response.context["lines"]
    return response, {line.label: [cell.text for cell in line.cells] for line in lines}


def test_the_first_look_shows_branches_and_says_the_point(client):
    response, cells = table(client)

    assert list(cells) == ["示范省分行", "东城分行", "西城分行"]
    assert [cell.figure.key for cell in response.context["lines"][0].cells] == list(FIRST)
    assert response.context["sentence"] == (
        "示范省分行: Released checks 3 from 2021-04-01 to 2021-06-30; highest in 东城分行 (2),"
        " lowest in 西城分行 (1)."
    )
    assert response.context["sentence"] in response.content.decode()


def test_figures_units_and_days_are_asked_in_the_address(client):
    _response, cells = table(
        client, figure=["inspections.video", "coverage"], unit="E", level="outlet"
    )

    assert cells == {
        "东城分行": ["1", "66.7%"],
        "东门支行": ["1", "100.0%"],
        "东街支行": ["0", "100.0%"],
        "东湖分理处": ["0", "0.0%"],
    }
    _response, alone = table(client, figure="inspections", unit="E", level="none")
    assert alone == {"东城分行": ["2"]}
    _response, longer = table(client, figure="inspections", since="2021-01-01", level="branch")
    assert longer["西城分行"] == ["2"]
    _response, subbranches = table(client, figure="outlets", level="subbranch")
    assert list(subbranches) == ["示范省分行", "东湖支行"]


def test_every_value_opens_to_its_rows(client):
    response, _cells = table(client, figure=["inspections", "outlets", "coverage"])

    for line in response.context["lines"]:
        for cell in line.cells:
            assert cell.url.replace("&", "&amp;") in response.content.decode()
            opened = client.get(cell.url)
            assert opened.status_code == 200
            assert opened.context["shown"] == cell.text
            assert opened.context["unit"] == line.unit


def test_a_value_whose_rows_may_not_be_read_leads_nowhere(client, tree):
    source = FIGURES["inspections"].source
    object.__setattr__(source, "permission", "system.view")
    try:
        response, _cells = table(client, figure=["inspections", "outlets"])
    finally:
        object.__setattr__(source, "permission", "inspections.view")
    assert [cell.url != "" for cell in response.context["lines"][0].cells] == [False, True]


def test_a_small_denominator_is_greyed_with_its_interval(client):
    response, _cells = table(client, figure="coverage")

    text = response.content.decode()
    assert "coarse" in text
    assert "<small>3/5 · 23.1–88.2%</small>" in text
    assert "denominator below 30" in text


@pytest.mark.parametrize(("whole", "coarse"), [(None, False), (0, False), (29, True), (30, False)])
def test_a_share_is_coarse_below_thirty(whole, coarse):
    assert words.is_coarse(Value(Decimal(50), 1, 1, whole)) is coarse


def test_a_series_shows_the_last_quarters(client):
    response, cells = table(client, figure="inspections", series="quarter", last="3")

    assert cells == {"Q4 2020": ["0"], "Q1 2021": ["1"], "Q2 2021": ["3"]}
    assert response.context["sentence"] == (
        "示范省分行: Released checks 3 in Q2 2021, 0 in Q4 2020."
    )
    assert "<svg" in response.context["picture"]
    opened = client.get(response.context["lines"][1].cells[0].url)
    assert opened.context["shown"] == "1"


def test_periods_run_up_to_the_day():
    keys = [period.key for period in last_periods(date(2021, 2, 10), "month", 3)]
    assert keys == ["2020-12", "2021-01", "2021-02"]


def test_a_picture_is_drawn_of_the_figure_that_is_asked_for(client):
    response, _cells = table(client, figure=["inspections", "coverage"], shown="coverage")

    assert response.context["figure"].key == "coverage"
    assert "<svg" in response.context["picture"]
    assert "示范省分行 60.0%" in response.context["picture"]
    response, _cells = table(client, figure=["rank_change"])
    assert response.context["picture"] == ""


def test_branches_in_the_prefectures_are_on_a_map(client, tree):
    for unit, city in ((tree.east, "沈阳市"), (tree.west, "鞍山市")):
        unit.city = city
        unit.save()

    response, _cells = table(client, figure="inspections")
    assert "<svg" in response.context["map"]
    response, _cells = table(client, figure="inspections", level="outlet")
    assert response.context["map"] == ""


def test_the_headings_keep_all_that_is_asked(client):
    text = client.get(PAGE, WHEN | {"figure": ["outlets", "coverage"]}).content.decode()
    assert "figure=outlets&amp;figure=coverage&amp;shown=coverage" in text


def test_what_is_said_wrongly_is_as_if_not_said(client):
    response, cells = table(
        client, figure=["profit"], level="continent", series="week", last="many", shown="x"
    )

    assert list(cells) == ["示范省分行", "东城分行", "西城分行"]
    assert len(response.context["wanted"].figures) == len(FIRST)
    response, _cells = table(client, figure=list(FIGURES), series="month", last="999")
    assert len(response.context["wanted"].figures) == MOST
    assert len(response.context["wanted"].periods) == 24


def test_units_are_those_of_the_day(client, tree):
    office = make_actor("programme_manager")
    move_unit(office, tree.east_outlets[0], "W", on=date(2021, 7, 1), reason="划转", version=1)

    _response, before = table(client, figure="outlets", unit="W", level="outlet")
    _response, after = table(client, figure="outlets", unit="W", level="outlet", as_of="2021-07-01")
    assert set(after) - set(before) == {"东门支行"}
    assert (before["西城分行"], after["西城分行"]) == (["2"], ["3"])


def test_who_reaches_what(tree):
    east = english(client_as("branch_manager", unit=tree.east))
    _response, cells = table(east)
    assert set(cells) == {"东城分行", "东门支行", "东街支行", "东湖分理处"}
    assert east.get(PAGE, WHEN | {"unit": "W"}).status_code == 404
    assert east.get(f"{PAGE}export/", WHEN | {"unit": "W"}).status_code == 404
    assert client_as("inspector", unit=tree.east).get(PAGE).status_code == 403
    assert client_as("staff", unit=tree.east).get(f"{PAGE}export/").status_code == 403


def test_the_table_leaves_as_a_spreadsheet(client):
    asked = WHEN | {"figure": ["inspections", "coverage"], "format": "csv"}
    response = client.get(f"{PAGE}export/", asked)

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    head = "Code,Name,Released checks,Outlets seen by any channel,"
    assert lines[0] == (
        head + "Outlets seen by any channel: numerator,Outlets seen by any channel: denominator"
    )
    assert lines[1:] == ["P,示范省分行,3,60,3,5", "E,东城分行,2,66.67,2,3", "W,西城分行,1,50,1,2"]
    series = client.get(f"{PAGE}export/", asked | {"series": "quarter", "last": "2"})
    lines = b"".join(series.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines] == ["Period", "2021Q1", "2021Q2"]
    xlsx = client.get(f"{PAGE}export/", WHEN)
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"


def test_queries_grow_neither_with_units_nor_with_figures(client, tree):
    def asked(*figures):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(PAGE, WHEN | {"figure": figures, "level": "outlet"})
        assert response.status_code == 200
        return len(queries)

    asked("inspections")  # the first look writes down when the account was seen
    one = asked("inspections")
    assert asked("inspections", "inspections.video", "inspections.mystery", "checks.mean") == one
    for _number in range(25):
        make_unit(tree.west)
    assert asked("inspections") == one


def test_what_was_asked_once_is_not_counted_again(client):
    def counted(address):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, WHEN | {"figure": "inspections", "format": "csv"})
            assert b"".join(response)
        return sum("inspections_inspection" in (one["sql"] or "") for one in queries)

    cache.clear()
    assert counted(PAGE) > 0
    assert counted(PAGE) == counted(f"{PAGE}export/") == 0


def test_a_time_beside_shows_how_much_more_or_less(client):
    asked = {"as_of": "2021-06-30", "since": "2021-04-01", "beside": "3", "figure": "inspections"}
    response = client.get(PAGE, asked)

    whole, east, west = (line.cells[0] for line in response.context["lines"])
    assert [(one.text, one.before_text, one.change) for one in (whole, east, west)] == [
        ("3", "1", "+2"),
        ("2", "0", "+2"),
        ("1", "1", "+0"),
    ]
    assert "+2 from 1" in response.content.decode()
    assert "a quarter earlier" in response.context["picture"]
    sent = client.get(f"{PAGE}export/", asked | {"format": "csv"})
    lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Code,Name,Released checks,Released checks: a quarter earlier"
    assert lines[1] == "P,示范省分行,3,1"


@pytest.mark.parametrize(
    ("key", "now", "before", "text", "worse"),
    [
        ("inspections", 3, 1, "+2", False),
        ("findings.red", 3, 1, "+2", True),
        ("coverage", 50, 60, "-10.0", True),
        ("checks.mean", 92, 91, "+1.00", False),
        ("rank", 2, 5, "-3", False),
        ("rank", 2, 2, "+0", False),
        ("rank", None, 2, "", False),
    ],
)
def test_a_change_says_whether_it_went_the_wrong_way(key, now, before, text, worse):
    one, other = (Value(None if n is None else Decimal(n), 1) for n in (now, before))
    cell = Cell(FIGURES[key], one, "", other)

    assert (cell.change, cell.is_worse) == (text, worse)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2021, 6, 30), 3, date(2021, 3, 31)),
        (date(2021, 6, 15), 12, date(2020, 6, 15)),
        (date(2021, 3, 30), 1, date(2021, 2, 28)),
        (date(2021, 1, 31), 1, date(2020, 12, 31)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
    ],
)
def test_an_earlier_time_is_that_of_the_same_days(day, months, expected):
    assert months_before(day, months) == expected


def test_units_are_put_beside_each_other(client, tree):
    response, cells = table(client, unit="E", level="none", also="W; nowhere", figure="inspections")
    assert cells == {"东城分行": ["2"], "西城分行": ["1"]}
    assert [line.is_other for line in response.context["lines"]] == [False, True]

    asked = {"unit": "E", "also": "W", "figure": "inspections", "series": "quarter", "last": "2"}
    response = client.get(PAGE, WHEN | asked)
    said = [(one.label, one.unit.code, one.cells[0].text) for one in response.context["lines"]]
    assert said == [
        ("Q1 2021", "E", "0"),
        ("Q1 2021", "W", "1"),
        ("Q2 2021", "E", "2"),
        ("Q2 2021", "W", "1"),
    ]
    assert "西城分行" in response.context["picture"]
    assert response.context["sentence"] == "东城分行: Released checks 2 in Q2 2021, 0 in Q1 2021."
    east = english(client_as("branch_manager", unit=tree.east))
    _response, cells = table(east, also="W", level="none", figure="inspections")
    assert list(cells) == ["东城分行"]


def test_the_chart_and_the_map_leave_as_pictures(client, tree):
    asked = WHEN | {"figure": "inspections"}
    sent = client.get(f"{PAGE}picture/", asked)
    assert sent.status_code == 200
    assert sent["Content-Type"] == "image/png"
    assert sent.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert client.get(f"{PAGE}picture/", asked | {"of": "map"}).status_code == 404
    assert client.get(f"{PAGE}picture/", WHEN | {"figure": "rank_change"}).status_code == 404
    for unit, city in ((tree.east, "沈阳市"), (tree.west, "鞍山市")):
        unit.city = city
        unit.save()
    drawn = client.get(f"{PAGE}picture/", asked | {"of": "map"})
    assert drawn.content[:4] == b"\x89PNG"


def test_a_task_is_given_from_a_line(client, tree):
    make_plan()
    response, _cells = table(client, figure="inspections")
    east = response.context["lines"][1]
    assert "/programme/tasks/new/?unit=E&figure=inspections" in east.task_url
    assert east.task_url.replace("&", "&amp;") in response.content.decode()
    reader = english(client_as("staff", unit=tree.east))
    response, _cells = table(reader, figure="inspections")
    assert {line.task_url for line in response.context["lines"]} == {""}
