"""A period computed from rows: pure arithmetic that does not depend on how they were read."""

from __future__ import annotations

import random
from dataclasses import asdict, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.rounding import div_half_up
from hearth.scoring.computation import PeriodRecords, PlacedUnit, compute
from hearth.scoring.domain.composite import Adjustment, ChannelSum, ScoringPolicy, composite

POLICY = ScoringPolicy({"video": 60, "mystery": 40})


def unit(pk, code, level, path, parent="", *, is_open=True):
    return PlacedUnit(pk, code, f"单位{code}", level, path, parent, is_open)


NETWORK = (
    unit(1, "P", "province", "0001"),
    unit(2, "E", "branch", "00010001", "P"),
    unit(3, "W", "branch", "00010002", "P"),
    unit(4, "ES", "subbranch", "000100010001", "E"),
    unit(5, "E1", "outlet", "0001000100010001", "ES"),
    unit(6, "E2", "outlet", "000100010002", "E"),
    unit(7, "W1", "outlet", "000100020001", "W"),
    unit(8, "W2", "outlet", "000100020002", "W", is_open=False),
    unit(9, "P1", "outlet", "00010003", "P"),
)


def records(sums, **fields):
    """Rows of the period: unit key → channel → single scores."""
    return PeriodRecords(
        **{
            "units": NETWORK,
            "sums": {
                pk: {name: ChannelSum.of(scores) for name, scores in channels.items()}
                for pk, channels in sums.items()
            },
            "modules": {},
            "adjustments": {},
            "inspections": sum(len(s) for c in sums.values() for s in c.values()),
            "records_hash": "",
            "editions_hash": "",
            "previous": {},
            "previous_levels": {},
        }
        | fields
    )


SUMS = {
    5: {"video": [9000, 9400], "mystery": [8800]},
    6: {"video": [8000], "mystery": [7600, 8000]},
    7: {"video": [9900, 9700], "mystery": [9500]},
    8: {"video": [5000], "mystery": [5000]},
    9: {"mystery": [9000]},
}


def by_code(found):
    return {row.code: row for row in found.results}


def test_every_level_by_hand():
    found = by_code(compute(records(SUMS), POLICY))

    assert found["E1"].score_centi == 9040  # (60 × 92 + 40 × 88) ÷ 100
    assert found["E2"].score_centi == 7920
    assert found["W1"].score_centi == 9680
    assert (found["W2"].score_centi, found["W2"].reason) == (5000, "closed")
    assert (found["P1"].score_centi, found["P1"].reason) == (9000, "coverage_below_minimum")
    assert found["ES"].score_centi == 9040
    assert found["E"].score_centi == 8480
    assert found["W"].score_centi == 9680  # of the open outlet only
    assert found["P"].score_centi == div_half_up(9040 + 7920 + 9680, 3)
    assert (found["P"].outlets, found["P"].outlets_ranked, found["P"].outlets_below_pass) == (
        4,
        3,
        1,
    )
    assert (found["P"].inspections, found["W"].inspections) == (12, 5)
    assert {c: found[c].rank for c in ("E1", "E2", "W1", "W2", "P1")} == {
        "E1": 2,
        "E2": 3,
        "W1": 1,
        "W2": None,
        "P1": None,
    }
    assert {found[c].rank for c in ("E", "W")} == {1, 2}


def test_a_units_channels_are_the_mean_of_its_outlets():
    found = by_code(compute(records(SUMS), POLICY))

    assert found["E"].channels == {
        "mystery": {"n": 3, "outlets": 2, "score_centi": 8300},
        "video": {"n": 3, "outlets": 2, "score_centi": 8600},
    }
    assert found["E"].trace == {
        "outlets": 2,
        "ranked": 2,
        "sum_centi": 9040 + 7920,
        "below_pass": 1,
    }


def test_modules_add_up_along_the_tree():
    modules = {5: {"A": (90, 100), "B": (5, 10)}, 6: {"A": (50, 100)}, 7: {"B": (0, 0)}}

    found = by_code(compute(records(SUMS, modules=modules), POLICY))

    assert found["E"].modules == {"A": [140, 200, 7000], "B": [5, 10, 5000]}
    assert found["P"].modules == {"A": [140, 200, 7000], "B": [5, 10, 5000]}
    assert found["W1"].modules == {"B": [0, 0, None]}


def test_nothing_at_all():
    empty = compute(records({}, units=()), POLICY)
    unseen = compute(records({}), POLICY)

    assert empty.results == ()
    assert empty.summary["outlets"] == 0
    assert {row.reason for row in unseen.results} == {"no_inspections", "no_ranked_outlets"}
    assert "W2" not in by_code(unseen)  # closed and not seen: not of this period


def test_movement_is_within_a_level():
    previous = {"E1": (1, 9100), "E2": (2, 8000), "W1": (3, 7000), "E": (2, 8500), "W": (1, 9000)}
    levels = {"E1": "outlet", "E2": "outlet", "W1": "outlet", "E": "branch", "W": "branch"}

    found = by_code(compute(records(SUMS, previous=previous, previous_levels=levels), POLICY))

    assert {c: found[c].movement for c in ("E1", "E2", "W1")} == {"E1": -1, "E2": -1, "W1": 2}
    assert (found["E1"].previous_rank, found["E1"].previous_score_centi) == (1, 9100)
    assert found["ES"].movement is None


def test_a_rank_of_another_level_is_no_rank_before():
    """A sub-branch that became an outlet was second of two, not of eight hundred."""
    previous = {"E1": (1, 9100), "E2": (1, 9000), "W1": (2, 8000)}
    levels = {"E1": "subbranch", "E2": "outlet", "W1": "outlet"}

    found = by_code(compute(records(SUMS, previous=previous, previous_levels=levels), POLICY))

    assert (found["E1"].previous_rank, found["E1"].previous_score_centi) == (None, None)
    assert found["E1"].movement is None


def shuffled(rows, seed):
    """The same records as another database might hand them over."""
    order = random.Random(seed)

    def mixed(mapping):
        items = list(mapping.items())
        order.shuffle(items)
        return {k: mixed(v) if isinstance(v, dict) else v for k, v in items}

    units = list(rows.units)
    order.shuffle(units)
    return replace(
        rows,
        units=tuple(units),
        sums=mixed(rows.sums),
        modules=mixed(rows.modules),
        previous=mixed(rows.previous),
        adjustments=mixed(rows.adjustments),
    )


scores = st.lists(st.integers(0, 10_000), min_size=1, max_size=4)
sums = st.dictionaries(
    st.sampled_from([5, 6, 7, 8, 9]),
    st.dictionaries(st.sampled_from(["video", "mystery", "onsite"]), scores, max_size=3),
)


@settings(max_examples=60)
@given(sums, st.integers(0, 10**9))
def test_the_order_of_rows_changes_nothing(drawn, seed):
    rows = records(drawn, modules={5: {"A": (1, 2), "B": (3, 4)}, 7: {"B": (2, 2), "A": (0, 1)}})

    first, second = compute(rows, POLICY), compute(shuffled(rows, seed), POLICY)

    assert second.result_hash == first.result_hash
    assert [asdict(r) for r in second.results] == [asdict(r) for r in first.results]
    assert second.summary == first.summary


@settings(max_examples=60)
@given(sums)
def test_what_holds_for_every_network(drawn):
    found = compute(records(drawn), POLICY)
    rows = by_code(found)

    outlets = [row for row in found.results if row.level == "outlet"]
    assert found.summary["outlets"] == 4
    assert found.summary["outlets_ranked"] == sum(row.is_ranked for row in outlets)
    assert found.summary["outlets_ranked"] == rows["P"].outlets_ranked
    for row in found.results:
        assert (row.rank is None) == (not row.is_ranked)
        assert bool(row.reason) != row.is_ranked
        if row.rank:
            assert row.low_rank <= row.rank <= row.high_rank <= row.ranked_of
            assert 0 <= row.score_centi <= 10_000
    assert rows["P"].inspections == sum(row.inspections for row in outlets)
    assert rows["E"].outlets + rows["W"].outlets + 1 == rows["P"].outlets
    ranked = [row.score_centi for row in outlets if row.is_ranked]
    assert rows["P"].score_centi == (div_half_up(sum(ranked), len(ranked)) if ranked else None)


def test_an_outlets_result_is_its_composite():
    adjustments = {5: (Adjustment("bonus", 500), Adjustment("deduction", 100))}

    found = by_code(compute(records(SUMS, adjustments=adjustments), POLICY))["E1"]

    own = {name: ChannelSum.of(values) for name, values in SUMS[5].items()}
    alone = composite(own, POLICY, adjustments[5])
    assert found.score_centi == alone.score_centi == 9040 - 100 + 300
    assert found.trace == alone.trace()
