"""The steps of a work order, and from which state each may be taken."""

from __future__ import annotations

from collections.abc import Mapping

STEPS: Mapping[str, frozenset[str]] = {
    "accept": frozenset({"reported"}),
    "refuse": frozenset({"reported"}),
    "start": frozenset({"opened"}),
    "finish": frozenset({"opened", "underway"}),
    "verify": frozenset({"done"}),
    "give_back": frozenset({"done"}),
}
"""States by step; what is verified or refused stays as it is."""


def steps_from(state: str) -> tuple[str, ...]:
    """Steps that may be taken from ``state``, in the order of the work."""
    return tuple(step for step, states in STEPS.items() if state in states)
