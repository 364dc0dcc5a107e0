"""Names on a map that keep clear of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hearth.kernel.charts.plane import bounds_of, cuts_at, is_between
from hearth.kernel.charts.svg import Box, Look, Point, Sheet

_GAP = 3.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name and, in a second line, a value or a remark.

    Attributes:
        name: first line.
        second: second line, left out where it has no room.
        at: where the middle of the label would stand best.
        rings: the area it names, in pixels; rough outlines will do.
        step: colour 1..5 of the area, which decides ink and halo; 0 for paper.
        strong: False for the names of neighbours.
    """

    name: str
    second: str
    at: Point
    rings: tuple[tuple[Point, ...], ...]
    step: int = 0
    strong: bool = True

    @property
    def looks(self) -> tuple[Look, Look]:
        """How the two lines are set."""
        ink = f"hc-on{self.step} hc-halo{self.step}" if self.step else "hc-t hc-halo"
        if not self.step and not self.strong:
            ink = "hc-soft hc-halo"
        first = f"{ink} hc-strong" if self.strong else ink
        return Look(first, 13, "middle"), Look(ink, 13, "middle")

    @property
    def box(self) -> Box:
        """The room it takes at its present place."""
        first, second = self.looks
        width = max(first.width(self.name), second.width(self.second)) + 2
        height = 32.0 if self.second else 16.0
        return Box(self.at[0] - width / 2, self.at[1] - height / 2, width, height)

    def draw(self, sheet: Sheet) -> None:
        """Set it on the sheet."""
        first, second = self.looks
        box = self.box
        sheet.text((self.at[0], box.y + 12.5), self.name, first)
        if self.second:
            sheet.text((self.at[0], box.y + 28.5), self.second, second)


def place_labels(labels: Sequence[Label], frame: Box) -> list[Label]:
    """The labels, moved (or, failing that, shortened or left out) until none meets another.

    Small areas choose first, since they have least choice. A label prefers its best place, then
    places near it where it stays within its own area, then any place near it.
    """
    placed: list[Label] = []
    for label in sorted(labels, key=_room):
        for wanted in (label, replace(label, second="")):
            spot = _spot(wanted, placed, frame)
            if spot is not None:
                placed.append(spot)
                break
    return placed


def _room(label: Label) -> tuple[float, str]:
    box = bounds_of(point for ring in label.rings for point in ring)
    return box.width * box.height, label.name


def _spot(label: Label, placed: Sequence[Label], frame: Box) -> Label | None:
    """The label at the first place that is free, best places first."""
    taken = [other.box for other in placed]
    best, best_share = None, -1.0
    for candidate in _candidates(label):
        box = candidate.box
        across = frame.x <= box.x and box.right <= frame.right
        upright = frame.y <= box.y and box.bottom <= frame.bottom
        if not (across and upright) or any(box.meets(other, _GAP) for other in taken):
            continue
        share = _share_inside(candidate)
        if share > best_share:
            best, best_share = candidate, share
        if share == 1.0:
            break
    # A name that reaches far into its neighbours reads best on paper.
    return replace(best, step=0) if best and best_share < 0.7 else best


def _candidates(label: Label) -> Iterator[Label]:
    """The best place, then places around it, farther and farther out."""
    x, y = label.at
    yield label
    for ring in range(1, 7):
        reach = ring * 7.0
        for dx, dy in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            yield replace(label, at=(x + dx * reach, y + dy * reach))


def _share_inside(label: Label) -> float:
    """How much of the label lies in its own area, 0..1."""
    box, within = label.box, 0
    for row in range(3):
        cuts = cuts_at(box.y + box.height * row / 2, label.rings)
        within += sum(is_between(box.x + box.width * column / 4, cuts) for column in range(5))
    return round(within / 15, 1)
