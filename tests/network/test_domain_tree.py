"""Places follow edges; paths name one place for ever; circles are found."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.network.domain import clearing_codes, paths, tree
from hearth.network.domain.names import initials, pinyin, search_text
from hearth.network.domain.tree import Edge, Place

D = date
ROOT = [Place(None, "0001", D(1900, 1, 1))]
EAST = [Place("P", "00010001", D(1900, 1, 1))]
WEST = [Place("P", "00010002", D(1900, 1, 1))]


# --- paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "used", "path"),
    [("", 0, "0001"), ("0001", 0, "00010001"), ("0001", 41, "00010042"), ("", 9997, "9998")],
)
def test_child_path_counts_on(parent, used, path):
    assert paths.child_path(parent, used) == path


def test_a_parent_gives_out_9998_segments_and_no_more():
    with pytest.raises(ValueError, match="9998"):
        paths.child_path("0001", 9998)


def test_ancestors_come_root_first():
    assert paths.ancestors("000100020003") == ["0001", "00010002"]
    assert paths.ancestors("00010002", itself=True) == ["0001", "00010002"]
    assert paths.ancestors("0001") == []


segment = st.integers(1, 9998).map("{:04d}".format)
path = st.lists(segment, min_size=1, max_size=4).map("".join)


@given(path, path, st.lists(segment, max_size=2).map("".join))
def test_a_moved_subtree_keeps_its_inner_shape(old, new, rest):
    assert paths.moved(old + rest, old, new) == new + rest


@given(path, st.lists(segment, min_size=1, max_size=2).map("".join))
def test_every_ancestor_is_a_prefix(above, rest):
    assert above in paths.ancestors(above + rest)
    assert all((above + rest).startswith(one) for one in paths.ancestors(above + rest))


# --- clearing codes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "looks", "valid"),
    [
        ("102100099996", True, True),  # a head office, in public lists
        ("102100099997", True, False),
        ("1021000999", False, None),
        ("10210009999６", False, None),  # a full-width digit is no digit of a code
        ("LB-000000001", False, None),
    ],
)
def test_clearing_codes(code, looks, valid):
    assert clearing_codes.looks_like_cnaps(code) is looks
    if looks:
        assert clearing_codes.is_valid(code) is valid


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 10), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(body, place, shift):
    code = body + str(clearing_codes.check_digit(body))
    wrong = list(code)
    wrong[place] = str((int(wrong[place]) + shift) % 10)
    assert clearing_codes.is_valid(code)
    assert not clearing_codes.is_valid("".join(wrong))


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "letters", "whole"),
    [
        ("沈阳中街支行", "syzjzh", "shenyangzhongjiezhihang"),
        ("长春路分理处", "cclflc", "changchunlufenlichu"),
        ("步行街ABC 12支行", "bxjabc12zh", "buxingjieabc12zhihang"),
        ("Bay St.", "bayst", "bayst"),
    ],
)
def test_names_are_found_by_pinyin(name, letters, whole):
    assert (initials(name), pinyin(name)) == (letters, whole)
    assert search_text(name, "LB-1") == f"{name.lower()} lb-1 {letters} {whole}"


def test_search_text_fits_its_column():
    assert len(search_text("银" * 120, "C" * 40)) == 400


# --- places -------------------------------------------------------------------------------------


def test_an_outlet_that_moves_in_mid_quarter_has_two_places():
    edges = [Edge("E", "0003", D(1900, 1, 1)), Edge("W", "0001", D(2021, 5, 15))]
    places = tree.places_of(edges, {"E": EAST, "W": WEST})
    assert places == [
        Place("E", "000100010003", D(1900, 1, 1), D(2021, 5, 15)),
        Place("W", "000100020001", D(2021, 5, 15)),
    ]
    assert tree.edges_of(places) == edges


def test_what_hangs_on_a_moved_branch_gets_a_new_path_on_that_day():
    branch = [
        Place("P", "00010001", D(1900, 1, 1), D(2021, 5, 15)),
        Place("Q", "00020001", D(2021, 5, 15)),
    ]
    places = tree.places_of([Edge("E", "0007", D(2000, 1, 1))], {"E": branch})
    assert places == [
        Place("E", "000100010007", D(2000, 1, 1), D(2021, 5, 15)),
        Place("E", "000200010007", D(2021, 5, 15)),
    ]
    assert len(tree.edges_of(places)) == 1


def test_days_without_a_parent_are_left_out():
    late = [Place("P", "00010001", D(2010, 1, 1), D(2020, 1, 1))]
    places = tree.places_of([Edge("E", "0001", D(2005, 1, 1))], {"E": late})
    assert places == [Place("E", "000100010001", D(2010, 1, 1), D(2020, 1, 1))]


@pytest.mark.parametrize(
    ("day", "path"),
    [
        (D(1999, 1, 1), "00010001"),  # before it was there: its first
        (D(2005, 1, 1), "00010001"),
        (D(2010, 1, 1), "00020001"),
        (D(2030, 1, 1), "00020001"),
    ],
)
def test_the_present_place_of_any_day(day, path):
    places = [
        Place("P", "00010001", D(2000, 1, 1), D(2010, 1, 1)),
        Place("Q", "00020001", D(2010, 1, 1), D(2020, 1, 1)),
    ]
    assert tree.place_on(places, day).path == path


@st.composite
def histories(draw):
    """A branch and an outlet, each with some moves between two parents of all time."""
    days = st.dates(D(1950, 1, 1), D(2050, 1, 1))

    def edges(parents):
        since = sorted(draw(st.sets(days, min_size=1, max_size=4)))
        return [Edge(parents[i % 2], f"{i + 1:04d}", day) for i, day in enumerate(since)]

    return edges(["P", "Q"]), edges(["E", "F"])


@given(histories(), st.dates(D(1940, 1, 1), D(2060, 1, 1)))
def test_every_day_has_one_path_and_it_is_the_parents_of_that_day_plus_a_segment(history, day):
    branch_edges, outlet_edges = history
    above = {"P": [Place(None, "0001", D(1900, 1, 1))], "Q": [Place(None, "0002", D(1900, 1, 1))]}
    branch = tree.places_of(branch_edges, above)
    above |= {"E": branch, "F": [Place("P", "00010009", D(1900, 1, 1))]}
    outlet = tree.places_of(outlet_edges, above)

    holding = [place for place in outlet if place.holds_on(day)]
    edge = next((e for e in reversed(outlet_edges) if e.since <= day), None)
    parent = edge and next((p for p in above[edge.parent] if p.holds_on(day)), None)
    assert [p.path for p in holding] == ([parent.path + edge.segment] if parent else [])
    assert all(a.valid_to <= b.valid_from for a, b in pairwise(outlet))


@given(histories())
def test_places_give_back_the_edges_they_came_from(history):
    edges, _outlet = history
    above = {"P": [Place(None, "0001", D(1900, 1, 1))], "Q": [Place(None, "0002", D(1900, 1, 1))]}
    assert tree.edges_of(tree.places_of(edges, above)) == edges


# --- circles and levels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"A": None, "B": "A", "C": "B"}, set()),
        ({"A": "B", "B": "A", "C": "A"}, {"A", "B"}),
        ({"A": "A"}, {"A"}),
        ({"A": "X", "B": "A"}, set()),
        ({"A": "B", "B": "C", "C": "A", "D": None, "E": "D"}, {"A", "B", "C"}),
    ],
)
def test_circles_are_found_whole(parents, circle):
    assert tree.loops(parents) == circle


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from(["", *"ABCDEFGH"])))
def test_a_circle_is_exactly_what_leads_back_to_itself(raw):
    parents = {code: parent or None for code, parent in raw.items()}

    def leads_back(code):
        above = parents[code]
        for _step in parents:
            if above == code:
                return True
            above = parents.get(above)
        return False

    assert tree.loops(parents) == {code for code in parents if leads_back(code)}


@pytest.mark.parametrize(
    ("level", "above", "allowed"),
    [
        ("outlet", "branch", True),
        ("outlet", "province", True),
        ("subbranch", "branch", True),
        ("branch", "outlet", False),
        ("outlet", "outlet", False),
        ("province", "province", False),
    ],
)
def test_levels_may_be_skipped_but_not_turned_round(level, above, allowed):
    assert tree.may_lie_under(level, above) is allowed


def test_spans_end_where_the_next_begins():
    one, two = Edge("E", "0001", D(2000, 1, 1)), Edge("W", "0001", D(2010, 1, 1))
    assert tree.spans([one, two], D(2020, 1, 1)) == [(one, two.since), (two, D(2020, 1, 1))]
    assert tree.spans([], None) == []
