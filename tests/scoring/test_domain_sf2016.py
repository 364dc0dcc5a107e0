"""5,384 official inspections of one city and the scores that its authority published."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from hearth.kernel.rounding import parse_milli
from hearth.scoring.domain.inspection import score, score_fast
from hearth.scoring.domain.marks import Mark
from hearth.standards.domain.rulebook import CriterionRule, Rulebook
from hearth.standards.domain.validation import validate

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "sf-2016"
THEIR_ANOMALIES = 99

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the data lies beside the repository")


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rulebook():
    (standard,) = rows("standard.csv")
    criteria = tuple(
        CriterionRule(
            row["code"],
            row["module"],
            row["method"],
            parse_milli(row["points"]),
            step_milli=parse_milli(row["step_points"]),
            critical=row["critical"],
            channels=(row["channels"],),
        )
        for row in rows("criteria.csv")
    )
    return Rulebook(
        standard["scheme"],
        parse_milli(standard["base_points"]),
        standard["not_applicable"],
        int(standard["pass_points"]) * 100,
        criteria,
        tuple(dict.fromkeys(rule.module for rule in criteria)),
    )


def test_the_published_scores_are_reproduced(rulebook):
    assert validate(rulebook) == []
    marks = defaultdict(list)
    for row in rows("marks.csv"):
        marks[row["inspection"]].append(Mark(row["criterion"], row["verdict"], row["value"]))
    official = {
        row["inspection"]: int(row["official_score"]) for row in rows("official_scores.csv")
    }
    rules = rulebook.for_check("onsite")

    found = {inspection: score_fast(rules, marks[inspection]) for inspection in official}

    equal = sum(found[inspection].score_centi == 100 * official[inspection] for inspection in found)
    assert (equal, len(found)) == (5285, 5285 + THEIR_ANOMALIES)
    for inspection in list(official)[::50]:
        assert score(rules, marks[inspection]).totals == found[inspection]
