"""The steps of a work order."""

from __future__ import annotations

import pytest

from hearth.premises.domain.flow import steps_from
from hearth.premises.models import WorkOrder


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("reported", ("accept", "refuse")),
        ("opened", ("start", "finish")),
        ("underway", ("finish",)),
        ("done", ("verify", "give_back")),
        ("verified", ()),
        ("refused", ()),
    ],
)
def test_steps_from_each_state(state: str, steps: tuple[str, ...]) -> None:
    assert steps_from(state) == steps
    assert state in WorkOrder.State.values
