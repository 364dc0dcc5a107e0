import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue, Problem
from hearth.scoring.domain.composite import (
    Adjustment,
    ChannelSum,
    ScoringPolicy,
    check_policy,
    composite,
    equal_weights,
    pooled_variances,
)

POLICY = ScoringPolicy({"video": 40, "mystery": 40, "onsite": 20})
CHANNELS = ["video", "mystery", "onsite", "self"]

scores = st.lists(st.integers(0, 10_000), min_size=1, max_size=6)
observed = st.dictionaries(st.sampled_from(CHANNELS), scores.map(ChannelSum.of))


def seen(**channels):
    return {channel: ChannelSum.of(scores) for channel, scores in channels.items()}


# --- channels (SC-06) ----------------------------------------------------------------------------


def test_a_channel_score_is_the_mean_of_its_inspections():
    sums = ChannelSum.of([9000, 9001])

    assert sums == (2, 18_001, 9000**2 + 9001**2)
    assert sums.mean == Fraction(18_001, 2)
    assert sums.score_centi == 9001  # half up


@given(st.lists(st.lists(st.integers(0, 10_000), min_size=2, max_size=5), min_size=10, max_size=15))
def test_repeated_inspections_show_how_much_single_ones_differ(outlets):
    found = pooled_variances([seen(video=scores) for scores in outlets])

    freedom = sum(len(scores) - 1 for scores in outlets)
    by_hand = sum(Fraction(variance(map(Fraction, s))) * (len(s) - 1) for s in outlets) / freedom
    assert found == {"video": by_hand}


def test_a_channel_without_repeats_borrows_from_the_others():
    outlets = [seen(video=[9000, 9400], onsite=[8000 + n]) for n in range(12)]
    outlets.append(seen(mystery=[9000, 9100]))  # one repeat is too few to go by

    found = pooled_variances(outlets)

    together = Fraction(12 * 80_000 + 5_000, 13)
    assert found == {"mystery": together, "onsite": together, "video": Fraction(80_000)}


def test_nothing_inspected_twice_leaves_the_variance_unknown():
    assert pooled_variances([seen(video=[9000]), seen(video=[8000], onsite=[7000])]) == {
        "video": None,
        "onsite": None,
    }
    assert pooled_variances([]) == {}


# --- policies (SC-07) ----------------------------------------------------------------------------


def test_a_sound_policy_has_no_problems():
    assert check_policy(POLICY) == []
    assert check_policy(ScoringPolicy({"video": 100, "onsite": 0})) == []
    assert check_policy(ScoringPolicy(equal_weights(["a", "b", "c"]))) == []


@pytest.mark.parametrize(
    ("weights", "total"),
    [
        (
            {"A": 5, "B": 5, "C": 5, "D": 6, "E": 10, "F": 10, "G": 15, "I": 10, "J": 10, "K": 25},
            101,
        ),
        ({"video": 99}, 99),
        ({"video": Fraction(1, 3), "onsite": Fraction(199, 3)}, "200/3"),
    ],
)
def test_weights_that_do_not_sum_to_100_are_refused(weights, total):
    policy = ScoringPolicy(weights)  # the first: a bank's own published weights

    assert check_policy(policy) == [Problem("weights_sum", "", {"sum": str(total)}, "weights")]


@pytest.mark.parametrize(
    ("policy", "problems"),
    [
        (ScoringPolicy({}), [("weights_missing", "", "weights")]),
        (
            ScoringPolicy({"video": 120, "onsite": -20}),
            [
                ("weight_out_of_range", "onsite", "weights"),
                ("weight_out_of_range", "video", "weights"),
            ],
        ),
        (
            ScoringPolicy({"video": 100}, minimum_coverage_percent=101),
            [("percent_out_of_range", "", "minimum_coverage_percent")],
        ),
        (
            ScoringPolicy({"video": 100}, 60, -1, 10_001, 99_999),
            [
                ("points_out_of_range", "", "bonus_cap_centi"),
                ("points_out_of_range", "", "veto_cap_centi"),
                ("points_out_of_range", "", "pass_centi"),
            ],
        ),
    ],
)
def test_a_policy_out_of_range_is_refused(policy, problems):
    assert [(p.code, p.where, p.field) for p in check_policy(policy)] == problems


def test_without_a_policy_every_channel_seen_weighs_the_same():
    assert equal_weights(["video", "onsite", "video", "mystery"]) == dict.fromkeys(
        ["mystery", "onsite", "video"], Fraction(100, 3)
    )
    assert equal_weights([]) == {}


# --- composites (SC-07) --------------------------------------------------------------------------


def test_channels_are_weighted_over_those_observed():
    found = composite(seen(video=[9000, 9100], mystery=[8000]), POLICY)

    assert found.weighted == Fraction(9050 * 40 + 8000 * 40, 80)
    assert (found.score_centi, found.weight_observed) == (8525, 80)
    assert (found.is_ranked, found.inspections) == (True, 3)


@pytest.mark.parametrize(
    ("channels", "reason"),
    [
        (seen(video=[9000], mystery=[9000]), ""),
        (seen(video=[9000], onsite=[9000]), ""),  # exactly 60 %
        (seen(video=[9000]), "coverage_below_minimum"),
        (seen(onsite=[9000]), "coverage_below_minimum"),
        (seen(self=[9000]), "channels_without_weight"),
        ({}, "no_inspections"),
        ({"video": ChannelSum(0, 0, 0)}, "no_inspections"),
    ],
)
def test_too_little_seen_gives_no_rank_and_says_why(channels, reason):
    found = composite(channels, POLICY)

    assert found.reason == reason
    assert found.is_ranked is (reason == "")
    assert (found.score_centi is None) is (reason in {"channels_without_weight", "no_inspections"})


def test_a_closed_outlet_keeps_its_score_without_a_rank():
    found = composite(seen(video=[9000], mystery=[9000]), POLICY, is_open=False)

    assert (found.reason, found.score_centi) == ("closed", 9000)


def test_the_composite_is_rounded_half_up_once():
    policy = ScoringPolicy({"video": 50, "onsite": 50})

    assert composite(seen(video=[9001], onsite=[9000]), policy).score_centi == 9001
    thirds = ScoringPolicy(equal_weights(["a", "b", "c"]))
    assert composite(seen(a=[1], b=[0], c=[0]), thirds).weighted == Fraction(1, 3)


@given(observed)
def test_a_composite_lies_between_its_channels(channels):
    found = composite(channels, POLICY)

    means = [sums.mean for name, sums in channels.items() if name in POLICY.weights]
    assert (found.weighted is None) is (not means)
    if found.weighted is not None:
        assert min(means) <= found.weighted <= max(means)
        exact = Decimal(found.weighted.numerator) / Decimal(found.weighted.denominator)
        assert found.score_centi == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(observed, st.integers(2, 5))
def test_only_the_ratio_of_weights_matters(channels, factor):
    weights = {"video": 8, "mystery": 8, "onsite": 4}
    times = {channel: weight * factor for channel, weight in weights.items()}

    one = composite(channels, ScoringPolicy(weights)).score_centi

    assert one == composite(channels, ScoringPolicy(times)).score_centi


@given(observed)
def test_the_order_of_channels_changes_nothing(channels):
    backwards = dict(reversed(channels.items()))

    assert composite(channels, POLICY) == composite(backwards, POLICY)


# --- adjustments (SC-08) -------------------------------------------------------------------------

AT_90 = seen(video=[9000], mystery=[9000], onsite=[9000])


@pytest.mark.parametrize(
    ("adjustments", "score"),
    [
        ([], 9000),
        ([Adjustment("bonus", 150)], 9150),
        ([Adjustment("bonus", 150), Adjustment("bonus", 200)], 9300),
        ([Adjustment("deduction", 500)], 8500),
        ([Adjustment("deduction", 500), Adjustment("deduction", 9000)], 0),
        ([Adjustment("bonus", 900), Adjustment("deduction", 500)], 8800),
        ([Adjustment("veto")], 6000),
        ([Adjustment("veto"), Adjustment("bonus", 300)], 6000),
        ([Adjustment("veto"), Adjustment("deduction", 5000)], 4000),
    ],
)
def test_adjustments_add_take_and_limit(adjustments, score):
    found = composite(AT_90, POLICY, adjustments)

    assert found.score_centi == score
    assert found.is_ranked
    assert (found.veto_cap_centi == 6000) is (Adjustment("veto") in adjustments)


def test_no_bonus_lifts_above_100():
    found = composite(seen(video=[9900], mystery=[9900]), POLICY, [Adjustment("bonus", 300)])

    assert found.score_centi == 10_000


def test_adjustments_alone_are_no_score():
    assert composite({}, POLICY, [Adjustment("bonus", 300)]).score_centi is None


@pytest.mark.parametrize(
    ("adjustment", "code"),
    [
        (Adjustment("gift", 100), "adjustment_unknown"),
        (Adjustment("bonus", -1), "points_negative"),
    ],
)
def test_adjustments_that_make_no_sense_are_refused(adjustment, code):
    with pytest.raises(BadValue, match=code):
        composite(AT_90, POLICY, [adjustment])


kinds = st.sampled_from(["bonus", "deduction", "veto"])


@given(observed, st.lists(st.builds(Adjustment, kinds, st.integers(0, 2000))))
def test_the_result_stays_within_bounds(channels, adjustments):
    found = composite(channels, POLICY, adjustments)

    if found.score_centi is not None:
        plain = composite(channels, POLICY).score_centi
        has_veto = any(a.kind == "veto" for a in adjustments)
        assert 0 <= found.score_centi <= min(10_000, plain + 300)
        assert found.score_centi <= 6000 or not has_veto


# --- uncertainty and trace -----------------------------------------------------------------------


def test_the_standard_error_follows_the_weights():
    variances = {"video": Fraction(40_000), "mystery": Fraction(90_000)}  # 2 and 3 points squared
    channels = seen(video=[9000] * 4, mystery=[8000])

    found = composite(channels, POLICY, (), variances)

    by_hand = math.sqrt(40**2 * 4 / 4 + 40**2 * 9 / 1) / 80
    assert found.standard_error == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("channels", "variances", "error"),
    [
        (seen(video=[9000]), {}, None),
        (seen(video=[9000]), {"video": None}, None),
        (seen(video=[9000], self=[1]), {"video": Fraction(0)}, 0.0),
        (seen(self=[9000]), {"self": Fraction(1)}, None),
        ({}, {}, None),
    ],
)
def test_what_is_not_known_is_not_claimed(channels, variances, error):
    assert composite(channels, POLICY, (), variances).standard_error == error


def test_every_step_can_be_read_from_the_trace():
    adjustments = [Adjustment("bonus", 500, "A-7"), Adjustment("veto", 0, "A-9")]

    trace = composite(seen(video=[9000, 9001], onsite=[8000]), POLICY, adjustments).trace()

    assert trace == {
        "channels": [
            {
                "channel": "onsite",
                "inspections": 1,
                "total_centi": 8000,
                "score": "80.00",
                "weight": "20",
            },
            {
                "channel": "video",
                "inspections": 2,
                "total_centi": 18_001,
                "score": "90.01",
                "weight": "40",
            },
        ],
        "weight_observed": "60",
        "weighted": "86.67",
        "weighted_exact_centi": "8667",
        "bonus": "3.00",
        "bonus_uncapped": "5.00",
        "deduction": "0.00",
        "veto_cap": "60.00",
        "adjustments": [["bonus", 500, "A-7"], ["veto", 0, "A-9"]],
        "score": "60.00",
        "reason": "",
    }


def test_a_trace_without_score_says_why():
    trace = composite({}, POLICY).trace()

    assert (trace["score"], trace["weighted"], trace["weighted_exact_centi"]) == (None, None, None)
    assert (trace["reason"], trace["channels"], trace["weight_observed"]) == (
        "no_inspections",
        [],
        "0",
    )
