"""``hearth import`` killed with -9: everything or nothing, a whole trail, and done by repeating."""

from __future__ import annotations

import random

import pytest

from tests.reliability.conftest import write_checks

CHECKS = 60  # more than one statement takes


@pytest.fixture
def files(tmp_path):
    return write_checks(tmp_path / "files", CHECKS)


@pytest.fixture
def whole(place, files):
    """The import undisturbed: its answer and the records after it; the place is as before."""
    done = place.hearth("import", "inspections", *files)
    assert done.status == 0, done.said
    after = place.call("state")
    assert (after["inspections"], after["findings"], after["faults"]) == (CHECKS, 40, [])
    place.back_to("first")
    return done, after


def from_first_write(steps):
    """Numbers of the steps from the one before the first that writes on."""
    first = next(n for n, step in enumerate(steps, 1) if step.startswith("INSERT"))
    return range(first - 1, len(steps) + 1)


def test_killed_at_any_step_it_left_all_or_nothing_and_a_repeat_completes_it(place, files, whole):
    done, after = whole
    nothing = place.call("state")
    seen = set()
    for number in from_first_write(done.steps):
        place.back_to("first")

        killed = place.hearth("import", "inspections", *files, kill_at=number)

        assert killed.was_killed, killed.said
        found = place.call("state")
        assert found in (nothing, after), done.steps[number - 1]
        seen.add(found["inspections"])
        again = place.hearth("import", "inspections", *files)
        assert again.status == 0, again.said
        assert place.call("state") == after
    assert seen == {0, CHECKS}  # before the commit and after it


def test_killed_at_any_time_it_left_all_or_nothing(place, tmp_path):
    files = write_checks(tmp_path / "more", 1500)
    nothing = place.call("state")
    done = place.hearth("import", "inspections", *files)
    assert done.status == 0, done.said
    after = place.call("state")
    chance = random.Random(20261123)
    for _attempt in range(5):
        place.back_to("first")

        place.hearth("import", "inspections", *files, kill_after=chance.uniform(0, done.seconds))

        assert place.call("state") in (nothing, after)
    place.hearth("import", "inspections", *files)
    assert place.call("state") == after


def test_an_import_beside_older_checks_leaves_these_alone(place, tmp_path):
    first = write_checks(tmp_path / "a", 30, name="A")
    place.hearth("import", "inspections", *first)
    before = place.call("state")
    second = write_checks(tmp_path / "b", 30, name="B")

    killed = place.hearth("import", "inspections", *second, kill_on='INTO "inspections_finding"')

    assert killed.was_killed
    assert place.call("state") == before  # the checks were written by then, and are gone
