from hypothesis import given
from hypothesis import strategies as st

from hearth.scoring.domain.composite import Adjustment, ChannelSum, ScoringPolicy, composite
from hearth.scoring.domain.whatif import Change, Outlet, Standing, what_if

VIDEO = ScoringPolicy({"video": 80, "mystery": 20})
MYSTERY = ScoringPolicy({"video": 20, "mystery": 80})


def outlet(code, adjustments=(), is_open=True, **channels):
    sums = {channel: ChannelSum.of([score]) for channel, score in channels.items()}
    return Outlet(code, sums, adjustments, is_open)


def test_other_weights_change_places():
    outlets = [
        outlet("A", video=9000, mystery=8000),
        outlet("B", video=8000, mystery=9000),
        outlet("C", video=7000, mystery=7000),
    ]

    found = what_if(outlets, VIDEO, MYSTERY)

    assert found.changes == (
        Change("B", Standing(8200, 2, ""), Standing(8800, 1, ""), 1),
        Change("A", Standing(8800, 1, ""), Standing(8200, 2, ""), -1),
        Change("C", Standing(7000, 3, ""), Standing(7000, 3, ""), 0),
    )
    assert (found.moved, found.largest, found.gained_rank, found.lost_rank) == (2, 1, 0, 0)


def test_ranks_may_be_won_and_lost():
    outlets = [
        outlet("A", video=9000),
        outlet("B", mystery=9000),
        outlet("C", video=9000, mystery=9000, is_open=False),
        outlet("D", video=8000, mystery=8000, adjustments=[Adjustment("bonus", 300)]),
    ]

    found = what_if(outlets, VIDEO, MYSTERY)

    assert [(c.code, c.old.rank, c.new.rank, c.movement) for c in found.changes] == [
        ("B", None, 1, None),
        ("D", 2, 2, 0),
        ("A", 1, None, None),
        ("C", None, None, None),
    ]
    assert found.changes[2].new.reason == "coverage_below_minimum"
    assert found.changes[3].new == Standing(9000, None, "closed")
    assert (found.gained_rank, found.lost_rank) == (1, 1)


def test_nothing_to_compare_is_no_change():
    assert what_if([], VIDEO, MYSTERY).changes == ()


outlets = st.lists(st.tuples(st.integers(9000, 9005), st.integers(9000, 9005)), max_size=6)


@given(outlets, st.randoms())
def test_the_same_weights_move_nobody_and_order_does_not_matter(scores, chance):
    listed = [outlet(f"U{n}", video=v, mystery=m) for n, (v, m) in enumerate(scores)]
    shuffled = listed[:]
    chance.shuffle(shuffled)

    assert what_if(listed, VIDEO, VIDEO).moved == 0
    found = what_if(listed, VIDEO, MYSTERY)
    assert found == what_if(shuffled, VIDEO, MYSTERY)
    for change in found.changes:
        of = listed[int(change.code[1:])]
        assert change.new.score_centi == composite(of.channels, MYSTERY).score_centi
