"""How good each invented outlet truly is: what the checks then see through a dirty window.

Quality is a number around 0, one step being one standard deviation of the network. It is made of
the branch, the outlet, the kind of outlet and a drift from quarter to quarter; besides, every
branch and every outlet has a module in which it is weaker, and faults of buildings and equipment
stay until somebody mends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row, content_rows

_BRANCH_STEPS = 0.62  # the best branch lies so far above the middle, the worst so far below
_BRANCH_DRIFTS = (0.30, 0.22, -0.30, -0.22)  # of four branches, a quarter; the others stay
_OUTLET_STEPS = 0.48
_KIND_STEPS = {"旗舰网点": 0.25, "综合网点": 0.05, "社区网点": 0.0, "乡镇网点": -0.12}
_GOOD, _POOR = 0.02, 0.02  # shares of outlets that stand out
_DRIFTING = 0.07  # share of outlets that improve steadily, and of those that decline
_WEAK_OUTLET, _WEAK_BRANCH = 1.9, 1.35  # how much more often a weak module fails
_MENDED = 0.30  # chance that a lasting fault is put right from one quarter to the next


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the ``units`` rows.

    Attributes:
        code: of the outlet.
        branch: code of the branch it lay under first.
        kind: its kind.
        opened_on: first day.
        closed_on: first day no longer there; None while open.
    """

    code: str
    branch: str
    kind: str
    opened_on: date
    closed_on: date | None

    def is_open(self, day: date) -> bool:
        """Whether customers could come on ``day``."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


def outlets_of(units: Sequence[Row]) -> list[Outlet]:
    """The outlets among rows of kind ``units``, by code, so that the order of rows is nothing."""
    first: dict[str, Row] = {}
    for row in sorted(units, key=lambda row: (row["code"], row["valid_from"])):
        first.setdefault(row["code"], row)
    return [
        Outlet(
            code=row["code"],
            branch=_branch_above(row, first),
            kind=row["kind"],
            opened_on=date.fromisoformat(row["opened_on"]),
            closed_on=date.fromisoformat(row["closed_on"]) if row["closed_on"] else None,
        )
        for row in first.values()
        if row["level"] == "outlet"
    ]


def _branch_above(row: Row, rows: dict[str, Row]) -> str:
    while row["level"] != "branch":
        row = rows[row["parent"]]
    return row["code"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of one outlet, quarter by quarter.

    Attributes:
        steps: quality in each quarter; above 0 is better than the middle.
        is_good: one of the few that stand out above.
        is_poor: one of the few that stand out below.
        weak: modules in which it or its branch fails more often, and how much more often.
        faults: for each quarter, which lasting criteria fail; by code.
        traits: a number from 0 to 1 for each lasting criterion, which fixes what exactly is wrong
            (or right) with it; by code.
    """

    steps: tuple[float, ...]
    is_good: bool
    is_poor: bool
    weak: dict[str, float]
    faults: tuple[frozenset[str], ...]
    traits: dict[str, float]


@dataclass(frozen=True, slots=True)
class BranchStanding:
    """What is true of one branch: its quality in each quarter and its weak module."""

    steps: tuple[float, ...]
    weak_module: str


def proneness(steps: float) -> float:
    """How much more often than usual an outlet of this quality fails: 1 in the middle.

    A fourth power, so that one step below doubles the faults and one above halves them.
    """
    base = 1.0 - 0.17 * max(-3.0, min(3.0, steps))
    return base * base * base * base


class Qualities:
    """The truth about all outlets; the same for the same seed, whatever the order of outlets.

    Args:
        branches: codes of all branches.
        quarters: how many quarters are shown.
        seed: as for the network.
    """

    def __init__(self, branches: Sequence[str], quarters: int, seed: str | int) -> None:
        self._seed = seed
        self._quarters = quarters
        self._modules = tuple(dict.fromkeys(row["module"] for row in content_rows("criteria")))
        self._rates = _lasting_rates()
        self.branches = self._judge_branches(sorted(branches))

    def _judge_branches(self, codes: list[str]) -> dict[str, BranchStanding]:
        chance = Chance(self._seed, "branches", len(codes))
        order = chance.shuffled(codes)
        drifting = dict(zip(chance.shuffled(codes), _BRANCH_DRIFTS, strict=False))
        middle = max(1.0, (len(order) - 1) / 2)
        return {
            code: BranchStanding(
                tuple(
                    _BRANCH_STEPS * (place - middle) / middle
                    + drifting.get(code, 0.0) * quarter
                    + 0.06 * chance.bell()
                    for quarter in range(self._quarters)
                ),
                chance.pick(self._modules),
            )
            for place, code in enumerate(order)
        }

    def of(self, outlet: Outlet) -> Standing:
        """What is true of one outlet."""
        chance = Chance(self._seed, "quality", outlet.code)
        fate, trend = chance.random(), chance.random()
        is_good, is_poor = fate < _GOOD, fate > 1 - _POOR
        own = _OUTLET_STEPS * chance.bell() + _KIND_STEPS.get(outlet.kind, 0.0)
        drift = 0.35 if trend < _DRIFTING else -0.35 if trend > 1 - _DRIFTING else 0.0
        own += 1.5 if is_good else -1.3 if is_poor else 0.0
        branch = self.branches[outlet.branch]
        steps = tuple(
            own + branch.steps[quarter] + drift * quarter + 0.12 * chance.bell()
            for quarter in range(self._quarters)
        )
        weak = {branch.weak_module: _WEAK_BRANCH}
        if chance.random() < 0.7:
            module = chance.pick(self._modules)
            weak[module] = weak.get(module, 1.0) * _WEAK_OUTLET
        return Standing(steps, is_good, is_poor, weak, *self._faults(outlet, steps))

    def _faults(
        self, outlet: Outlet, steps: tuple[float, ...]
    ) -> tuple[tuple[frozenset[str], ...], dict[str, float]]:
        """Which lasting criteria fail in each quarter, and the trait of each.

        A fault is there where the outlet's own draw lies below the rate; it may be mended from one
        quarter to the next, and comes back only as quality falls.
        """
        chance = Chance(self._seed, "lasting", outlet.code)
        draws = {code: chance.random() for code in self._rates}
        traits = {code: chance.random() for code in self._rates}
        quarters = []
        for quarter in range(self._quarters):
            prone = proneness(steps[quarter])
            failing = {code for code, rate in self._rates.items() if draws[code] < rate * prone}
            quarters.append(frozenset(failing))
            for code in sorted(failing):
                if chance.random() < _MENDED:
                    draws[code] = 1.0
        return tuple(quarters), traits


def _lasting_rates() -> dict[str, float]:
    return {
        row["criterion"]: int(row["fail_permille"]) / 1000
        for row in content_rows("tendencies")
        if row["lasting"] == "y"
    }
