"""Where a title breaks: into whole words, as a trapezoid or a diamond (GB/T 9704-2012, 7.3.1)."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from hearth.bulletins.rendering.text import em_width

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES = 4
FORBIDDEN = 1000.0  # cost of a break that no reader would forgive; taken only if nothing else fits
WORDS = (Path(__file__).parent / "title_words.txt").read_text(encoding="utf-8").split()
_KNOWN = "|".join(sorted(WORDS, key=len, reverse=True))
_PIECE = re.compile(
    r"《[^》]{1,14}》|〔[^〕]{1,8}〕|（[^）]{1,8}）|“[^”]{1,10}”"
    r"|\d+(?:\.\d+)?(?:年度?|月份?|日|季度|届|次|期|个|家|项|%)?"
    rf"|[A-Za-z][\w.'-]*|(?P<known>{_KNOWN})|."
)
_QUARTER = re.compile(r"第?[一二三四]季度|[上下]半年|\d+月")
NEVER_FIRST = "的了和与及等、，。；：？！）》〕”’%"
SMALL_WORDS = frozenset(
    ("a", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with")
)
NEVER_LAST = "（《〔“‘第对在"


def break_title(title: str, width_em: float) -> tuple[str, ...]:
    """The lines of a title.

    A line feed in ``title`` breaks it there and nowhere else. Without one, the fewest lines are
    taken that fit ``width_em``, broken between words; two lines of unequal length, or three that
    grow, shrink or swell in the middle, are preferred to a block or an hourglass (OD-05).
    """
    if "\n" in title:
        return tuple(line.strip() for line in title.split("\n") if line.strip())
    title = " ".join(title.split())
    if em_width(title) <= width_em:
        return (title,)
    cuts = _cuts(title)
    allowed = [place for place in sorted(cuts) if cuts[place] < FORBIDDEN]
    for lines in range(2, MOST_LINES + 1):
        splits = list(_splits(title, allowed, lines, width_em))
        if splits:
            return min(splits, key=lambda split: _cost(title, split, cuts))
    return (title,)


def _splits(
    title: str, allowed: list[int], lines: int, width_em: float
) -> Iterator[tuple[str, ...]]:
    """Every way to break ``title`` at ``allowed`` places into ``lines`` that fit.

    A way is given up as soon as its first line or what is left after it is too wide: a title of
    four lines has thousands of ways then, and not millions.
    """
    if em_width(title) > lines * width_em:
        return
    if lines == 1:
        yield (title.strip(),)
        return
    for place in allowed:
        head = title[:place]
        if em_width(head.strip()) > width_em:
            return
        after = [later - place for later in allowed if later > place]
        for rest in _splits(title[place:], after, lines - 1, width_em):
            yield (head.strip(), *rest)


def _cuts(title: str) -> dict[int, float]:
    """Cost of a break before each place of ``title`` where a break is thinkable."""
    pieces = [(piece.start(), piece.group(), piece["known"]) for piece in _PIECE.finditer(title)]
    cuts = {}
    last_word = ""
    for (_, before, before_known), (start, after, after_known) in pairwise(pieces):
        last_word = last_word if before == " " else before
        if after == " ":
            continue
        if before == " ":
            cuts[start] = 3.0 if last_word.lower() in SMALL_WORDS else 0.0
        elif after[0] in NEVER_FIRST or before[-1] in NEVER_LAST:
            cuts[start] = FORBIDDEN
        else:
            cuts[start] = _join_cost(before, after, before_known, after_known)
    return cuts


def _join_cost(before: str, after: str, before_known: str | None, after_known: str | None) -> float:
    """A break after 的 or between two unknown characters may cut a phrase; others are clean."""
    if before == "的":
        return 3.0
    if before.startswith("关于") or (before.endswith("年") and _QUARTER.match(after)):
        return 4.0  # 关于 opens what follows; the quarter belongs to its year
    unknown = (before_known is None and len(before) == 1) + (after_known is None)
    return (0.0, 1.0, 2.5)[unknown]


def _cost(title: str, split: tuple[str, ...], cuts: dict[int, float]) -> float:
    widths = [em_width(line) for line in split]
    widest, narrowest = max(widths), min(widths)
    cost = 0.0
    place = 0
    for line in split[:-1]:
        place = title.index(line, place) + len(line)
        cost += cuts[place + (place < len(title) and title[place] == " ")]
    cost += max(0.0, 0.45 * widest - narrowest)  # a line of two characters is a leftover
    steps = [after - before for before, after in pairwise(widths)]
    if any(abs(step) < 1.5 for step in steps):
        cost += 1.5  # a block, not a trapezoid
    cost += 0.25 * sum(max(0.0, abs(step) - 5) for step in steps)
    hourglass = any(first < 0 < second for first, second in pairwise(steps))
    return cost + 8.0 * hourglass
