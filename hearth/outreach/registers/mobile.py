"""The ledgers of mobile service: where it goes, and with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.registers import Fault, Field, Register
from hearth.outreach.labels import TARGET_GROUPS, VEHICLE_KINDS
from hearth.outreach.models import ServiceTarget, ServiceVehicle
from hearth.outreach.registers.shared import EDIT, VIEW, since_fields, span_faults, unit_field
from hearth.platform.spreadsheets import Column


def _target_faults(row: Any, found: Mapping[str, Any]) -> Iterable[Fault]:
    yield from span_faults(row, found)
    if (row.longitude is None) != (row.latitude is None):
        yield "longitude", _now("Give longitude and latitude together, or neither.")


TARGETS = Register(
    kind="service_targets",
    title=_("Targets of mobile service"),
    model=ServiceTarget,
    fields=[
        Field(
            Column(
                "target", pgettext_lazy("ledger", "Number"), "code", required=True, max_length=40
            )
        ),
        unit_field(),
        Field(Column("name", pgettext_lazy("ledger", "Name"), required=True, max_length=120)),
        Field(
            Column(
                "group",
                _("Target group"),
                "choice",
                required=True,
                choices=list(TARGET_GROUPS.items()),
            ),
            filters=True,
        ),
        Field(Column("city", pgettext_lazy("unit", "City"), max_length=40), lists=False),
        Field(Column("district", pgettext_lazy("unit", "District"), max_length=40), lists=False),
        Field(Column("township", _("Township"), max_length=60)),
        Field(Column("address", pgettext_lazy("unit", "Address"), max_length=200), lists=False),
        Field(
            Column("longitude", pgettext_lazy("unit", "Longitude"), "longitude", convert=float),
            lists=False,
        ),
        Field(
            Column("latitude", pgettext_lazy("unit", "Latitude"), "latitude", convert=float),
            lists=False,
        ),
        Field(
            Column(
                "every_days",
                _("To be visited every … days"),
                "integer",
                minimum=1,
                maximum=1000,
                default=90,
                note=_("A longer silence shows as a gap. 90 when empty."),
            )
        ),
        *since_fields(),
    ],
    natural_key=("target",),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=_target_faults,
    notes=(_("The unit is the one that looks after the target."),),
    example={
        "target": "T-0031",
        "unit": "BR01",
        "name": "Reed Village",
        "group": "remote",
        "township": "Reed Township",
        "every_days": 60,
        "since": "2021-01-01",
    },
    label=lambda one: one.name,
    list_order=("unit_path", "name"),
    page="outreach:target",
)

VEHICLES = Register(
    kind="service_vehicles",
    title=_("Vehicles and kits of mobile service"),
    model=ServiceVehicle,
    fields=[
        Field(
            Column(
                "vehicle", pgettext_lazy("ledger", "Number"), "code", required=True, max_length=40
            )
        ),
        unit_field(),
        Field(Column("name", pgettext_lazy("ledger", "Name"), required=True, max_length=80)),
        Field(
            Column(
                "kind",
                pgettext_lazy("vehicle", "Kind"),
                "choice",
                required=True,
                choices=list(VEHICLE_KINDS.items()),
            ),
            filters=True,
        ),
        *since_fields(),
    ],
    natural_key=("vehicle",),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=span_faults,
    example={
        "vehicle": "V-01",
        "unit": "BR01",
        "name": "Service bus",
        "kind": "vehicle",
        "since": "2021-01-01",
    },
    label=lambda one: one.name,
    list_order=("unit_path", "name"),
)
