"""What the invented checks are worth: plausible, and telling what is true."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import mean

import pytest

from hearth.exchange.demo.administration import demo_policy
from hearth.exchange.demo.content import demo_rulebook
from hearth.exchange.demo.quality import Qualities, outlets_of, proneness
from hearth.exchange.demo.raters import raters
from hearth.scoring.domain.inspection import score_fast
from hearth.scoring.domain.marks import Mark


@dataclass
class Scored:
    """Scores in points."""

    by_channel: dict = field(default_factory=lambda: defaultdict(list))
    by_rater: dict = field(default_factory=lambda: defaultdict(list))
    composite: dict = field(default_factory=dict)  # (outlet, quarter) -> score
    critical: list = field(default_factory=list)


@pytest.fixture(scope="module")
def scored(whole) -> Scored:
    kinds = {outlet.code: outlet.kind for outlet in outlets_of(whole.network.units)}
    found = Scored()
    cells: dict = defaultdict(list)
    for check in whole.checks:
        rules = demo_rulebook().for_check(check.channel, kinds[check.unit])
        totals = score_fast(
            rules, [Mark(m["criterion"], m["verdict"], m.get("value")) for m in check.marks]
        )
        points = totals.score_centi / 100
        found.by_channel[check.channel].append(points)
        found.by_rater[check.inspector].append(points)
        cells[check.unit, check.reference[:6], check.channel].append(points)
        found.critical += [totals.critical] if totals.critical else []
    weights = demo_policy(whole.quarters).weights
    for unit in kinds:
        for quarter in whole.quarters:
            means = {
                c: mean(cells[unit, quarter, c]) for c in weights if (unit, quarter, c) in cells
            }
            observed = sum(weights[c] for c in means)
            if observed >= 60:
                total = sum(weights[c] * value for c, value in means.items())
                found.composite[unit, quarter] = total / observed
    return found


def test_channels_score_between_80_and_95_on_average(scored):
    for values in scored.by_channel.values():
        assert 85 <= mean(values) <= 95
        assert max(values) == 100
    assert mean(scored.by_channel["mystery"]) < mean(scored.by_channel["video"])


def test_no_outlet_falls_below_forty_and_some_fail_to_pass(scored):
    values = list(scored.composite.values())
    assert min(values) > 40
    assert 0.03 < mean(value < 85 for value in values) < 0.25
    assert max(values) > 98


def test_branches_lie_visibly_apart(whole, scored):
    branch = {outlet.code: outlet.branch for outlet in outlets_of(whole.network.units)}
    for quarter in whole.quarters:
        by_branch = defaultdict(list)
        for (unit, when), value in scored.composite.items():
            if when == quarter:
                by_branch[branch[unit]].append(value)
        means = [mean(values) for values in by_branch.values()]
        assert 5 < max(means) - min(means) < 14


def test_scores_tell_good_outlets_from_poor_ones(whole, scored):
    outlets = outlets_of(whole.network.units)
    truth = Qualities(sorted({o.branch for o in outlets}), len(whole.quarters), "hearth")
    standing = {o.code: truth.of(o) for o in outlets}
    quarter = whole.quarters[1]
    good = [v for (u, q), v in scored.composite.items() if q == quarter and standing[u].is_good]
    poor = [v for (u, q), v in scored.composite.items() if q == quarter and standing[u].is_poor]
    assert 4 <= len(good) <= 25
    assert 4 <= len(poor) <= 25
    assert mean(good) - mean(poor) > 12


def test_some_outlets_rise_and_some_fall_for_good(whole, scored):
    first, _, last = whole.quarters
    changes = [
        scored.composite[unit, last] - value
        for (unit, quarter), value in scored.composite.items()
        if quarter == first and (unit, last) in scored.composite
    ]
    assert sum(change > 6 for change in changes) > 20
    assert sum(change < -6 for change in changes) > 20
    assert abs(mean(changes)) < 1.5


def test_strict_raters_give_lower_scores_than_lenient_ones(scored):
    lenient = [v for r in raters() if r.severity <= 0.8 for v in scored.by_rater[r.username]]
    strict = [v for r in raters() if r.severity >= 1.3 for v in scored.by_rater[r.username]]
    assert mean(lenient) - mean(strict) > 3


def test_red_lines_are_crossed_now_and_then(scored):
    assert {text.split(":")[0] for text in scored.critical} == {"cap", "zero_module"}
    assert 60 < len(scored.critical) < 350


def test_proneness_halves_and_doubles_by_about_one_step():
    assert proneness(0) == 1
    assert proneness(1) == pytest.approx(0.47, abs=0.01)
    assert proneness(-1) == pytest.approx(1.87, abs=0.01)
    assert proneness(9) == proneness(3)
