"""In which order tasks may be done, and which states may follow each other (PG-06, PG-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOVES: Mapping[str, frozenset[str]] = {
    "not_started": frozenset({"underway", "done"}),
    "underway": frozenset({"not_started", "done"}),
    "done": frozenset({"underway", "verified"}),
    "verified": frozenset({"underway"}),
}
"""What may follow each state; back from ``done`` and ``verified`` goes with a reason."""


def may_move(before: str, after: str) -> bool:
    """Whether a unit's part of a task may go from one state to another."""
    return after in MOVES[before]


def circle(depends: Mapping[str, Iterable[str]]) -> list[str]:
    """A circle of tasks that wait for each other, in the order of waiting; empty without one.

    Args:
        depends: the codes each task waits for, by its own code; codes that are not keys wait
            for nothing.
    """
    left = {code: sorted(set(needed)) for code, needed in sorted(depends.items())}
    done: set[str] = set()
    for start in left:
        trail: list[str] = []
        stack = [(start, False)]
        while stack:
            code, leaving = stack.pop()
            if leaving:
                done.add(trail.pop())
            elif code in trail:
                return trail[trail.index(code) :]
            elif code not in done:
                trail.append(code)
                stack.append((code, True))
                stack += [(needed, False) for needed in reversed(left.get(code, []))]
    return []


def reached_from(depends: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """Everything that ``start`` waits for, however many steps away."""
    found: set[str] = set()
    stack = list(depends.get(start, ()))
    while stack:
        code = stack.pop()
        if code not in found:
            found.add(code)
            stack += depends.get(code, ())
    return found
