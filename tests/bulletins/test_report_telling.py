"""Telling templates: which words stand, which numbers, and where each paragraph ends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.bulletins.domain.report_language import read
from hearth.bulletins.domain.report_telling import (
    Aim,
    Known,
    Piece,
    Reading,
    Setting,
    difference,
    tell,
)

DAY, EARLIER = date(2021, 6, 22), date(2021, 6, 15)


def setting(language="en", earlier=EARLIER):
    return Setting(language, "省分行", DAY, date(2021, 1, 1), earlier)


def reading(number, records=None, part=None, whole=None):
    if part is not None:
        number = Decimal(100 * part) / whole if whole else None
    value = None if number is None else Decimal(str(number))
    return Reading(value, int(value or 0) if records is None else records, part, whole)


def known(now, then=None, *, measure="count", aim=None, was_there=True, lower=False):
    """A figure from its values; a pair is a share's two parts."""
    goal = None if aim is None else Aim(Decimal(str(aim)), lower)
    before = None if then is None else _of(then)
    return Known(measure, "Figure", _of(now), before, was_there, goal)


def _of(value):
    if isinstance(value, tuple):
        return reading(None, part=value[0], whole=value[1])
    return reading(value)


def told(text, figure, language="en", earlier=EARLIER):
    """The paragraph that ``text`` gives with ``f`` for the figure."""
    nodes = read("# T\n" + text, {"f": figure.measure})
    assert nodes.mistakes == ()
    lines = tell(nodes.nodes, setting(language, earlier), {"f": figure})
    return " | ".join(line.plain for line in lines[1:])


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "figure", "text"),
    [
        ("{f}", known(2821), "2,821"),
        ("{f}", known(0), "0"),
        ("{f}", known(6946, measure="persons"), "6,946"),
        ("{f}", known((3, 3), measure="share"), "100%"),
        ("{f}", known((2999, 3000), measure="share"), "99.9%"),  # not all never reads as all
        ("{f}", known((1, 8), measure="share"), "12.5%"),
        ("{f}", known((0, 0), measure="share"), "—"),
        ("{f}", known("94.375", measure="score"), "94.38"),
        ("{f}", known(3, measure="rank"), "3"),
        ("{f}", known(5, measure="change"), "+5"),
        ("{f}", known(None, measure="score"), "—"),
        ("{f:size}", known(-5, measure="change"), "5"),
        ("{f:tens}", known((937, 1000), measure="share"), "90%"),
        ("{f:tens}", known(2821), "2,820"),
        ("{f:tens}", known(None, measure="score"), "—"),
        ("{f}", known("3.25", measure="days"), "3.3"),
        ("{f}", known("12800.5", measure="money"), "12,800.50"),
        ("{f:change}", known(3800, 3000, measure="money"), "800"),
        ("{f:before}", known(9, 7), "7"),
        ("{f:before}", known(9), "—"),
        ("{f:change}", known(9, 7), "2"),
        ("{f:change}", known(7, 9), "2"),
        ("{f:change}", known(9), "—"),
        ("{f:change}", known((93, 100), (90, 100), measure="share"), "3"),
        ("{f:change}", known("94.5", "94.25", measure="score"), "0.25"),
        ("{f:signed}", known(7, 9), "-2"),
        ("{f:signed}", known(9, 7), "+2"),
        ("{f:signed}", known(7, 7), "0"),
        ("{f:growth}", known(9, 8), "12.5%"),
        ("{f:growth}", known(10, 20), "50%"),
        ("{f:growth}", known(9, 0), "—"),
        ("{f:part}/{f:whole}", known((3, 4), measure="share"), "3/4"),
        ("{f:records}", known(9), "9"),
        ("{f:name}", known(9), "Figure"),
        ("{f:target}", known(9, aim=12), "12"),
        ("{f:target}", known((1, 2), measure="share", aim="95.50"), "95.5%"),
        ("{f:target}", known(9), "—"),
    ],
)
def test_forms(form, figure, text):
    assert told(form, figure) == text


def test_chinese_numbers_have_no_commas_and_days_are_written_out():
    assert told("{f} {日期} {起始日期} {对比日期} {机构}", known(2821), "zh") == (
        "2821 2021年6月22日 2021年1月1日 2021年6月15日 省分行"
    )
    assert told("{date}; {earlier}", known(1), earlier=None) == "22 June 2021; —"


def test_a_number_names_its_figure_and_its_time():
    nodes = read("# T\n{f} was {f:before}", {"f": "count"}).nodes

    (_title, line) = tell(nodes, setting(), {"f": known(9, 7)})

    assert line.pieces == (Piece("9", "f", "now"), Piece(" was "), Piece("7", "f", "then"))


# --- conditions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "figure", "holds"),
    [
        ("f up", known(9, 7), True),
        ("f up", known(7, 9), False),
        ("f up", known(9), False),
        ("f down", known(7, 9), True),
        ("f down", known(None, 9, measure="score"), False),
        ("f same", known(7, 7), True),
        ("f same", known(7), False),
        ("f same", known((9341, 10000), (9344, 10000), measure="share"), True),  # both 93.4 %
        ("f up", known((3000, 3000), (2999, 3000), measure="share"), True),
        ("f first", known(3, 0, was_there=False), True),
        ("f first", known(3, 0, was_there=True), False),
        ("f first", known(0, 0, was_there=False), False),
        ("f first", known(3, was_there=False), False),  # nothing to compare with
        ("f met", known(12, aim=12), True),
        ("f met", known(11, aim=12), False),
        ("f met", known(11, aim=12, lower=True), True),
        ("f met", known(12), False),
        ("f unmet", known(11, aim=12), True),
        ("f unmet", known(12), False),
        ("f unmet", known(None, measure="score", aim=1), False),
        ("f target", known(1, aim=3), True),
        ("f target", known(1), False),
        ("f any", known(1), True),
        ("f any", known(0), False),
        ("f any", known((0, 4), measure="share"), True),
        ("f any", known((0, 0), measure="share"), False),
        ("f any", known(0, measure="change"), True),
        ("f none", known(0), True),
        ("f > 90", known((901, 1000), measure="share"), True),
        ("f > 90", known((900, 1000), measure="share"), False),
        ("f >= 90", known((900, 1000), measure="share"), True),
        ("f < 5", known(None, measure="score"), False),
        ("f != 5", known(None, measure="score"), False),
        ("f != 5", known(4), True),
        ("f = 5", known(5), True),
        ("f <= target", known(5, aim=5), True),
        ("f >= target", known(5), False),
        ("f > before", known(5, 4), True),
        ("f > before", known(5), False),
        ("compared", known(5), True),
        ("not f any", known(5), False),
        ("f any and f up", known(5, 5), False),
        ("f up or f any", known(5, 5), True),
    ],
)
def test_states(state, figure, holds):
    assert told(f"{{if {state}}}yes{{else}}no{{end}}", figure) == ("yes" if holds else "no")


def test_nothing_is_compared_where_no_earlier_day_was_chosen():
    assert told("{if compared}yes{else}no{end}", known(5), earlier=None) == "no"


def test_the_first_branch_that_holds_is_told():
    text = "{if f > 9}a{elif f > 3}b{elif f > 1}c{end}."

    assert [told(text, known(n)) for n in (10, 5, 2, 1)] == ["a.", "b.", "c.", "."]


# --- lines -------------------------------------------------------------------------------------


def test_lines_become_paragraphs_and_headings():
    text = "# T {f}\n\n## One\n a {f} \nb\n## Empty\n{if f none}c{end}\n\n"
    text += "## Two\n{if f any}d\ne{end}\n"
    nodes = read(text, {"f": "count"}).nodes

    lines = tell(nodes, setting(), {"f": known(1)})

    assert [(line.kind, line.plain) for line in lines] == [
        ("title", "T 1"),
        ("heading", "One"),
        ("text", "a 1"),
        ("text", "b"),
        ("heading", "Two"),  # what nothing follows is left out
        ("text", "d"),
        ("text", "e"),
    ]


def test_the_name_of_a_unit_breaks_no_line():
    nodes = read("# T\nof {unit}.", {}).nodes

    lines = tell(nodes, Setting("en", "East\n## branch", DAY, DAY), {})

    assert [line.plain for line in lines] == ["T", "of East ## branch."]


NUMBERS = st.one_of(st.none(), st.decimals(-99999, 99999, places=3))


@given(now=NUMBERS, then=NUMBERS, measure=st.sampled_from(["count", "score", "rank", "change"]))
def test_up_down_and_same_exclude_each_other(now, then, measure):
    figure = Known(measure, "F", Reading(now, 1), Reading(then, 1))
    moved = difference(figure)
    text = "{if f up}U{end}{if f down}D{end}{if f same}S{end}."

    said = told(text, figure)

    expected = "" if moved is None else "U" if moved > 0 else "D" if moved < 0 else "S"
    assert said == expected + "."


@given(part=st.integers(0, 5000), whole=st.integers(1, 5000))
def test_only_a_whole_share_reads_as_a_hundred(part, whole):
    part = min(part, whole)
    said = told("{f}", known((part, whole), measure="share"))

    assert (said == "100%") == (part == whole)
    assert (said == "0%") == (part == 0)
