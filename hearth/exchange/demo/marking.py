"""From the truth about one outlet to the marks of one check of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row
from hearth.exchange.demo.faults import Tendency, tendencies
from hearth.exchange.demo.quality import Standing, proneness
from hearth.exchange.demo.seasons import applies

_STRICTNESS = {"video": 0.95, "mystery": 1.12, "onsite": 0.92}  # shares of faults that are seen
_MOST_PRONE = 0.85
_NOTICED = 0.93  # share of lasting faults that a check notices
_EXPLAINED = 0.65  # share of faults with a note where none is demanded
_CAMERA_OUT = 0.015  # share of video checks in which a whole module cannot be seen
_CAMERA_MODULES = ("D", "E", "F")


class CriterionLike(Protocol):
    """What the checks need to know of a criterion (``CriterionRule`` has it)."""

    @property
    def code(self) -> str:
        """Unique in the edition."""

    @property
    def channels(self) -> Sequence[str]:
        """Channels that ask it; empty means all."""

    @property
    def unit_kinds(self) -> Sequence[str]:
        """Kinds of outlet it applies to; empty means all."""

    @property
    def gates(self) -> Sequence[str]:
        """Codes lost with it."""


@dataclass(slots=True)
class Sheets:
    """Which criteria are asked of whom; each combination is put together once.

    Raises:
        KeyError: a criterion that the demonstration's standard does not have.
    """

    criteria: Sequence[CriterionLike]
    language: str
    gates: dict[str, frozenset[str]] = field(init=False)
    _known: dict[tuple[str, str], tuple[Tendency, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tendencies((rule.code for rule in self.criteria), "onsite", self.language)
        self.gates = {rule.code: frozenset(rule.gates) for rule in self.criteria if rule.gates}

    def of(self, channel: str, kind: str) -> tuple[Tendency, ...]:
        """The tendencies of the criteria that a channel asks at a kind of outlet."""
        found = self._known.get((channel, kind))
        if found is None:
            asked = (
                rule.code
                for rule in self.criteria
                if (not rule.channels or channel in rule.channels)
                and (not rule.unit_kinds or kind in rule.unit_kinds)
            )
            found = self._known[channel, kind] = tendencies(asked, channel, self.language)
        return found


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One check: when, how strict, and with what chance.

    ``severity`` multiplies how often faults are marked; ``seed`` decides on snow.
    """

    channel: str
    at: datetime
    severity: float
    seed: str | int
    chance: Chance


class Marker:
    """Marks one outlet in one quarter by one channel.

    Args:
        sheets: what is asked.
        channel: by which it is asked.
        kind: of the outlet.
        standing: what is true of it.
        quarter: place of the quarter among those shown.
    """

    def __init__(
        self, sheets: Sheets, channel: str, kind: str, standing: Standing, quarter: int
    ) -> None:
        self._gates = sheets.gates
        self._traits = standing.traits
        faults = standing.faults[quarter]
        prone = proneness(standing.steps[quarter]) * _STRICTNESS[channel]
        self._odds: list[tuple[Tendency, float, float]] = []
        for tendency in sheets.of(channel, kind):
            if tendency.is_lasting:
                odds = _NOTICED if tendency.code in faults else 0.0
            else:
                weak = standing.weak.get(tendency.module, 1.0)
                odds = min(_MOST_PRONE, tendency.rate * prone * weak)
            self._odds.append((tendency, odds, _plainly_met_below(tendency, channel)))

    def marks(self, check: Circumstances) -> Iterator[Row]:
        """The marks of one check, in the order of the sheet, without those plainly met."""
        random = check.chance.random
        strict = check.severity * (0.6 + 0.8 * random())
        dark = self._unseen_module(check)
        lost: frozenset[str] = frozenset()
        for tendency, odds, met_below in self._odds:
            draw = random()
            if odds * strict <= draw < met_below and tendency.module != dark:
                continue
            if tendency.code in lost:
                continue
            if tendency.module == dark:
                yield {"criterion": tendency.code, "verdict": "not_observable"}
                continue
            failing = odds if tendency.is_lasting else odds * strict
            verdict = self._verdict(tendency, draw, failing, check)
            if verdict == "not_met":
                yield self._fault(tendency, check.chance)
                lost |= self._gates.get(tendency.code, lost)
            elif verdict != "met":
                yield {"criterion": tendency.code, "verdict": verdict}
            elif tendency.usual is not None:
                value = tendency.usual.at(self._trait(tendency, check.chance))
                yield {"criterion": tendency.code, "verdict": "met", "value": value}

    def _unseen_module(self, check: Circumstances) -> str:
        if check.channel != "video" or check.chance.random() >= _CAMERA_OUT:
            return ""
        return check.chance.pick(_CAMERA_MODULES)

    def _verdict(
        self, tendency: Tendency, draw: float, failing: float, check: Circumstances
    ) -> str:
        """What one draw means: failing at the low end, not applicable and unseen at the high."""
        if tendency.season and not applies(tendency.season, check.at, check.seed):
            return "not_applicable"
        absent = tendency.absent
        if tendency.is_lasting:  # what an outlet does not have today it will not have tomorrow
            if self._traits[tendency.code] < absent:
                return "not_applicable"
            absent = 0.0
        if draw < failing:
            return "not_met"
        if draw >= 1.0 - absent:
            return "not_applicable"
        if check.channel == "video" and draw >= 1.0 - absent - tendency.blind:
            return "not_observable"
        return "met"

    def _fault(self, tendency: Tendency, chance: Chance) -> Row:
        """One way to fail, with a value and a note that agree."""
        trait = self._trait(tendency, chance)
        place = trait * len(tendency.faults)
        fault = tendency.faults[int(place)]
        value = fault.value_at(place - int(place), is_count=tendency.method == "deduct")
        mark = {"criterion": tendency.code, "verdict": "not_met"}
        if value:
            mark["value"] = value
        if tendency.needs_note or chance.random() < _EXPLAINED:
            mark["note"] = fault.note.replace("{value}", value)
        return mark

    def _trait(self, tendency: Tendency, chance: Chance) -> float:
        """What exactly is seen, from 0 to below 1: fixed where it lasts, else by chance.

        A temperature differs from visit to visit although the building stays the same.
        """
        if tendency.is_lasting and not tendency.season:
            absent = tendency.absent
            return max(0.0, (self._traits[tendency.code] - absent) / (1.0 - absent))
        return chance.random()


def _plainly_met_below(tendency: Tendency, channel: str) -> float:
    """Draws from the odds up to this say met and nothing more; 0 where it takes a closer look."""
    if tendency.season or tendency.is_lasting or tendency.usual is not None:
        return 0.0
    return 1.0 - tendency.absent - (tendency.blind if channel == "video" else 0.0)
