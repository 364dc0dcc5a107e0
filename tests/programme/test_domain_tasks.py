from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.programme.domain.tasks import MOVES, circle, may_move, reached_from
from hearth.programme.enums import State

CODES = ["A", "B", "C", "D", "E"]
graphs = st.dictionaries(
    st.sampled_from(CODES), st.lists(st.sampled_from(CODES), max_size=4), max_size=5
)


def test_the_moves_name_every_state_and_no_other():
    assert set(MOVES) == set(State.values)
    assert set().union(*MOVES.values()) <= set(State.values)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("not_started", "underway", True),
        ("not_started", "done", True),
        ("not_started", "verified", False),
        ("underway", "verified", False),
        ("underway", "not_started", True),
        ("done", "verified", True),
        ("done", "underway", True),
        ("done", "not_started", False),
        ("verified", "underway", True),
        ("verified", "done", False),
        ("done", "done", False),
    ],
)
def test_which_state_may_follow(before, after, allowed):
    assert may_move(before, after) is allowed


@pytest.mark.parametrize(
    ("depends", "found"),
    [
        ({}, []),
        ({"A": ["B"], "B": ["C"]}, []),
        ({"A": ["B", "C"], "B": ["D"], "C": ["D"]}, []),
        ({"A": ["A"]}, ["A"]),
        ({"A": ["B"], "B": ["A"]}, ["A", "B"]),
        ({"A": ["B"], "B": ["C"], "C": ["D"], "D": ["B"]}, ["B", "C", "D"]),
        ({"A": ["UNKNOWN"]}, []),
    ],
)
def test_a_circle_is_named_in_the_order_of_waiting(depends, found):
    assert circle(depends) == found


def test_a_long_chain_needs_no_deep_stack():
    chain = {str(n): [str(n + 1)] for n in range(20_000)}

    assert circle(chain) == []
    assert len(reached_from(chain, "0")) == 20_000


@given(graphs)
def test_a_circle_is_there_exactly_where_a_task_waits_for_itself(depends):
    found = circle(depends)

    for code, needed in pairwise([*found, *found[:1]]):
        assert needed in depends[code]
    waits = any(code in reached_from(depends, code) for code in depends)
    assert bool(found) is waits
