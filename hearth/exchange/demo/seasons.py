"""When the seasonal criteria apply: heating, summer, snow and darkness in the north-east."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from hearth.exchange.demo.chance import Chance

_HEATING = frozenset({11, 12, 1, 2, 3})
_SUMMER = frozenset({6, 7, 8})
_SNOWY = {11: 0.2, 12: 0.4, 1: 0.45, 2: 0.35, 3: 0.15}  # share of days after a snowfall
_DUSK = {11: 16, 12: 16, 1: 16}  # from this hour on it is dark; elsewhere not within the hours


def applies(season: str, at: datetime, seed: str | int) -> bool:
    """Whether a criterion of ``season`` can be judged at ``at`` (local time)."""
    if season == "heating":
        return at.month in _HEATING
    if season == "summer":
        return at.month in _SUMMER
    if season == "dark":
        return at.hour >= _DUSK.get(at.month, 24)
    return has_snow(at.date(), seed)


@lru_cache(maxsize=1024)
def has_snow(day: date, seed: str | int) -> bool:
    """Whether it snowed shortly before ``day``, everywhere in the province alike."""
    return Chance(seed, "snow", day).random() < _SNOWY.get(day.month, 0.0)
