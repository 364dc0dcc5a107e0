"""``hearth close`` killed with -9: the older closing holds, and a repeat gives the same bytes."""

from __future__ import annotations

import random

import pytest

from tests.reliability.conftest import write_checks


@pytest.fixture
def again(place, tmp_path):
    """A quarter that was closed once and has new checks since; the place as ``again``."""
    for name, day in (("A", "2021-05-20"), ("B", "2021-06-11")):
        files = write_checks(tmp_path / name, 15, day=day, name=name)
        assert place.hearth("import", "inspections", *files).status == 0
        if name == "A":
            assert place.hearth("close", "2021Q2").status == 0
    place.keep("again")
    return place


@pytest.fixture
def undisturbed(again):
    """The second closing undisturbed: its answer, and all closings after it."""
    done = again.hearth("close", "2021Q2")
    assert done.status == 0, done.said
    after = again.call("closings")
    assert [(c["revision"], c["is_current"]) for c in after] == [(1, False), (2, True)]
    assert after[0]["results"] == after[1]["results"] == 9
    return done, after


def test_killed_at_any_step_the_older_closing_holds_and_a_repeat_gives_the_same_bytes(
    again, undisturbed
):
    done, after = undisturbed
    again.back_to("again")
    before = again.call("closings")
    first = next(n for n, step in enumerate(done.steps, 1) if not step.startswith("SELECT"))
    seen = set()
    for number in range(first, len(done.steps) + 1):
        again.back_to("again")

        killed = again.hearth("close", "2021Q2", kill_at=number)

        assert killed.was_killed, killed.said
        found = again.call("closings")
        assert found in (before, after), done.steps[number - 1]
        seen.add(len(found))
    assert seen == {1, 2}
    repeated = again.hearth("close", "2021Q2")
    assert repeated.status == 0, repeated.said
    assert again.call("closings") == after
    assert again.call("state")["faults"] == []


def test_killed_at_any_time_a_repeat_gives_the_same_bytes(again, undisturbed):
    done, after = undisturbed
    chance = random.Random(20261124)
    for _attempt in range(3):
        again.back_to("again")

        again.hearth("close", "2021Q2", kill_after=chance.uniform(0, done.seconds))
        repeated = again.hearth("close", "2021Q2")

        assert repeated.status == 0, repeated.said
        assert again.call("closings") == after
