"""The programme of 2021: its published table comes out of records, number by number."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from hearth.exchange.demo.ledgers import PUBLISHED, ground_of, present_year
from hearth.exchange.demo.load import load_ledgers
from hearth.exchange.demo.network import invent_network
from hearth.exchange.demo.year import sorted_ledgers
from hearth.exchange.people import PeopleImport
from hearth.exchange.units import UnitsImport
from hearth.figures.engine import ask, values
from hearth.figures.registry import FIGURES, Question, written
from hearth.figures.tracing import trace
from hearth.ledgers.registers import REGISTERS
from hearth.ledgers.services import withdraw
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.outreach.models import Activity
from tests.worlds import once_a_module

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)
EARLY, LATE = date(2021, 6, 15), date(2021, 6, 22)
TABLE = {
    "outlets": (LATE, "797"),
    "awards.top100": (LATE, "2"),
    "awards.top1000": (LATE, "4"),
    "awards.star": (LATE, "17"),
    "solicitation.names": (LATE, "35"),
    "solicitation.slogans": (LATE, "37"),
    "tests.branches": (LATE, "13"),
    "tests.sittings": (LATE, "22"),
    "tests.people": (LATE, "5227"),
    "tests.coverage": (LATE, "100.0%"),
    "signs.replaced": (EARLY, "123"),
    "signs.repaired": (EARLY, "180"),
    "signs.cleaned_share": (EARLY, "100.0%"),
    "cold.listed": (LATE, "55"),
    "features.kinds": (EARLY, "20"),
    "specialities.outlets": (EARLY, "59"),
    "home_visits.capable_share": (LATE, "100.0%"),
    "home_visits.count": (LATE, "2821"),
    "lectures.sessions": (LATE, "974"),
    "customer_events.sessions": (LATE, "496"),
    "mobile_services.count": (LATE, "1409"),
    "customer_experience.sessions": (EARLY, "374"),
    "customer_experience.persons": (EARLY, "6946"),
    "staff_experience.sessions": (EARLY, "370"),
    "staff_experience.persons": (EARLY, "3503"),
    "training.sessions": (EARLY, "341"),
    "training.persons": (EARLY, "9594"),
    "stations.outlets": (LATE, "116"),
    "head_office.rank_change": (LATE, "+5"),
}
"""What a newspaper reported on 2021-06-22 (docs/demo.md)."""


def as_csv(rows):
    text = io.StringIO()
    out = csv.DictWriter(text, list(rows[0]))
    out.writeheader()
    out.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def _network():
    """The whole network of the demonstration with its ledgers; gives its top."""
    invented = invent_network(797, today=TODAY)
    actor = operator("demo")
    for kind, name, rows in (
        (UnitsImport(), "units", invented.units),
        (PeopleImport(), "people", invented.people),
    ):
        report = kind.run(actor, [(f"{name}.csv", as_csv(rows))])
        assert report.ok, report.to_text()
    load_ledgers(actor, invented, TODAY, "hearth", lambda done, total, stage: None)
    return Unit.objects.get(parent=None)


network = once_a_module(_network)


def asked(network, key):
    """A figure of the table with its value on its day, and the question."""
    question = Question.about(network, TABLE[key][0])
    ((figure, value),) = ask([key], question)
    return figure, value, question


def test_the_table_of_2021_comes_out_of_records(network):
    found = {key: asked(network, key) for key in TABLE}

    said = {key: written(figure, value) for key, (figure, value, _q) in found.items()}

    assert said == {key: text for key, (_day, text) in TABLE.items()}
    assert all(value.records for _figure, value, _question in found.values())


def test_over_nine_tenths_of_the_facilities_are_provided(network):
    ((_figure, value),) = ask(["facilities.provision"], Question.about(network, LATE))

    assert 90 < value.number < 97
    assert value.whole == 7970


@pytest.mark.parametrize("key", TABLE)
def test_a_figure_opens_to_as_many_rows_as_it_says(network, key):
    figure, value, question = asked(network, key)

    columns, rows = trace(figure, question)
    opened = [dict(zip(columns, row, strict=True)) for row in rows]

    assert len(opened) == value.records
    if figure.measure == "share":
        assert sum(row["counted"] == "y" for row in opened) == value.part
    if key.endswith(".persons"):
        assert sum(row["persons"] for row in opened) == value.number


def test_all_that_the_first_page_asks_takes_few_queries(network, django_assert_num_queries):
    every = [*TABLE, "facilities.provision"]
    question = Question.about(network, LATE)
    branches = list(Unit.objects.filter(level="branch"))

    with django_assert_num_queries(15):
        ask(every, question)
    with django_assert_num_queries(1 + 15):  # where they lay
        values(every, branches, LATE)


def test_what_one_record_says_moves_the_figure(network):
    before = asked(network, "training.persons")[1].number
    record = Activity.objects.filter(activity="2021-training-0001").get()

    with transaction.atomic():
        withdraw(
            actor=operator("demo"),
            register=REGISTERS["activities"],
            record=record,
            version=record.version,
            reason="重复登记",
        )
        after = asked(network, "training.persons")[1]
        transaction.set_rollback(True)

    assert after.number == before - record.persons
    assert after.records == 340


@pytest.mark.parametrize("outlets", [13, 60])
def test_a_smaller_network_has_its_share(outlets):
    network = invent_network(outlets, today=TODAY)
    ground = ground_of(network, PUBLISHED.until)

    rows = sorted_ledgers(ground, PUBLISHED, "LS", {})

    assert len(rows["activities"]) == pytest.approx(6785 * outlets / 797, rel=0.15)
    assert len({row["unit"] for row in rows["home_visit_capability"]}) == len(ground.outlets)


def test_the_present_year_begins_in_february():
    assert present_year(date(2026, 1, 20)) is None
    assert present_year(date(2021, 12, 1)) is None
    year = present_year(date(2026, 7, 1))
    assert (year.year, year.until) == (2026, date(2026, 6, 30))


def test_the_yardstick_stands_in_the_documents():
    text = (Path(__file__).parents[3] / "docs/demo.md").read_text(encoding="utf-8")

    assert set(TABLE) <= set(re.findall(r"`([a-z_0-9.]+)`", text))
    assert set(TABLE) <= set(FIGURES)
