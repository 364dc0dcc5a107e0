"""What one work order may say, whoever writes it and by whichever way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order says, and what is known of the sign it names.

    Attributes:
        kind: of ``WorkOrder.Kind``.
        unit: key of the unit it is about.
        sign_unit: key of the unit where the sign hangs; None without a sign.
        names_facility: whether it names a facility.
        installed_on: of the sign.
        retired_on: of the sign: first day on which it no longer hangs.
        today: the day on which this is written.
    """

    kind: str
    unit: int
    opened_on: date
    today: date
    done_on: date | None = None
    sign_unit: int | None = None
    names_facility: bool = False
    installed_on: date | None = None
    retired_on: date | None = None


def faults(order: OrderFacts) -> Iterator[tuple[str, str]]:
    """Column and code of everything that cannot be so.

    Codes: ``one_asset``, ``foreign_sign``, ``done_before_opened``, ``opened_in_future``,
    ``done_in_future``, ``done_before_installed``, ``opened_after_retired``.
    """
    has_sign = order.sign_unit is not None
    if has_sign and order.names_facility:
        yield "facility", "one_asset"
    if has_sign and order.sign_unit != order.unit:
        yield "sign_no", "foreign_sign"
    if order.opened_on > order.today:
        yield "opened_on", "opened_in_future"
    if order.retired_on is not None and order.opened_on > order.retired_on:
        yield "sign_no", "opened_after_retired"
    if order.done_on is None:
        return
    if order.done_on < order.opened_on:
        yield "done_on", "done_before_opened"
    if order.done_on > order.today:
        yield "done_on", "done_in_future"
    if order.installed_on is not None and order.done_on < order.installed_on:
        yield "done_on", "done_before_installed"
