"""What a measure did: before against after, beside similar outlets where nothing was done.

A mild month makes every hall warmer. So the change of the outlet is held against the mean change
of similar ones over the same days (difference in differences), and against each of them: of how
many it is the greater says whether such a difference may be chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hearth.premises.domain.hours import Sum

LEAST_DAYS = 5
"""Days that must be measured on either side, else nothing is said."""


@dataclass(frozen=True, slots=True)
class Change:
    """Means before and after, in hundredths of a degree, over the days that were measured."""

    before_centi: float
    after_centi: float

    @property
    def centi(self) -> float:
        """By how much it became warmer."""
        return self.after_centi - self.before_centi


def change_of(
    by_day: Mapping[date, Sum], before: Sequence[date], after: Sequence[date]
) -> Change | None:
    """The change of one place; every day measured counts the same. None: too few of them."""
    sides = []
    for days in (before, after):
        means = [one.mean_centi for day in days if (one := by_day.get(day)) is not None]
        known = [mean for mean in means if mean is not None]
        if len(known) < LEAST_DAYS:
            return None
        sides.append(sum(known) / len(known))
    return Change(*sides)


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of a unit beside similar ones.

    Attributes:
        own: its own change.
        others: the changes of the similar ones.
    """

    own: Change
    others: tuple[Change, ...]

    @property
    def others_centi(self) -> float | None:
        """The mean change of the similar ones; None without any."""
        if not self.others:
            return None
        return sum(one.centi for one in self.others) / len(self.others)

    @property
    def centi(self) -> float | None:
        """The difference that the measure made; None without similar outlets."""
        usual = self.others_centi
        return None if usual is None else self.own.centi - usual

    @property
    def exceeded(self) -> int:
        """How many of the similar ones changed by less."""
        return sum(one.centi < self.own.centi for one in self.others)
