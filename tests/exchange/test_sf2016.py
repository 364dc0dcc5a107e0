"""A real city through the importer: 4,000 outlets, 5,384 inspections, four quarters closed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hearth.exchange.kinds import KINDS
from hearth.figures.engine import ask
from hearth.figures.registry import Question
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.periods import Period
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.scoring.evaluation import explain
from hearth.scoring.rankings import ranking_of
from tests.factories_scoring import bytes_of, close
from tests.factories_standards import forget_rules

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "sf-2016"
THEIR_ANOMALIES = 99  # of the authority itself: its scores do not follow from its violations

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the data lies beside the repository"),
]


def brought_in(kind, *names, **options):
    files = [str(FOLDER / f"{name}.csv") for name in names]
    report = KINDS[kind].run(operator("sf"), files, options=options)
    assert report.ok, report.to_text()
    return report


def test_a_year_of_a_city():
    forget_rules()
    assert brought_in("units", "units").created == 4187
    assert brought_in("standard", "standard", "criteria", publish=True).created == 69
    assert brought_in("inspections", "inspections", "marks").created == 5384
    assert brought_in("inspections", "inspections", "marks").unchanged == 5384

    with (FOLDER / "official_scores.csv").open(encoding="utf-8", newline="") as file:
        official = {r["inspection"]: 100 * int(r["official_score"]) for r in csv.DictReader(file)}
    stored = dict(Inspection.objects.values_list("reference", "score_centi"))
    equal = sum(stored[reference] == score for reference, score in official.items())
    assert (equal, len(stored)) == (len(official) - THEIR_ANOMALIES, 5384) == (5285, 5384)
    for check in Inspection.objects.select_related("edition").order_by("pk")[::500]:
        assert explain(check).score_centi == check.score_centi

    closings = [close(f"2016Q{number}") for number in (1, 2, 3, 4)]

    assert sum(closing.inspections for closing in closings) == 5384
    before = [bytes_of(closing) for closing in closings]
    assert [close(c.period).pk for c in closings] == [c.pk for c in closings]
    assert [bytes_of(closing) for closing in closings] == before
    for closing in closings:
        outlets = ranking_of(closing, "outlet")
        ranked = closing.summary["outlets_ranked"]
        assert len(outlets.ranked) == ranked > 800
        assert [row.rank for row in outlets.ranked][:1] == [1]
        assert all(row.low_rank <= row.rank <= row.high_rank <= ranked for row in outlets.ranked)
        seen = Inspection.objects.filter(
            inspected_on__gte=Period.parse(closing.period).start,
            inspected_on__lt=Period.parse(closing.period).end,
        )
        assert ranked == seen.values("unit").distinct().count()
        assert ranking_of(closing, "branch").ranked

    root = Unit.objects.get(parent=None)
    question = Question.about(root, Period.parse("2016Q4").last_day, Period.parse("2016Q1").start)
    asked = ask(["inspections", "findings", "outlets"], question)
    assert [value.number for _figure, value in asked] == [
        5384,
        Finding.objects.count(),
        Unit.objects.outlets().count(),
    ]
