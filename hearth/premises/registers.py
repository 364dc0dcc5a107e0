"""The ledgers of the premises, as they stand in spreadsheets and forms (formats.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.lookups import UNIT, CodeLookup
from hearth.ledgers.registers import Fault, Field, Register, declare
from hearth.platform.spreadsheets import Column
from hearth.premises.domain.orders import OrderFacts
from hearth.premises.domain.orders import faults as order_faults
from hearth.premises.models import FacilityCheck, FacilityKind, Sign, WorkOrder
from hearth.premises.sentences import FAULTS

VIEW, EDIT = "premises.view", "premises.edit"

_UNIT = Field(
    Column("unit", pgettext_lazy("ledger", "Unit"), "code", required=True, example="210102"),
    lookup=UNIT,
    filters=True,
)
_SIGN = CodeLookup(
    Sign, "sign_no", missing=_("There is no sign %(value)s. Enter it among the signs first.")
)
_FACILITY = CodeLookup(FacilityKind)


def _sign_faults(row: Any, _found: Mapping[str, Any]) -> Iterator[Fault]:
    if row.installed_on and row.installed_on > timezone.localdate():
        yield "installed_on", FAULTS["installed_in_future"]
    if row.installed_on and row.retired_on and row.retired_on < row.installed_on:
        yield "retired_on", FAULTS["retired_before_installed"]


def _sign_place(_row: Any, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """A sign lies where its outlet lies, not where that lay when the sign was put up."""
    return {"unit_path": found["unit"].path}


SIGNS = Register(
    "signs",
    pgettext_lazy("ledger", "Signs"),
    Sign,
    (
        Field(
            Column(
                "sign_no",
                pgettext_lazy("sign", "Sign number"),
                "code",
                required=True,
                unique=True,
                note=_("As on the sign's label; no other sign has it."),
            )
        ),
        _UNIT,
        Field(
            Column(
                "kind",
                pgettext_lazy("sign", "Kind of sign"),
                "choice",
                required=True,
                choices=Sign.Kind.choices,
            ),
            filters=True,
        ),
        Field(
            Column(
                "installed_on",
                pgettext_lazy("sign", "Put up on"),
                "date",
                note=_("Empty: nobody knows; it has hung since ever."),
            )
        ),
        Field(
            Column(
                "retired_on",
                pgettext_lazy("sign", "Taken down on"),
                "date",
                note=_("Empty: it still hangs."),
            )
        ),
    ),
    natural_key=("sign_no",),
    day="installed_on",
    view=VIEW,
    edit=EDIT,
    check=_sign_faults,
    derive=_sign_place,
    notes=(_("One row for each light box, lintel, name plate and door plate of an outlet."),),
    example={
        "sign_no": "210102-L1",
        "unit": "210102",
        "kind": "lightbox",
        "installed_on": "2016-05-20",
    },
    label=lambda sign: f"{sign.sign_no} {sign.get_kind_display()}",
    list_order=("unit_path", "sign_no"),
    page="premises:sign",
)


def _faults_of_order(row: Any, found: Mapping[str, Any]) -> Iterator[Fault]:
    sign, unit = found["sign_no"], found["unit"]
    facts = OrderFacts(
        row.kind,
        unit.pk,
        row.opened_on,
        timezone.localdate(),
        row.done_on,
        None if sign is None else sign.unit_id,
        found["facility"] is not None,
        None if sign is None else sign.installed_on,
        None if sign is None else sign.retired_on,
    )
    for column, code in order_faults(facts):
        yield column, FAULTS[code]


WORK_ORDERS = Register(
    "work_orders",
    pgettext_lazy("ledger", "Work orders"),
    WorkOrder,
    (
        Field(
            Column(
                "order_no",
                pgettext_lazy("work order", "Order number"),
                "code",
                required=True,
                unique=True,
                note=_("As on the order; no other order has it."),
            )
        ),
        _UNIT,
        Field(
            Column(
                "kind",
                pgettext_lazy("work order", "Kind of work"),
                "choice",
                required=True,
                choices=WorkOrder.Kind.choices,
            ),
            filters=True,
        ),
        Field(
            Column(
                "sign_no",
                pgettext_lazy("work order", "Sign"),
                "code",
                note=_("Number of the sign that the work is on; empty where it is on none."),
            ),
            attribute="sign",
            lookup=_SIGN,
        ),
        Field(
            Column(
                "facility",
                pgettext_lazy("work order", "Facility"),
                "code",
                note=_("Code of the facility that the work is on; empty where it is on none."),
            ),
            lookup=_FACILITY,
            filters=True,
        ),
        Field(Column("opened_on", pgettext_lazy("work order", "Opened on"), "date", required=True)),
        Field(
            Column(
                "done_on",
                pgettext_lazy("work order", "Done on"),
                "date",
                note=_("Empty: it is not done yet."),
            )
        ),
        Field(
            Column(
                "cost_fen",
                pgettext_lazy("work order", "Cost in fen"),
                "integer",
                minimum=0,
                maximum=10**13,
                note=_("In fen, a hundredth of a yuan: 128000 is 1,280 yuan."),
            )
        ),
        Field(
            Column("contractor", pgettext_lazy("work order", "Contractor"), max_length=120),
            lists=False,
        ),
        Field(
            Column("note", pgettext_lazy("work order", "Note"), max_length=1000),
            lists=False,
        ),
    ),
    natural_key=("order_no",),
    day="opened_on",
    view=VIEW,
    edit=EDIT,
    check=_faults_of_order,
    notes=(
        _("One row for each piece of work on a sign, on a facility or on the house itself."),
        _("A sign that was replaced is also entered among the signs, with the day it came down."),
    ),
    example={
        "order_no": "2021-000123",
        "unit": "210102",
        "kind": "repair",
        "sign_no": "210102-L1",
        "opened_on": "2021-04-12",
        "done_on": "2021-04-15",
        "cost_fen": "128000",
    },
    label=lambda order: f"{order.order_no} {order.get_kind_display()}",
    list_order=("-opened_on", "-pk"),
    page="premises:order",
)


def _facility_faults(row: Any, found: Mapping[str, Any]) -> Iterator[Fault]:
    if row.checked_on > timezone.localdate():
        yield "checked_on", FAULTS["checked_in_future"]
    if not found["unit"].is_outlet:
        yield "unit", FAULTS["not_an_outlet"]


def _facility_duty(row: Any, found: Mapping[str, Any]) -> Mapping[str, Any]:
    if row.required is not None:
        return {}
    return {"required": found["facility"].is_owed_by(found["unit"].kind)}


FACILITIES = Register(
    "facilities",
    pgettext_lazy("ledger", "Facilities"),
    FacilityCheck,
    (
        _UNIT,
        Field(
            Column(
                "facility",
                pgettext_lazy("facility", "Facility"),
                "code",
                required=True,
                note=_("Code from the catalogue of facilities."),
                example="ramp",
            ),
            lookup=_FACILITY,
            filters=True,
        ),
        Field(
            Column(
                "required",
                pgettext_lazy("facility", "Required"),
                "boolean",
                note=_("Whether this outlet must have it; empty: as the catalogue says."),
            )
        ),
        Field(
            Column(
                "present",
                pgettext_lazy("facility", "Present"),
                "boolean",
                required=True,
                note=_("Whether it was there and usable when it was checked."),
            )
        ),
        Field(
            Column(
                "checked_on",
                pgettext_lazy("facility", "Checked on"),
                "date",
                required=True,
            )
        ),
    ),
    natural_key=("unit", "facility", "checked_on"),
    day="checked_on",
    view=VIEW,
    edit=EDIT,
    check=_facility_faults,
    derive=_facility_duty,
    notes=(
        _("One row for each facility of an outlet on the day it was checked."),
        _("Of several checks the latest one counts."),
    ),
    example={
        "unit": "210102",
        "facility": "reading_glasses",
        "required": "y",
        "present": "y",
        "checked_on": "2021-05-31",
    },
    label=lambda check: f"{check.unit} {check.facility} {check.checked_on}",
    list_order=("-checked_on", "unit_path"),
)

declare(SIGNS, WORK_ORDERS, FACILITIES)
