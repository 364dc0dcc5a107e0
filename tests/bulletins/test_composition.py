"""The sentences of a bulletin, by tables: what each quarter makes it say, and what never."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.utils import translation

from hearth.bulletins.composition import compose
from hearth.bulletins.composition.facts import Before, ModuleFacts, PolicyFacts, Tally
from hearth.bulletins.composition.masking import masked
from hearth.bulletins.composition.wording import (
    sentence,
    signed_text,
)
from hearth.bulletins.rendering.formatting import share_text
from hearth.kernel.periods import Period
from hearth.platform.wording import period_name
from tests.bulletins.quarters import (
    example,
    facts,
    fault,
    part,
    parts,
    said,
    unit,
    with_before,
)

# --- runs and numbers -----------------------------------------------------------------------------


def test_a_sentence_keeps_the_address_of_each_number_wherever_it_stands():
    number = {"t": "97", "to": "/x/", "at": "0001"}

    assert sentence("%(n)s of %(all)s, 12%%", n=number, all="797") == [
        number,
        {"t": " of 797, 12%"},
    ]


def test_a_gap_that_nothing_fills_is_an_error():
    with pytest.raises(KeyError):
        sentence("%(n)s outlets")


@pytest.mark.parametrize(
    ("part_", "whole", "text"),
    [
        (0, 7, "0%"),
        (7, 7, "100%"),
        (1, 8, "12.5%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 100_000, "0.1%"),  # something never reads as nothing
        (99_999, 100_000, "99.9%"),  # nor almost all as all
        (0, 0, "—"),
    ],
)
def test_shares(part_, whole, text):
    assert share_text(part_, whole) == text


@pytest.mark.parametrize(("centi", "text"), [(191, "+1.91"), (-30, "-0.30"), (0, "0.00")])
def test_changes_bear_their_sign(centi, text):
    assert signed_text(centi) == text


@pytest.mark.parametrize(
    ("key", "chinese", "english"),
    [
        ("2021Q2", "2021年第二季度", "the second quarter of 2021"),
        ("2021H1", "2021年上半年", "the first half of 2021"),
        ("2021-06", "2021年6月", "6/2021"),
        ("2021", "2021年", "the year 2021"),
    ],
)
def test_periods_in_words(key, chinese, english):
    for language, text in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert period_name(Period.parse(key)) == text


# --- the whole ------------------------------------------------------------------------------------


def test_both_languages_have_the_same_parts_in_the_same_order():
    composed = compose(with_before(facts()))

    shapes = {
        language: [
            (section["key"], [block["kind"] for block in section["blocks"]])
            for section in [*composed[language]["sections"], *composed[language]["annexes"]]
        ]
        for language in ("zh", "en")
    }
    assert shapes["zh"] == shapes["en"]
    assert [key for key, _kinds in shapes["zh"]] == [
        *("situation", "scores", "movement", "faults", "good", "ledgers", "demands"),
        *("outlets", "branches", "faults"),
    ]


def test_the_language_of_whoever_composes_changes_nothing():
    with translation.override("en"):
        english = compose(facts())
    with translation.override("zh-hans"):
        chinese = compose(facts())

    assert english == chinese


def test_what_is_composed_survives_storing():
    composed = compose(with_before(facts()))

    assert json.loads(json.dumps(composed)) == composed


def test_every_number_that_leads_somewhere_says_who_may_go_there():
    def figures(value):
        if isinstance(value, dict):
            if "to" in value:
                yield value
            for inner in value.values():
                yield from figures(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from figures(inner)

    found = list(figures(compose(with_before(facts()))))

    assert len(found) > 20
    assert all(run["to"].startswith("/") and run["at"].startswith("0001") for run in found)
    assert all(
        "revision=1" in run["to"]
        for run in found
        if "/ranking/" in run["to"] or "/result/" in run["to"]
    )


# --- situation ------------------------------------------------------------------------------------


def test_the_situation_of_a_first_quarter():
    text = said(facts(), "situation")

    assert text == [
        "From 1 April 2021 to 30 June 2021, 100 checks counted towards the scores."
        " Each of the 3 outlets open at its end was checked at least once.",
        'The checks followed "Service standard" (edition 2021).'
        ' Scores were composed under the policy "计分办法": Video 100%.',
        "All 3 outlets are ranked. No bonus, deduction or veto was recorded.",
    ]


def test_the_situation_in_chinese():
    text = said(facts(), "situation", "zh")

    assert text == [
        "2021年4月1日至6月30日，共有100次检查计入得分。"
        "期末营业的3个网点均至少接受一次检查，实现全覆盖。",
        "检查依据《服务标准》（版本2021）。综合得分按照《计分办法》计算，各渠道权重为：视频100%。",
        "3个网点全部参加排名。本期没有加分、扣分和一票否决。",
    ]


def test_checks_are_compared_with_the_quarter_before():
    assert (
        "100 checks counted towards the scores (90 in the period before)."
        in said(with_before(facts()), "situation")[0]
    )


def test_one_check_is_one_check():
    assert "1 check counted" in said(facts(tally=Tally(1, 1, 0)), "situation")[0]


def test_outlets_that_nobody_has_seen_are_told():
    assert said(facts(unseen=1), "situation")[0].endswith(
        "Of the 3 outlets open at its end 2 were checked at least once (66.7%); not checked: 1."
    )


def test_outlets_without_a_rank_say_why():
    one = unit("W2", None, reason="coverage_below_minimum", branch="W分行")
    closed = unit("W3", None, reason="closed", outlets=0)

    text = said(facts(outlets=(*facts().outlets, one, closed)), "situation")[2]

    assert text.startswith("Outlets ranked: 3; not ranked: 1 (too few channels observed: 1).")


def test_adjustments_are_counted_by_kind():
    text = said(facts(adjustments={"bonus": 2, "veto": 1}), "situation")[2]

    assert text.endswith("Adjustments with evidence were recorded: bonuses 2 and vetoes 1.")


def test_without_an_approved_policy_the_weights_are_not_dressed_up():
    policy = PolicyFacts("", None, (("video", "50"), ("onsite", "50")), 60, 8500)

    assert "No policy was approved for the period" in said(facts(policy=policy), "situation")[1]


# --- scores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "error", "wanted"),
    [
        (None, 0.3, "is 90.00."),
        (9000, 0.3, "is 90.00, as in the period before."),
        (8800, 0.3, "2.00 points above the period before (88.00), clearly more than the error"),
        (8960, 0.3, "0.40 points above the period before (89.60), which is within the error"),
        (8960, None, "0.40 points above the period before (89.60)."),
        (9200, 0.3, "2.00 points below the period before (92.00), clearly more than the error"),
        (9040, 0.3, "0.40 points below the period before (90.40), which is within the error"),
        (9040, None, "0.40 points below the period before (90.40)."),
    ],
)
def test_the_network_is_compared_as_far_as_chance_allows(before, error, wanted):
    root = unit("P", 9000, before, error=error, path="0001")

    assert wanted in said(with_before(facts(root=root)), "scores")[0]


@pytest.mark.parametrize(
    ("before", "wanted"),
    [(8800, "升幅明显超出检查误差。"), (9040, "降幅在检查误差以内。"), (9000, "与上期持平。")],
)
def test_the_same_in_chinese(before, wanted):
    root = unit("P", 9000, before, path="0001")

    assert wanted in said(with_before(facts(root=root)), "scores", "zh")[0]


def test_a_network_without_a_ranked_outlet_has_no_score():
    nothing = facts(root=None, branches=(), outlets=(unit("E1", None, reason="no_inspections"),))

    assert said(nothing, "scores") == [
        "No outlet is ranked in this period, so the network has no score."
    ]


def test_nobody_below_the_pass_line():
    assert "No ranked outlet lies below the pass line of 85.00." in said(facts(), "scores")[0]


@pytest.mark.parametrize(
    ("below", "wanted"),
    [
        (1, "1 of 3 ranked outlets (33.3%) lies below the pass line of 85.00."),
        (3, "3 of 3 ranked outlets (100%) lie below the pass line of 85.00."),
    ],
)
def test_those_below_the_pass_line_are_counted(below, wanted):
    outlets = tuple(
        replace(outlet, below_pass=int(place < below))
        for place, outlet in enumerate(facts().outlets)
    )

    assert wanted in said(facts(outlets=outlets), "scores")[0]


def test_branches_are_grouped_and_not_ordered_by_rank():
    branches = (
        unit("A", 8900, rank=3, low_rank=2, high_rank=3, group="below"),
        unit("B", 9500, rank=1, low_rank=1, high_rank=1, group="above"),
        unit("C", 9000, rank=2, low_rank=2, high_rank=3, group="middle"),
    )

    text = said(facts(branches=branches), "scores")[1:6]

    assert text == [
        "Against the mean of the 3 branches (90.00), beyond the error of the checks; within a"
        " group the branches stand in the order of the organisation, not of rank:",
        "Above the mean (1): B分行 (95.00).",
        "Not distinguishable from the mean (1): C分行 (90.00).",
        "Below the mean (1): A分行 (89.00).",
        "B分行 (95.00) stands first, apart from all others."
        " Last place cannot be decided between A分行 and C分行.",
    ]


def test_a_group_keeps_the_order_of_the_organisation():
    branches = tuple(
        unit(code, score, group="above") for code, score in (("A", 9100), ("B", 9500), ("C", 9300))
    )

    assert (
        "A分行 (91.00), B分行 (95.00) and C分行 (93.00)"
        in said(facts(branches=branches), "scores")[2]
    )


def test_branches_that_cannot_be_told_apart_are_not_named():
    text = said(facts(), "scores")[1]

    assert text.startswith("The 2 branches cannot be told apart")
    assert "分行" not in text


def test_many_branches_that_may_be_first_are_not_listed():
    branches = (
        unit("Z", 8000, rank=7, low_rank=7, high_rank=7, group="below"),
        *(unit(code, 9000, high_rank=6, group="above") for code in "ABCDEF"),
    )

    text = said(facts(branches=branches), "scores")

    assert not any("First place" in line for line in text)
    assert "Z分行 (80.00) stands last, apart from all others." in text


def test_a_single_branch_is_not_compared_with_itself():
    one = facts(branches=(unit("E", 9000, high_rank=1),))

    assert len(said(one, "scores")) == 2  # the network, and its outlets
    assert parts(one, "scores", "chart") == []


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        (("middle", "middle", "middle"), "No outlet differs from the mean of all outlets"),
        (
            ("above", "middle", "below"),
            "above the mean of all ranked ones (90.00): 1; clearly below it: 1.",
        ),
    ],
)
def test_outlets_by_group(groups, wanted):
    outlets = tuple(
        replace(outlet, group=group) for outlet, group in zip(facts().outlets, groups, strict=True)
    )

    assert wanted in said(facts(outlets=outlets), "scores")[-1]


@pytest.mark.parametrize(
    ("group_before", "wanted"),
    [
        ("below", "1 outlet was below the mean in both periods."),
        ("middle", "No outlet was below the mean in both periods."),
    ],
)
def test_outlets_below_the_mean_twice(group_before, wanted):
    low = unit("W1", 8000, 8100, group="below", group_before=group_before)
    found = with_before(facts(outlets=(*facts().outlets, low)))

    assert said(found, "scores")[-1].endswith(wanted)


# --- movement -------------------------------------------------------------------------------------


def test_a_first_quarter_is_compared_with_nothing():
    found = facts(root=unit("P", 9000, 8000, path="0001"))

    assert said(found, "movement") == [
        "No period before was closed, so there is nothing to compare this one with yet."
    ]
    assert parts(found, "movement", "chart") == parts(found, "movement", "table") == []


def test_only_clear_changes_of_branches_are_named():
    branches = (
        unit("A", 9300, 9000),  # 3.00 up, the intervals lie apart
        unit("B", 9100, 9000),  # 1.00 up, they overlap
        unit("C", 8700, 9000),
        unit("D", 9000, 9000),
        unit("N", 9000),  # new
    )

    text = said(with_before(facts(branches=branches)), "movement")

    assert text[1] == (
        "Of 4 branches 2 scored higher than in the period before, 1 lower."
        " Clear progress: A分行 (+3.00). Clear regress: C分行 (-3.00)."
        " The changes of the others are within the error of the checks."
    )


def test_when_no_change_is_clear_none_is_named():
    branches = (unit("A", 9010, 9000), unit("B", 8990, 9000))
    outlets = (unit("A1", 9010, 9000),)

    text = said(with_before(facts(branches=branches, outlets=outlets)), "movement")

    assert text[1].endswith("No branch changed clearly.")
    assert text[2] == "No outlet changed clearly."


def test_an_unknown_error_makes_no_change_clear():
    one = unit("A", 9900, error=None, before=5000)
    other = replace(unit("B", 9900), before=Before(5000, None))

    assert one.clear_change is None
    assert other.clear_change is None


@pytest.mark.parametrize(("now", "clear"), [(9117, 0), (9118, 1), (8883, 0), (8882, -1)])
def test_clear_means_that_the_intervals_do_not_overlap(now, clear):
    """1.96 × (0.3 + 0.3) is 1.176 points."""
    assert unit("A", now, 9000).clear_change == clear


def test_outlets_that_changed_clearly_stand_in_tables_the_largest_change_first():
    outlets = (
        unit("A", 9300, 9000, branch="东"),
        unit("B", 9600, 9000, branch="东"),
        unit("C", 6000, 9000, branch="西", is_vetoed=True),
        unit("D", 9000, 9000),
    )
    found = with_before(facts(outlets=outlets))

    up, down = parts(found, "movement", "table")

    assert said(found, "movement")[-1] == (
        "2 outlets made clear progress. 1 outlet fell back clearly."
    )
    assert [row[0] for row in up["rows"]] == ["B分行", "A分行"]
    assert down["rows"][0][0] == "C分行 (veto)"
    assert [row[-1] for row in up["rows"]] == ["+6.00", "+3.00"]


def test_a_long_list_of_changes_says_how_many_it_leaves_out():
    outlets = tuple(unit(f"A{n}", 9300 + n, 9000) for n in range(12))

    (table,) = parts(with_before(facts(outlets=outlets)), "movement", "table")

    assert len(table["rows"]) == 10
    assert table["note"] == "The largest changes; 2 more are not shown."


def test_populations_that_differ_are_said_to():
    text = said(with_before(facts(), comparable=False), "movement")[0]

    assert "differ too much for places to be compared" in text


# --- faults ---------------------------------------------------------------------------------------


def test_a_quarter_without_a_fault_says_so():
    found = facts(tally=Tally(100, 100, 0), faults=())

    assert said(found, "faults") == ["The checks of this period found no fault."]
    assert [annex["key"] for annex in compose(found)["en"]["annexes"]] == ["outlets", "branches"]


def test_the_most_frequent_faults_one_by_one():
    text = said(facts(), "faults")

    assert text == [
        "The checks found 90 faults, 0.9 a check; 40 checks (40.0%) found none.",
        "Most frequent faults (1):",
        '1. A01 "The sign is whole": not met in 30 of 100 checks that asked it (30.0%),'
        " at 12 outlets.",
    ]


def test_a_fault_in_chinese_with_the_quarter_before_and_an_example():
    found = with_before(facts(faults=(fault(before=(45, 90), example=example()),)))

    assert said(found, "faults", "zh")[2] == (
        "1. 招牌完好（A01）。100次相关检查中发现30次，占30.0%（上期50.0%），涉及12个网点。"
        "例：某网点“招牌缺一个笔画”。"
    )


def test_an_example_names_its_outlet_only_where_that_is_wanted():
    told = example(outlet="西门支行", code="W1")

    assert (
        'Example: at 西门支行, "招牌缺一个笔画".'
        in said(facts(faults=(fault(example=told),)), "faults")[2]
    )
    annex = compose(facts(faults=(fault(example=told),)))["en"]["annexes"][-1]
    assert annex["blocks"][0]["rows"][0][-1] == "招牌缺一个笔画 (W1)"


def test_where_a_fault_is_most_frequent_for_the_size_of_the_branch():
    spread = (part("A", 10), part("B", 30), part("C", 20, outlets=2), part("D", 0, outlets=0))

    more = said(facts(faults=(fault(parts=(*spread, part("E", 1))),)), "faults")[2]

    assert "Most often for each outlet: C分行 (10.0), B分行 (3.0) and A分行 (1.0)." in more


def test_branches_are_not_singled_out_where_few_can_be_compared():
    few = said(facts(faults=(fault(parts=(part("A", 10), part("B", 3))),)), "faults")[2]

    assert "Most often" not in few


def test_the_weakest_modules_are_named_when_there_are_more_than_two():
    modules = tuple(
        ModuleFacts(code, code, "", score, None)
        for code, score in (("甲", 8000), ("乙", 8500), ("丙", 9000))
    )

    assert (
        "the least of their points are 甲 (80.00%) and 乙 (85.00%)."
        in said(facts(modules=modules), "faults")[0]
    )


def test_a_red_line_stands_out_in_the_picture():
    (chart,) = parts(facts(faults=(fault(severity="red"), fault("A02"))), "faults", "chart")

    assert [item["tone"] for item in chart["items"]] == ["ember", "neutral"]
    assert chart["keys"] == [["ember", "red line"]]


# --- good outlets ---------------------------------------------------------------------------------


def test_no_outlet_is_praised_for_chance():
    assert said(facts(), "good") == [
        "No outlet scores above the mean by more than the error of its checks."
    ]


def test_good_outlets_by_branch_and_again():
    outlets = (
        unit("E1", 9800, 9700, group="above", group_before="above", branch="东分行"),
        unit("W1", 9700, 9000, group="above", branch="西分行"),
        unit("W2", 9000, 9000, branch="西分行"),
    )

    (text,) = said(with_before(facts(outlets=outlets)), "good")

    assert text == (
        "2 outlets score clearly above the mean of all outlets."
        " 1 of them did so in the period before as well. By branch: 东分行 1 and 西分行 1."
    )


def test_only_the_best_twenty_are_listed():
    outlets = tuple(unit(f"A{n}", 9900 - n, group="above", rank=n + 1) for n in range(25))

    (table,) = parts(facts(outlets=outlets), "good", "table")

    assert len(table["rows"]) == 20
    assert table["caption"].startswith("The 20 highest scores")


# --- annexes --------------------------------------------------------------------------------------


def test_the_full_ranking_has_the_ranked_first_and_leaves_out_what_is_gone():
    outlets = (
        unit("B", 9000, rank=2),
        unit("Z", None, reason="no_inspections"),
        unit("A", 9500, rank=1),
        unit("X", None, reason="closed", outlets=0),
    )

    rows = compose(facts(outlets=outlets))["outlets"]

    assert [(row[0], row[1]) for row in rows] == [(1, "A"), (2, "B"), (None, "Z")]


def test_faults_are_crossed_with_branches():
    annex = compose(facts(faults=(fault(parts=(part("A", 15), part("B", 0))),)))["en"]["annexes"]

    crossed = annex[-1]["blocks"][1]

    assert crossed["rows"] == [["A分行", "1.5"], ["B分行", "0.0"]]


# --- keeping people out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("柜员张小雨未起立", "柜员***未起立"),
        ("客户电话13812345678贴在墙上", "客户电话***贴在墙上"),
        ("卡号 6222 0202 0000 1111 可见", "卡号 *** 可见"),
        ("等候15分钟\n无人引导", "等候15分钟 无人引导"),
        ("长" * 130, "长" * 119 + "…"),
    ],
)
def test_examples_lose_names_and_long_numbers(note, shown):
    assert masked(note, {"张小雨", "雨", ""}) == shown


def test_the_longer_name_goes_first():
    assert masked("欧阳明明在岗", {"欧阳明", "欧阳明明"}) == "***在岗"
