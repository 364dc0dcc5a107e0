"""The premises: signs, facilities, work orders, cleaning, upkeep, temperatures, watchlists."""

from hearth.premises.models.cleaning import CleaningDay
from hearth.premises.models.facilities import FacilityCheck, FacilityKind
from hearth.premises.models.orders import OrderPhoto, WorkOrder
from hearth.premises.models.plans import UpkeepPlan
from hearth.premises.models.readings import Intake, ReadingHour, Sensor, SensorState, Stray
from hearth.premises.models.signs import AssetLabel, Sign, SignPhoto
from hearth.premises.models.watchlist import Proposal, Watchlist, WatchlistEntry, WatchRule

__all__ = [
    "AssetLabel",
    "CleaningDay",
    "FacilityCheck",
    "FacilityKind",
    "Intake",
    "OrderPhoto",
    "Proposal",
    "ReadingHour",
    "Sensor",
    "SensorState",
    "Sign",
    "SignPhoto",
    "Stray",
    "UpkeepPlan",
    "WatchRule",
    "Watchlist",
    "WatchlistEntry",
    "WorkOrder",
]
