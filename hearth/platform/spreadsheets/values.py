"""From a cell to a value, by the type of the column.

Each reader takes a cell that is not empty, text already trimmed, and returns the value or raises
``CellFault`` with a reason that says how to mend the cell.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.utils.translation import gettext as _

from hearth.kernel.errors import Refusal
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.platform.spreadsheets.cells import (
    BLANKS,
    EXCEL_ERRORS,
    BadCell,
    CellFault,
    clean,
    error_in_cell,
    half_width,
    number_text,
    text_of,
)
from hearth.platform.spreadsheets.columns import Column, folded, names_of

Reader = Callable[[Any], Any]

_LARGEST = 2_147_483_647
"""What an integer column of either database holds."""

_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,20})(?:\.[0-9]{1,20})?|\.[0-9]{1,20})"
)
_WIDE = Context(prec=60)  # exact for every number that `_NUMBER` lets through
_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+")
_DATE = r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?)"
_DATE_ONLY = re.compile(_DATE + r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?")
_INSTANT = re.compile(
    _DATE + r"(?:[Tt ]\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?"
    r"\s*([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_MONTH = re.compile(r"^([0-9]{4})[-/]([0-9]{1,2})$")
_MARKED = frozenset("'=#")
_SEPARATOR = re.compile("[;；]")
_TRUE = frozenset(("y", "yes", "是", "1", "true"))
_FALSE = frozenset(("n", "no", "否", "0", "false"))
# Nothing that a text needs; half a surrogate pair and non-characters cannot be stored as text.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def reader_for(column: Column, zone: dt.tzinfo) -> Reader:
    """What turns any cell of a column into its value.

    Args:
        column: the column.
        zone: in which instants without an offset are meant.

    Returns:
        A function that raises ``CellFault``, ``ValueError`` or ``Refusal`` for a bad cell.
    """
    read = _READERS[column.type](column, zone)
    empty, last = column.empty, column.convert

    def value_of(raw: Any) -> Any:
        cell = raw
        if type(raw) is str:
            cell = raw.strip(BLANKS)
            if cell[:1] in _MARKED:
                cell = _unmarked(cell)
        elif type(raw) is BadCell:
            raise CellFault(raw.reason)
        if cell == "" or cell is None:
            if column.required:
                raise CellFault(_("This cell is required."))
            return empty
        value = read(cell)
        return value if last is None else last(value)

    return value_of


def _unmarked(cell: str) -> str:
    """A text that begins with a sign of its own: an error of Excel, or guarded from running."""
    if cell in EXCEL_ERRORS:
        raise CellFault(error_in_cell(cell).reason)
    return clean(cell)


def reason_of(error: Exception) -> str:
    """The reason that a refused cell gives its user."""
    return str(error.message if isinstance(error, Refusal) else error)


# --- texts --------------------------------------------------------------------------------------


def _check_text(text: str, limit: int) -> str:
    if not text.isprintable() and _FORBIDDEN.search(text):
        raise CellFault(_("This cell holds control characters. Type the text again."))
    if "\ufffd" in text:
        raise CellFault(_("This text was damaged by a wrong encoding. Type it again."))
    if len(text) > limit:
        message = _("Too long: %(length)s characters, at most %(limit)s are allowed.")
        raise CellFault(message % {"length": len(text), "limit": limit})
    return text


def _text(column: Column, _zone: dt.tzinfo) -> Reader:
    limit = column.length

    def read(cell: Any) -> str:
        text = cell if type(cell) is str else text_of(cell)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return _check_text(text, limit)

    return read


def _line(cell: Any) -> str:
    """A cell as one line with ASCII signs, where Excel has not changed what was typed."""
    if type(cell) is not str:
        if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
            raise CellFault(
                _("Excel has turned this into a date. Format the column as text and type it again.")
            )
        if isinstance(cell, float) and abs(cell) >= 1e15:
            raise CellFault(
                _(
                    "Excel keeps only 15 digits of a number. Format the column as text and type it"
                    " again."
                )
            )
        return text_of(cell)
    text = half_width(cell)
    if "\n" in text or "\r" in text or "\t" in text:
        raise CellFault(_("This cell must be on one line."))
    return text


def _code(column: Column, _zone: dt.tzinfo) -> Reader:
    limit = column.length

    def read(cell: Any) -> str:
        text = _line(cell)
        if "+" in text and _SHORTENED.fullmatch(text):
            raise CellFault(
                _("Excel has shortened this number. Format the column as text and type it again.")
            )
        return _check_text(text, limit)

    return read


def _choice(column: Column, _zone: dt.tzinfo) -> Reader:
    names = names_of(column.choices)
    identifiers = [str(identifier) for identifier, _label in column.choices]

    def read(cell: Any) -> str:
        found = names.get(folded(_line(cell)))
        if found is None:
            more = ", …" if len(identifiers) > 20 else ""
            message = _("Not one of: %(choices)s.")
            raise CellFault(message % {"choices": ", ".join(identifiers[:20]) + more})
        return found

    return read


def _list(column: Column, zone: dt.tzinfo) -> Reader:
    item = _choice(column, zone) if column.choices else None

    def read(cell: Any) -> tuple[str, ...]:
        parts = (part.strip() for part in _SEPARATOR.split(_check_text(_line(cell), column.length)))
        return tuple(item(part) if item else part for part in parts if part)

    return read


def _boolean(_column: Column, _zone: dt.tzinfo) -> Reader:
    def read(cell: Any) -> bool:
        text = folded(_line(cell))
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise CellFault(_("Write y or n, or 1 or 0."))

    return read


def _period(_column: Column, _zone: dt.tzinfo) -> Reader:
    def read(cell: Any) -> str:
        if isinstance(cell, dt.date):  # Excel makes a date of 2021-06
            if cell.day == 1:
                return f"{cell:%Y-%m}"
            raise CellFault(_("A day is no period. Write 2021Q2, 2021-06, 2021H1 or 2021."))
        text = _MONTH.sub(lambda found: f"{found[1]}-{found[2]:0>2}", _line(cell))
        try:
            return Period.parse(text).key
        except BadValue:
            reason = _("Not a period. Write 2021Q2, 2021-06, 2021H1 or 2021.")
            raise CellFault(reason) from None

    return read


# --- numbers ------------------------------------------------------------------------------------


def _exact(cell: Any) -> Decimal:
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        raise CellFault(_("This is a date or a time. Format the cell as a number."))
    if isinstance(cell, float) and math.isfinite(cell):
        return Decimal(number_text(cell))
    text = half_width(cell) if type(cell) is str else text_of(cell)
    if not _NUMBER.fullmatch(text):
        raise CellFault(_("This is not a number."))
    return Decimal(text.replace(",", ""))


def _bounded(value: Decimal, column: Column, largest: Decimal) -> None:
    low = -largest if column.minimum is None else column.minimum
    high = largest if column.maximum is None else column.maximum
    if value < low:
        raise CellFault(_("Too small: at least %(limit)s.") % {"limit": low})
    if value > high:
        raise CellFault(_("Too large: at most %(limit)s.") % {"limit": high})


def _scaled(places: int) -> Callable[[Column, dt.tzinfo], Reader]:
    factor = 10**places
    largest = Decimal(_LARGEST) / factor

    def build(column: Column, _zone: dt.tzinfo) -> Reader:
        unbounded = column.minimum is None and column.maximum is None

        def read(cell: Any) -> int:
            if type(cell) is float and unbounded and abs(cell) < 1_000_000:
                near: int = round(cell * factor)
                if near / factor == cell:  # the same float, so the same decimal number
                    return near
            value = _exact(cell)
            _bounded(value, column, largest)
            scaled = _WIDE.multiply(value, Decimal(factor))
            whole = int(scaled)
            if whole != scaled:
                if not places:
                    raise CellFault(_("This must be a whole number."))
                message = _("At most %(places)s decimals are allowed.")
                raise CellFault(message % {"places": places})
            return whole

        return read

    return build


def _decimal(column: Column, _zone: dt.tzinfo) -> Reader:
    places = 10 if column.places is None else column.places
    largest, step = Decimal(10**18), Decimal(1).scaleb(-places)

    def read(cell: Any) -> Decimal:
        value = _exact(cell)
        _bounded(value, column, largest)
        if value != value.quantize(step, ROUND_HALF_UP, _WIDE):
            message = _("At most %(places)s decimals are allowed.")
            raise CellFault(message % {"places": places})
        return value

    return read


def _degrees(bound: int) -> Callable[[Column, dt.tzinfo], Reader]:
    step = Decimal("0.000001")

    def build(_column: Column, _zone: dt.tzinfo) -> Reader:
        def read(cell: Any) -> Decimal:
            value = _exact(cell)
            if abs(value) > bound:
                message = _(
                    "Not between -%(bound)s and %(bound)s degrees. Longitude and latitude may have"
                    " changed places."
                )
                raise CellFault(message % {"bound": bound})
            return value.quantize(step, ROUND_HALF_UP, _WIDE)

        return read

    return build


# --- time ---------------------------------------------------------------------------------------


def _day(year: str, *parts: str | None) -> dt.date:
    month, day = (part for part in parts if part)
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise CellFault(_("There is no such day in the calendar.")) from None
    return _in_our_times(found)


def _in_our_times(day: dt.date) -> dt.date:
    if not 1900 <= day.year <= 2199:
        raise CellFault(_("The year must lie between 1900 and 2199."))
    return day


def _date(_column: Column, _zone: dt.tzinfo) -> Reader:
    def read(cell: Any) -> dt.date:
        if isinstance(cell, dt.datetime):
            if cell.time() != dt.time():
                raise CellFault(_("This cell holds a time of day as well. Write the date alone."))
            cell = cell.date()
        if isinstance(cell, dt.date):
            return _in_our_times(cell)
        found = _DATE_ONLY.fullmatch(half_width(cell)) if type(cell) is str else None
        if not found:
            raise CellFault(_("Not a date. Write it as 2021-06-15 or format the cell as a date."))
        return _day(*found.groups())

    return read


def _instant(_column: Column, zone: dt.tzinfo) -> Reader:
    def read(cell: Any) -> dt.datetime:
        if isinstance(cell, dt.datetime):
            _in_our_times(cell)
            return _to_utc(_whole_second(cell), zone)
        if isinstance(cell, dt.date):
            return _to_utc(dt.datetime.combine(_in_our_times(cell), dt.time()), zone)
        found = _INSTANT.fullmatch(half_width(cell)) if type(cell) is str else None
        if not found:
            raise CellFault(_("Not a date and time. Write it as 2021-06-15T10:30."))
        *day, hour, minute, second, fraction, offset = found.groups()
        micros = int(f"{fraction or '0':0<6.6}")
        try:
            clock = dt.time(int(hour or 0), int(minute or 0), int(second or 0), micros)
        except ValueError:
            raise CellFault(_("There is no such time of day.")) from None
        return _to_utc(dt.datetime.combine(_day(*day), clock), _zone_of(offset, zone))

    return read


def _whole_second(local: dt.datetime) -> dt.datetime:
    """The second that Excel shows: a computed 10:00 is stored as 09:59:59.999 at times."""
    if not local.microsecond:
        return local
    nearest = (local + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest if abs(nearest - local) <= dt.timedelta(milliseconds=2) else local


def _zone_of(offset: str | None, zone: dt.tzinfo) -> dt.tzinfo:
    if not offset:
        return zone
    if offset in "Zz":
        return dt.UTC
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise CellFault(_("There is no such offset from UTC."))
    ahead = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-ahead if offset[0] == "-" else ahead)


def _to_utc(local: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant a local time means; the earlier one where clocks were set back.

    A local time that clocks skipped when they were set forward is refused.
    """
    instant = local.replace(tzinfo=zone).astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise CellFault(_("Clocks were set forward then: this time did not exist."))
    return instant


_READERS: dict[str, Callable[[Column, dt.tzinfo], Reader]] = {
    "text": _text,
    "code": _code,
    "integer": _scaled(0),
    "milli": _scaled(3),
    "centi": _scaled(2),
    "decimal": _decimal,
    "date": _date,
    "instant": _instant,
    "boolean": _boolean,
    "list": _list,
    "choice": _choice,
    "longitude": _degrees(180),
    "latitude": _degrees(90),
    "period": _period,
}
