"""Targets by branch: of the second quarter of 2021, and of the quarter in which today lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hearth.exchange.demo.ledgers import PUBLISHED
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.figures.engine import values
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.programme.domain.scoring import Scale, Step
from hearth.programme.services.targets import TargetText, set_targets

_COUNTED = {
    "home_visits.count": (200, 0.55),
    "lectures.sessions": (100, 0.5),
    "mobile_services.count": (100, 0.5),
    "training.persons": (100, 0.4),
}
"""Weight in hundredths, and the floor as a share of the target."""

_LEVELS = {
    "facilities.provision": (200, Scale("linear", 95_000, 85_000)),
    "signs.cleaned_share": (100, Scale("pass_fail", 100_000)),
    "tests.coverage": (
        100,
        Scale(
            "stepped",
            100_000,
            steps=(Step(90_000, 6000), Step(98_000, 9000), Step(100_000, 10_000)),
        ),
    ),
}
_LOOKED_AT = timedelta(days=84)  # the pace of so many days is what targets are set by


def stories(stage: Stage) -> Iterator[Story]:
    """One for each quarter."""
    yield _targets(stage, Period.parse(f"{PUBLISHED.year}Q2"), PUBLISHED.until)
    if stage.today.year > PUBLISHED.year:
        yield _targets(stage, Period.of(stage.today, "quarter"), stage.today)


def _targets(stage: Stage, period: Period, known: date) -> Story:
    """The targets of a quarter, from the pace at which an outlet works in the whole network."""
    yield stage.on(period.start, 9, 30)
    branches = [player.unit for player in stage.cast.branches]
    province = stage.cast.province
    day = known - timedelta(days=1)
    everywhere = values(list(_COUNTED), [province], day, day - _LOOKED_AT)
    outlets = values(["outlets"], [province, *branches], day)
    whole = int(outlets["outlets", province.pk].number or 1)
    length = (period.end - period.start).days / _LOOKED_AT.days
    for key, (weight, floor) in _COUNTED.items():
        pace = float(everywhere[key, province.pk].number or 0) * length / whole
        for unit in (province, *branches):
            own = int(outlets["outlets", unit.pk].number or 0)
            goal = max(1, round(pace * own))
            scale = Scale("linear", goal * 1000, int(goal * floor) * 1000)
            _set(stage, period, key, weight, scale, [unit])
    for key, (weight, scale) in _LEVELS.items():
        _set(stage, period, key, weight, scale, [province, *branches])


def _set(
    stage: Stage, period: Period, figure: str, weight: int, scale: Scale, units: Sequence[Unit]
) -> None:
    text = TargetText(figure, period.key, scale, weight)
    set_targets(actor=stage.cast.manager, text=text, units=units)
