"""Premises: sensors and their readings, and the lists of outlets under management."""

from hearth.premises.models.readings import Intake, ReadingHour, Sensor, SensorState, Stray
from hearth.premises.models.watchlist import Proposal, Watchlist, WatchlistEntry, WatchRule

__all__ = [
    "Intake",
    "Proposal",
    "ReadingHour",
    "Sensor",
    "SensorState",
    "Stray",
    "WatchRule",
    "Watchlist",
    "WatchlistEntry",
]
