"""The materialised path of the tree: four digits a level, so ``0001`` > ``00010003``.

A segment is given once under its parent and never again, also after the unit has moved away;
a path therefore names one place for ever, and a range of paths is a subtree of any day.
"""

from __future__ import annotations

SEGMENT = 4
MOST_CHILDREN = 9998


def child_path(parent: str, used: int) -> str:
    """Path of the next child under ``parent`` when ``used`` segments were given so far.

    Raises:
        ValueError: the parent already had 9,998 children.
    """
    if used >= MOST_CHILDREN:
        raise ValueError(f"more than {MOST_CHILDREN} units under one parent")
    return f"{parent}{used + 1:0{SEGMENT}d}"


def ancestors(path: str, *, itself: bool = False) -> list[str]:
    """Paths above ``path``, the root first."""
    last = len(path) if itself else len(path) - SEGMENT
    return [path[:end] for end in range(SEGMENT, last + 1, SEGMENT)]


def moved(path: str, old: str, new: str) -> str:
    """``path``, which lies in the subtree ``old``, after that subtree became ``new``."""
    return new + path[len(old) :]
