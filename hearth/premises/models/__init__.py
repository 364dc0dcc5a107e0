"""Signs, facilities, work orders, cleaning days and plans of upkeep."""

from hearth.premises.models.cleaning import CleaningDay, CleaningPhoto, CleaningReport
from hearth.premises.models.facilities import FacilityCheck, FacilityKind
from hearth.premises.models.orders import OrderPhoto, WorkOrder
from hearth.premises.models.plans import UpkeepPlan
from hearth.premises.models.signs import AssetLabel, Sign, SignPhoto

__all__ = [
    "AssetLabel",
    "CleaningDay",
    "CleaningPhoto",
    "CleaningReport",
    "FacilityCheck",
    "FacilityKind",
    "OrderPhoto",
    "Sign",
    "SignPhoto",
    "UpkeepPlan",
    "WorkOrder",
]
