"""Signs, facilities and work orders that tests start from."""

from __future__ import annotations

import itertools
from datetime import date
from types import SimpleNamespace
from typing import Any

from hearth.ledgers.registers import Register
from hearth.network.models import Unit
from hearth.premises.models import FacilityCheck, FacilityKind, Sign, WorkOrder

_numbers = itertools.count(1)


def row_of(register: Register, **values: Any) -> Any:
    """A row of a register as a sheet gives it; columns not named are empty."""
    empty = {one.name: one.column.empty for one in register.fields}
    return SimpleNamespace(**empty | values)


def make_sign(unit: Unit, **fields: Any) -> Sign:
    """A light box at ``unit`` that has hung since 2018, unless ``fields`` say otherwise."""
    fields.setdefault("sign_no", f"L{next(_numbers):05d}")
    fields.setdefault("kind", "lightbox")
    fields.setdefault("installed_on", date(2018, 5, 1))
    fields.setdefault("unit_path", unit.path)
    return Sign.objects.create(unit=unit, **fields)


def make_order(unit: Unit, **fields: Any) -> WorkOrder:
    """A repair at ``unit`` opened on 10 May 2021 and not done, unless ``fields`` say otherwise."""
    fields.setdefault("order_no", f"W{next(_numbers):05d}")
    fields.setdefault("kind", "repair")
    fields.setdefault("opened_on", date(2021, 5, 10))
    fields.setdefault("unit_path", unit.path)
    return WorkOrder.objects.create(unit=unit, **fields)


def facility(code: str) -> FacilityKind:
    """The facility with this code of the catalogue that every system begins with."""
    return FacilityKind.objects.get(code=code)


def make_facility_check(unit: Unit, code: str, **fields: Any) -> FacilityCheck:
    """``unit`` must have the facility and has it on 31 May 2021, unless ``fields`` differ."""
    fields.setdefault("required", True)
    fields.setdefault("present", True)
    fields.setdefault("checked_on", date(2021, 5, 31))
    fields.setdefault("unit_path", unit.path)
    return FacilityCheck.objects.create(unit=unit, facility=facility(code), **fields)
