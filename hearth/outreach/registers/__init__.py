"""The ledgers of this room; importing this module adds them to the house."""

from hearth.ledgers.registers import declare
from hearth.outreach.registers.activities import ACTIVITIES
from hearth.outreach.registers.mobile import TARGETS, VEHICLES
from hearth.outreach.registers.offers import (
    CAPABILITIES,
    FEATURES,
    SPECIALITIES,
    STATIONS,
)
from hearth.outreach.registers.peers import PEERS

declare(ACTIVITIES, FEATURES, SPECIALITIES, STATIONS, CAPABILITIES, TARGETS, VEHICLES, PEERS)

__all__ = [
    "ACTIVITIES",
    "CAPABILITIES",
    "FEATURES",
    "PEERS",
    "SPECIALITIES",
    "STATIONS",
    "TARGETS",
    "VEHICLES",
]
