"""The rows behind a figure, as a page and as a spreadsheet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from hearth.figures.declared import FIGURES
from hearth.network import actors
from tests.factories import client_as, make_tree, make_unit
from tests.factories_inspections import make_inspection, mark
from tests.factories_outreach import make_activity
from tests.factories_premises import make_facility_check, make_sign
from tests.factories_programme import make_plan
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
WHEN = {"as_of": "2021-06-30", "since": "2021-04-01"}


@pytest.fixture
def tree():
    """The second quarter of 2021: two checks in the east, one of them with a fault, one west."""
    tree, edition = make_tree(), make_edition()
    make_inspection(tree.east_outlets[0], edition, mark("A01", note="门楣缺字"), on="2021-05-10")
    make_inspection(tree.east_outlets[1], edition, on="2021-05-11", channel="mystery")
    make_inspection(tree.west_outlets[0], edition, on="2021-05-12")
    return tree


@pytest.fixture
def client(tree):
    client = client_as("programme_manager", unit=tree.province)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def sheet(response):
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return [line.split(",") for line in text.splitlines()]


def test_a_count_shows_its_value_and_each_record(client, tree):
    response = client.get("/figures/inspections/", WHEN)

    text = text_of(response)
    assert "示范省分行: <strong>3</strong>, from 2021-04-01 to 2021-06-30." in text
    assert len(response.context["rows"]) == 3
    checks = tree.east_outlets[0].inspections.all()
    assert f"/inspections/{checks[0].uuid}/" in text


def test_a_unit_shows_its_own(client):
    response = client.get("/figures/inspections/", WHEN | {"unit": "W"})

    assert "西城分行: <strong>1</strong>" in text_of(response)
    assert [cells[1][1] for _url, cells in response.context["rows"]] == ["W1"]


def test_a_share_shows_its_denominator_and_how_sure_it_is(client):
    response = client.get("/figures/coverage/", WHEN)

    text = text_of(response)
    assert "<strong>60.0%</strong>" in text
    assert "3 / 5" in text
    assert "23.1–88.2%" in text
    assert "So few records tell little" in text
    with translation.override("en"):
        columns = [str(column.label) for column in response.context["columns"]]
    assert columns == ["Code", "Name", "Opened on", "In the numerator"]
    counted = {cells[0][1]: cells[-1][1] for _url, cells in response.context["rows"]}
    assert counted == {"E1": "Yes", "E2": "Yes", "E3": "No", "W1": "Yes", "W2": "No"}


def test_a_figure_of_a_point_in_time_says_so(client):
    assert "at the end of 2021-06-30" in text_of(client.get("/figures/outlets/", WHEN))


@pytest.mark.parametrize(
    ("language", "name"), [("zh-hans", "便民雨伞"), ("en", "Umbrellas to borrow")]
)
def test_what_a_catalogue_names_stands_there_by_its_name(client, tree, language, name):
    make_facility_check(tree.east_outlets[0], "umbrella")
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: language})

    text = text_of(client.get("/figures/facilities.provision/", WHEN))

    assert name in text
    assert ">umbrella<" not in text


def test_headings_are_in_the_language_of_the_reader(client):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "zh-hans"})

    assert "检查渠道" in text_of(client.get("/figures/inspections/", WHEN))


def test_nothing_counted_says_what_to_do(client):
    text = text_of(client.get("/figures/inspections/", {"as_of": "2020-06-30"}))

    assert "No record was counted" in text
    assert "<strong>0</strong>" in text


def test_every_figure_opens(client):
    for key in FIGURES:
        assert client.get(f"/figures/{key}/", WHEN).status_code == 200, key
        rows = sheet(client.get(f"/figures/{key}/export/", WHEN | {"format": "csv"}))
        assert len(rows[0]) >= 3, key


def test_days_that_are_none_are_as_if_not_said(client, time_machine):
    time_machine.move_to("2021-06-30T12:00:00+08:00")
    for said in ("2021-02-30", "yesterday", "0021-01-01"):
        assert "to 2021-06-30" in text_of(client.get("/figures/inspections/", {"as_of": said}))
    late = client.get("/figures/inspections/", {"as_of": "2021-06-30", "since": "2021-07-01"})
    assert "from 2021-04-01" in text_of(late)


def test_the_rows_leave_as_a_spreadsheet(client):
    response = client.get("/figures/inspections/export/", WHEN | {"format": "csv"})

    rows = sheet(response)
    assert rows[0][1:] == ["Code", "Name", "Channel", "Date", "Score"]
    assert [row[4] for row in rows[1:]] == ["2021-05-10", "2021-05-11", "2021-05-12"]
    xlsx = client.get("/figures/inspections/export/", WHEN)
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"


def test_who_reaches_what(tree):
    east = client_as("branch_manager", unit=tree.east)
    assert "东城分行" in text_of(east.get("/figures/inspections/", WHEN))
    assert east.get("/figures/inspections/", WHEN | {"unit": "W"}).status_code == 404
    assert east.get("/figures/inspections/export/", WHEN | {"unit": "W"}).status_code == 404
    assert east.get("/figures/profit/").status_code == 404
    assert client_as("inspector", unit=tree.east).get("/figures/inspections/").status_code == 403
    assert (
        client_as("staff", unit=tree.east).get("/figures/inspections/export/", WHEN).status_code
        == 403
    )


def test_the_rows_take_the_permission_of_their_source(tree, monkeypatch):
    real = actors.actor_of

    def narrowed(*args, **kwargs):
        return replace(real(*args, **kwargs), narrowed_to=frozenset({"figures.view"}))

    monkeypatch.setattr("hearth.web.middleware.actor_of", narrowed)
    client = client_as("programme_manager", unit=tree.province)
    assert client.get("/figures/inspections/", WHEN).status_code == 403


def test_rows_are_paged_and_take_the_same_queries(client, tree):
    edition = tree.east_outlets[0].inspections.first().edition

    def asked():
        with CaptureQueriesContext(connection) as queries:
            response = client.get("/figures/inspections/", WHEN)
        return response, len(queries)

    asked()  # the first look writes down when the account was seen
    few, least = asked()
    for _number in range(60):
        make_inspection(make_unit(tree.west), edition, on="2021-05-20")
    many, most = asked()
    assert most == least
    assert (len(few.context["rows"]), len(many.context["rows"])) == (3, 50)
    rest = client.get("/figures/inspections/", WHEN | {"page": 2})
    assert len(rest.context["rows"]) == 13


def test_a_row_leads_to_the_page_that_its_room_has(client, tree):
    activity = make_activity(tree.east_outlets[0])
    sign = make_sign(tree.east_outlets[0])
    span = {"as_of": "2021-12-31", "since": "2021-01-01"}

    lectures = text_of(client.get("/figures/lectures.sessions/", span))
    signs = text_of(client.get("/figures/signs.cleaned_share/", span))

    assert reverse("outreach:activity", args=[activity.pk]) in lectures
    assert reverse("premises:sign", args=[sign.pk]) in signs


def test_a_task_is_given_from_the_rows_of_a_figure(client, tree):
    assert "/programme/tasks/new/" not in text_of(client.get("/figures/inspections/", WHEN))
    make_plan()

    page = client.get("/figures/inspections/", WHEN | {"unit": "E"})

    address = page.context["task_url"]
    assert "unit=E" in address
    assert "figure=inspections" in address
    form = client.get(address).context["form"]
    assert form["title"].value() == "东城分行: Released checks now 2"
    reader = client_as("staff", unit=tree.east)
    assert reader.get("/figures/findings/", WHEN).context["task_url"] == ""
