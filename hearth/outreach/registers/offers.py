"""The ledgers of what outlets offer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.lookups import PERSON, CodeLookup
from hearth.ledgers.registers import Field, Register
from hearth.outreach.models import (
    Feature,
    FeatureKind,
    HomeVisitCapability,
    Speciality,
    SpecialityKind,
    Station,
)
from hearth.outreach.registers.shared import (
    EDIT,
    VIEW,
    outlet_span_faults,
    since_fields,
    unit_field,
)
from hearth.platform.spreadsheets import Column

_ORDER = ("unit_path", "-since")

FEATURES = Register(
    kind="features",
    title=_("Special services"),
    model=Feature,
    fields=[
        unit_field(),
        Field(
            Column(
                "feature",
                _("Special service"),
                "code",
                required=True,
                max_length=40,
                note=_("Its code in the catalogue, such as nursing_room or reading_corner."),
            ),
            lookup=CodeLookup(FeatureKind),
            filters=True,
        ),
        *since_fields(),
    ],
    natural_key=("unit", "feature", "since"),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=outlet_span_faults,
    example={"unit": "OUT0007", "feature": "nursing_room", "since": "2021-03-01"},
    label=lambda one: f"{one.unit.name} · {one.feature}",
    list_order=_ORDER,
    page="outreach:feature",
)

SPECIALITIES = Register(
    kind="specialities",
    title=_("Specialised outlets"),
    model=Speciality,
    fields=[
        unit_field(),
        Field(
            Column(
                "speciality",
                _("Speciality"),
                "code",
                required=True,
                max_length=40,
                note=_("Its code, such as inclusive_finance, international or rural."),
            ),
            lookup=CodeLookup(SpecialityKind),
            filters=True,
        ),
        *since_fields(),
    ],
    natural_key=("unit", "speciality", "since"),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=outlet_span_faults,
    example={"unit": "OUT0007", "speciality": "inclusive_finance", "since": "2021-01-01"},
    label=lambda one: f"{one.unit.name} · {one.speciality}",
    list_order=_ORDER,
)

STATIONS = Register(
    kind="stations",
    title=_("Stations of care"),
    model=Station,
    fields=[
        unit_field(),
        *since_fields(),
        Field(
            Column(
                "services",
                pgettext_lazy("station", "Services"),
                "list",
                max_length=1000,
                note=_("What it offers, separated by ;"),
            )
        ),
    ],
    natural_key=("unit", "since"),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=outlet_span_faults,
    example={"unit": "OUT0007", "since": "2021-04-01", "services": "Seats;Water;Newspapers"},
    label=lambda one: one.unit.name,
    list_order=_ORDER,
    page="outreach:station",
)

CAPABILITIES = Register(
    kind="home_visit_capability",
    title=_("Outlets able to make home visits"),
    model=HomeVisitCapability,
    fields=[
        unit_field(),
        *since_fields(),
        Field(
            Column(
                "staff",
                _("First person"),
                "code",
                required=True,
                max_length=40,
                note=_("Staff number of someone trained for home visits."),
            ),
            lookup=PERSON,
        ),
        Field(
            Column(
                "second",
                _("Second person"),
                "code",
                max_length=40,
                note=_("Staff number of the other one; two go together."),
            ),
            lookup=PERSON,
        ),
        Field(
            Column(
                "device",
                _("Device"),
                required=True,
                max_length=80,
                note=_("Number of the portable terminal."),
            )
        ),
    ],
    natural_key=("unit", "since"),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=outlet_span_faults,
    notes=(_("End the row on the day when the device or one of the people is no longer there."),),
    example={"unit": "OUT0007", "since": "2021-02-01", "staff": "100234", "device": "PAD-0071"},
    label=lambda one: one.unit.name,
    list_order=_ORDER,
)
