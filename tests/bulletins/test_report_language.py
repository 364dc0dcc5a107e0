"""Reading templates: what is understood, and where each mistake is said to stand."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.bulletins.domain import report_language as language
from hearth.bulletins.domain.report_language import (
    All,
    Choice,
    Claim,
    Compared,
    Either,
    Gap,
    Not,
    Text,
    Word,
    read,
)
from hearth.bulletins.reports.asking import measures
from hearth.bulletins.reports.wording import SENTENCES, placed, sentence
from hearth.figures.registry import FIGURES

FIGURES_HERE = {
    "signs.repaired": "count",
    "visits": "persons",
    "coverage": "share",
    "score": "score",
    "rank": "rank",
}
TITLE = "# T\n"


def nodes(text):
    found = read(TITLE + text, FIGURES_HERE)
    assert found.mistakes == ()
    return found.nodes[1:]


def mistakes(text):
    return [(m.line, m.column, m.code) for m in read(text, FIGURES_HERE).mistakes]


# --- what is understood ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("{visits}", Gap("visits")),
        ("{ visits }", Gap("visits")),
        ("{signs.repaired:change}", Gap("signs.repaired", "change")),
        ("{signs.repaired : 差额}", Gap("signs.repaired", "change")),
        ("{signs.repaired：增幅}", Gap("signs.repaired", "growth")),
        ("{coverage:part}", Gap("coverage", "part")),
        ("{unit}", Word("unit")),
        ("{机构}", Word("unit")),
        ("{对比日期}", Word("earlier")),
        ("{{", Text("{")),
        ("}}", Text("}")),
    ],
)
def test_gaps(text, node):
    assert nodes(text) == (node,)


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("visits up", Claim("visits", "up")),
        ("visits 上升", Claim("visits", "up")),
        ("visits>5", Claim("visits", sign=">", bound=Decimal(5))),
        ("coverage ＞＝ 90.5%", Claim("coverage", sign=">=", bound=Decimal("90.5"))),
        ("visits >= target", Claim("visits", sign=">=", bound="target")),
        ("visits < 上期", Claim("visits", sign="<", bound="before")),
        ("score = -1", Claim("score", sign="=", bound=Decimal(-1))),
        ("compared", Compared()),
        ("not visits any", Not(Claim("visits", "any"))),
        ("非 visits 有", Not(Claim("visits", "any"))),
        (
            "visits up or visits down and coverage met",
            Either(
                (
                    Claim("visits", "up"),
                    All((Claim("visits", "down"), Claim("coverage", "met"))),
                )
            ),
        ),
        ("visits 有 且 有对比", All((Claim("visits", "any"), Compared()))),
    ],
)
def test_conditions(said, condition):
    assert nodes(f"{{if {said}}}x{{end}}") == (Choice(((condition, (Text("x"),)),)),)


def test_a_choice_has_its_branches_and_what_is_left():
    text = "{如果 visits 上升}a{否则如果 visits 下降}b{visits}{否则}c{结束}d"

    assert nodes(text) == (
        Choice(
            (
                (Claim("visits", "up"), (Text("a"),)),
                (Claim("visits", "down"), (Text("b"), Gap("visits"))),
            ),
            (Text("c"),),
        ),
        Text("d"),
    )


def test_what_a_text_names_is_known():
    found = read("# {rank}\n{if visits first}{score}{visits}{end}", FIGURES_HERE)

    assert found.keys == ("rank", "visits", "score")
    assert found.firsts == {"visits"}


# --- what is wrong -----------------------------------------------------------------------------


WRONG = [
    ("no title", [(1, 1, "no_title")]),
    ("", [(1, 1, "no_title")]),
    ("# T\nab {profit} c", [(2, 5, "unknown_figure")]),
    ("# T\nab {visits:sideways}", [(2, 12, "unknown_form")]),
    ("# T\n{visits:part}", [(2, 9, "form_of_other")]),
    ("# T\n{coverage:growth}", [(2, 11, "form_of_other")]),
    ("# T\n{rank:tens}", [(2, 7, "form_of_other")]),
    ("# T\n{unit:size}", [(2, 2, "unknown_figure")]),
    ("# T\n{}", [(2, 1, "empty_gap")]),
    ("# T\n a } b", [(2, 4, "stray_brace")]),
    ("# T\n {visits\n}", [(2, 2, "not_closed"), (3, 1, "stray_brace")]),
    ("# T\n {visits", [(2, 2, "not_closed")]),
    ("# T\n｛visits｝", [(2, 1, "wide_brace"), (2, 8, "wide_brace")]),
    ("# T\nx{if visits up}y", [(2, 2, "not_ended")]),
    ("# T\n{end}", [(2, 1, "end_alone")]),
    ("# T\n{else}", [(2, 1, "else_alone")]),
    ("# T\n{elif visits up}", [(2, 1, "elif_alone")]),
    ("# T\n{if visits up}{else}{else}{end}", [(2, 21, "else_alone")]),
    ("# T\n{if visits up}{else}{elif visits up}{end}", [(2, 21, "elif_alone")]),
    ("# T\n{if}x{end}", [(2, 1, "no_condition")]),
    ("# T\n{if profit up}x{end}", [(2, 5, "unknown_figure")]),
    ("# T\n{if visits sideways}x{end}", [(2, 12, "unknown_state")]),
    ("# T\n{if visits}x{end}", [(2, 11, "unknown_state")]),
    ("# T\n{if visits >}x{end}", [(2, 13, "bound_wanted")]),
    ("# T\n{if visits > rank}x{end}", [(2, 14, "bound_wanted")]),
    ("# T\n{if 5 > visits}x{end}", [(2, 5, "figure_wanted")]),
    ("# T\n{if visits up down}x{end}", [(2, 15, "not_understood")]),
    ("# T\n{if visits up and}x{end}", [(2, 18, "figure_wanted")]),
    ("# T\n{if visits up; score up}x{end}", [(2, 14, "not_understood")]),
    ("# T\n{a}\n{b}", [(2, 2, "unknown_figure"), (3, 2, "unknown_figure")]),
    ("# T\r\n{a}", [(2, 2, "unknown_figure")]),
]


@pytest.mark.parametrize(("text", "found"), WRONG)
def test_each_mistake_is_told_with_its_place(text, found):
    assert mistakes(text) == found


def test_conditions_within_conditions_have_an_end():
    deep = language.DEEPEST + 1
    text = TITLE + "{if visits up}" * deep + "x" + "{end}" * deep

    assert [code for _line, _column, code in mistakes(text)] == ["too_deep"]


def test_a_text_has_a_length():
    assert mistakes("# " + "x" * language.LONGEST_TEXT) == [(1, 1, "too_long")]
    assert len(mistakes(TITLE + "{a}" * 200)) == language.MOST_MISTAKES


def test_what_may_have_been_meant_is_told():
    (mistake,) = read("# T\n{signs.repared}", FIGURES_HERE).mistakes

    assert mistake.nearest == ("signs.repaired",)
    assert "signs.repaired" in sentence(mistake)
    assert "2" in placed(mistake)


def test_every_mistake_has_its_sentence_and_a_sample():
    sampled = {code for _text, found in WRONG for _line, _column, code in found}

    assert sampled | {"too_deep", "too_long"} == set(SENTENCES)


# --- what never happens ------------------------------------------------------------------------

SCRAPS = st.sampled_from(
    [
        *("{", "}", "{{", "}}", "{if ", "{elif ", "{else}", "{end}", "visits", " up", ">", "5"),
        *(":", "part", "\n", "# ", "如果 ", "{结束}", "｛", "'", "__class__", "%s", " and "),
    ]
)


@given(st.lists(SCRAPS, max_size=40).map("".join))
def test_any_text_is_read_to_its_end(text):
    found = read(text, FIGURES_HERE)

    assert set(found.keys) <= set(FIGURES_HERE)
    for mistake in found.mistakes:
        assert 1 <= mistake.line <= text.count("\n") + 1
        assert mistake.column >= 1
        assert sentence(mistake)


@given(st.text(max_size=200).filter(lambda text: not set(text) & set("{}｛｝\r")))
def test_words_without_braces_stay_as_they_are(text):
    assert read(TITLE + text, FIGURES_HERE).nodes == (Text(TITLE + text),)


def test_no_word_of_the_language_is_a_figure():
    words = {*language.KEYWORDS, *language.JOINTS, *language.WORDS, *language.COMPARED}

    assert not words & set(FIGURES)
    assert set(measures().values()) <= set(get_args(language.Measure))


def test_each_chinese_word_means_one_thing():
    tables = [language.KEYWORDS, language.JOINTS, language.STATES, language.COMPARED]
    tables += [language.FORMS, language.WORDS, language.BOUNDS]
    meant: dict[str, set[str]] = {}
    for table in tables:
        for english, chinese in table.items():
            meant.setdefault(chinese, set()).add(english)

    assert all(len(english) == 1 for english in meant.values())
