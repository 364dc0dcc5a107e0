"""A worker killed with -9 in the midst of an import from the page: taken up again, done once."""

from __future__ import annotations

import pytest

from tests.reliability.conftest import write_checks

CHECKS = 40


@pytest.fixture
def queued(place, tmp_path):
    """A place in which an import waits, the steps of doing it undisturbed, and the state then."""
    files = write_checks(tmp_path / "files", CHECKS)
    place.call("enqueue", [str(file) for file in files])
    place.keep("queued")
    done = place.attempt("work")
    assert done.status == 0, done.said
    after = place.call("state")
    assert after["inspections"] == CHECKS
    place.back_to("queued")
    return place, done.steps, after


def writes(steps):
    """Numbers of the steps that change something, with both sides of every commit."""
    return [
        number
        for number, step in enumerate(steps, 1)
        if step.startswith(("INSERT", "UPDATE", "DELETE")) or "COMMIT" in step
    ]


def test_a_job_is_taken_up_again_wherever_its_worker_died_and_done_once(queued):
    place, steps, after = queued
    for number in writes(steps):
        place.back_to("queued")

        killed = place.attempt("work", kill_at=number)

        assert killed.was_killed, killed.said
        found = place.call("taken_up")
        assert [(job["status"], job["ok"]) for job in found["jobs"]] == [("done", True)]
        assert found["state"] == after, steps[number - 1]


def test_a_job_under_way_is_not_taken_up_by_another_worker(queued):
    place, _steps, _after = queued
    place.attempt("work", kill_on='INTO "inspections_finding"')

    place.call("work")  # at once: for all that this one knows, the other is still at work

    assert [job["status"] for job in place.call("job_states")] == ["running"]
    assert place.call("state")["inspections"] == 0


def test_an_import_that_kills_its_worker_every_time_is_given_up(queued):
    place, _steps, _after = queued
    for _attempt in range(3):
        place.attempt("work", kill_on='INTO "inspections_inspection"')
        place.call("fall_silent")

    place.call("work")

    assert place.call("job_states") == [{"status": "failed", "ok": None, "attempts": 3}]
    assert place.call("state")["inspections"] == 0
