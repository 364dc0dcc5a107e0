"""Tables of outreach."""

from hearth.outreach.models.activities import Activity, ActivityPhoto, SignIn, SignInSheet
from hearth.outreach.models.catalogues import (
    ActivityKind,
    FeatureKind,
    SampleRate,
    SpecialityKind,
)
from hearth.outreach.models.experience import ExperienceVisit, Observation, PeerOutlet
from hearth.outreach.models.mobile import ServiceTarget, ServiceVehicle, Trip, TripStop
from hearth.outreach.models.offers import (
    Feature,
    FeaturePhoto,
    HomeVisitCapability,
    Speciality,
    Station,
    StationPhoto,
)
from hearth.outreach.models.sampling import Sample, SampleItem, SamplePhoto
from hearth.outreach.models.visits import Visit, VisitCall, VisitPaper, VisitRules

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityPhoto",
    "ExperienceVisit",
    "Feature",
    "FeatureKind",
    "FeaturePhoto",
    "HomeVisitCapability",
    "Observation",
    "PeerOutlet",
    "Sample",
    "SampleItem",
    "SamplePhoto",
    "SampleRate",
    "ServiceTarget",
    "ServiceVehicle",
    "SignIn",
    "SignInSheet",
    "Speciality",
    "SpecialityKind",
    "Station",
    "StationPhoto",
    "Trip",
    "TripStop",
    "Visit",
    "VisitCall",
    "VisitPaper",
    "VisitRules",
]
