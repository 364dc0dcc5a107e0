"""Invented checks: what inspectors saw of the truth in ``quality``, in a fixed order.

Each check follows from the seed, the outlet, the quarter, the channel and its number there, so
more video checks change nothing about mystery visits, and the order of rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from hearth.exchange.demo.chance import SEED, Chance
from hearth.exchange.demo.content import Row
from hearth.exchange.demo.days import months_of, slices, working_days
from hearth.exchange.demo.marking import Circumstances, CriterionLike, Marker, Sheets
from hearth.exchange.demo.quality import Outlet, Qualities, Standing, outlets_of
from hearth.exchange.demo.raters import region

CHANNELS = ("video", "mystery", "onsite")
VIDEO_DAILY = 62  # about as many as a quarter has working days
MOST_VIDEO = 90

_UNRANKED = 0.01  # share of video checks drawn by risk and kept out of the mean (SC-06)
_UNVISITED, _NO_ONSITE = 0.012, 0.03  # shares of outlets a quarter without visits, without on-site
_WAITING_DAYS, _REVIEWED_DAYS = 5, 9  # younger checks are submitted, then reviewed, then released


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """How much is checked.

    Attributes:
        video_per_quarter: at each outlet, 0 to 90; ``VIDEO_DAILY`` is one a working day.
        mystery_per_month: at each outlet, 0 to 20.
        onsite_per_quarter: at each outlet, 0 to 20.
        language: of the notes, ``zh`` or ``en``.
        zone: of ``inspected_at``.

    Raises:
        ValueError: one of them is out of range.
    """

    video_per_quarter: int = 6
    mystery_per_month: int = 1
    onsite_per_quarter: int = 1
    language: str = "zh"
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        if not 0 <= self.video_per_quarter <= MOST_VIDEO:
            raise ValueError(f"video_per_quarter must lie within 0..{MOST_VIDEO}")
        if not (0 <= self.mystery_per_month <= 20 and 0 <= self.onsite_per_quarter <= 20):
            raise ValueError("visits must lie within 0..20")
        if self.language not in ("zh", "en"):
            raise ValueError("language must be zh or en")


@dataclass(frozen=True, slots=True)
class InventedCheck:
    """One inspection with sparse marks.

    Attributes:
        reference: outside id, unique: 2026Q3-V-LS010001-03.
        channel: one of ``CHANNELS``.
        unit: code of the outlet.
        inspected_at: aware, to the minute, in business hours of a working day.
        inspector: username of a rater.
        status: ``released``; in the open quarter the newest are ``reviewed`` or ``submitted``.
        is_ranked: False for the few drawn by risk.
        unlisted: verdict of criteria that are not marked, always ``met``.
        marks: ``criterion``, ``verdict`` and, where there is one, ``value`` and ``note``; in the
            order of the standard.
    """

    reference: str
    channel: str
    unit: str
    inspected_at: datetime
    inspector: str
    status: str
    is_ranked: bool
    unlisted: str
    marks: tuple[Row, ...]

    @property
    def uuid(self) -> UUID:
        """The same for the same reference, so that loading twice stores once."""
        return uuid5(NAMESPACE_URL, f"hearth:demo:{self.reference}")

    def inspection_row(self, standard: str, edition: str) -> Row:
        """The row of the sheet ``inspections``."""
        return {
            "inspection": self.reference,
            "channel": self.channel,
            "unit": self.unit,
            "standard": standard,
            "edition": edition,
            "inspected_at": self.inspected_at.strftime("%Y-%m-%dT%H:%M"),
            "inspector": self.inspector,
            "ranked": "y" if self.is_ranked else "n",
            "unlisted": self.unlisted,
        }

    def mark_rows(self) -> list[Row]:
        """The rows of the sheet ``marks``."""
        blank = dict.fromkeys(("criterion", "verdict", "value", "note"), "")
        return [{"inspection": self.reference} | blank | mark for mark in self.marks]


def invent_checks(
    units: Sequence[Row],
    criteria: Sequence[CriterionLike],
    quarters: Sequence[str],
    *,
    today: date,
    seed: str | int = SEED,
    plan: CheckPlan | None = None,
) -> Iterator[InventedCheck]:
    """Checks of every outlet in the quarters, by quarter, outlet and channel.

    Args:
        units: rows of kind ``units``, in any order.
        criteria: of the demonstration's standard, in the order of the sheet.
        quarters: keys, oldest first; the one in which ``today`` lies is open.
        today: nothing is checked on this day or after it.
        seed: as for the network.
        plan: how much is checked.

    Raises:
        KeyError: a criterion that the demonstration's standard does not have.
        BadValue: a quarter that is none.
    """
    plan = plan or CheckPlan()
    outlets = outlets_of(units)
    branches = sorted({outlet.branch for outlet in outlets})
    qualities = Qualities(branches, len(quarters), seed)
    known = [(outlet, qualities.of(outlet)) for outlet in outlets]
    sheets = Sheets(criteria, plan.language)
    for number, key in enumerate(quarters):
        quarter = _Quarter(key, number, today, seed, plan)
        for outlet, standing in known:
            visit = _Visited(quarter, outlet, standing, sheets)
            yield from visit.checks(branches.index(outlet.branch))


@dataclass(frozen=True)  # no slots: what is worked out once is kept on the instance
class _Quarter:
    """What all outlets share in one quarter."""

    key: str
    number: int
    today: date
    seed: str | int
    plan: CheckPlan

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.zone)

    @cached_property
    def runs(self) -> dict[str, list[Sequence[date]]]:
        """For each channel the runs of days in each of which one check falls."""
        days = working_days(self.key)
        months = [working_days(month) for month in months_of(self.key)]
        return {
            "video": slices(days, self.plan.video_per_quarter),
            "mystery": [
                run for month in months for run in slices(month, self.plan.mystery_per_month)
            ],
            "onsite": slices(days, self.plan.onsite_per_quarter),
        }

    @cached_property
    def is_open(self) -> bool:
        return self.today <= working_days(self.key)[-1]

    def status(self, day: date, chance: Chance) -> str:
        """Released, unless so young that nobody has come to it yet."""
        age = (self.today - day).days + chance.below(3)
        if not self.is_open or age > _REVIEWED_DAYS:
            return "released"
        return "submitted" if age <= _WAITING_DAYS else "reviewed"


@dataclass(frozen=True, slots=True)
class _Visited:
    """One outlet in one quarter."""

    quarter: _Quarter
    outlet: Outlet
    standing: Standing
    sheets: Sheets

    def checks(self, branch_place: int) -> Iterator[InventedCheck]:
        """All checks of the outlet in the quarter, up to today."""
        gap = Chance(self.quarter.seed, "gap", self.outlet.code, self.quarter.key).random()
        yield from self._by("video", branch_place)
        if gap >= _UNVISITED:
            yield from self._by("mystery", branch_place)
        if gap >= _NO_ONSITE:
            yield from self._by("onsite", branch_place)

    def _by(self, channel: str, branch_place: int) -> Iterator[InventedCheck]:
        quarter, outlet = self.quarter, self.outlet
        marker = Marker(self.sheets, channel, outlet.kind, self.standing, quarter.number)
        pool = region(channel, branch_place)
        runs = quarter.runs[channel]
        turn = Chance(quarter.seed, "turn", channel, outlet.code).below(len(pool))
        for number, run in enumerate(runs):
            chance = Chance(quarter.seed, channel, outlet.code, quarter.key, len(runs), number)
            day = chance.pick(run)
            if day >= quarter.today or not outlet.is_open(day):
                continue
            rater = pool[(turn + quarter.number * len(runs) + number) % len(pool)]
            at = datetime.combine(day, _time(channel, chance), quarter.zone)
            check = Circumstances(channel, at, rater.severity, quarter.seed, chance)
            yield InventedCheck(
                reference=f"{quarter.key}-{channel[0].upper()}-{outlet.code}-{number + 1:02d}",
                channel=channel,
                unit=outlet.code,
                inspected_at=at,
                inspector=rater.username,
                status=quarter.status(day, chance),
                is_ranked=channel != "video" or chance.random() >= _UNRANKED,
                unlisted="met",
                marks=tuple(marker.marks(check)),
            )


def _time(channel: str, chance: Chance) -> time:
    """A time in business hours; visits on site begin in the morning or after noon."""
    if channel == "onsite":
        minutes = chance.pick((9 * 60, 13 * 60 + 30)) + 5 * chance.below(16)
    else:
        minutes = 9 * 60 + 5 + chance.below(7 * 60 + 15)
    return time(minutes // 60, minutes % 60)
