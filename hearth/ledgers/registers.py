"""A register: one ledger declared once; its sheet, form, list and trail follow from it.

A room declares its registers in ``registers.py`` and adds them to the house with ``declare``; the
spreadsheet, the page and the command line know registers only. What a single cell cannot tell
(a row against the database, two cells against each other) is said by ``check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from hearth.ledgers.models import Record
from hearth.network.scope import Scope
from hearth.platform.spreadsheets import Column, SheetSpec

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str


class Lookup(Protocol):
    """Finds the records that a column names by their codes."""

    @property
    def column(self) -> str:
        """Attribute of the records that holds their code."""

    @property
    def missing(self) -> StrOrPromise:
        """The sentence where a code is not known; ``%(value)s`` stands for it."""

    def found(self, codes: Iterable[str], scope: Scope) -> Mapping[str, Any]:
        """Records by code, of those that exist and may be named by whoever reaches ``scope``."""

    def code(self, record: Any) -> str:
        """The code by which a sheet names ``record``."""

    def options(self) -> Sequence[tuple[str, str]]:
        """Codes and names to choose from; empty where there are too many to offer."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register.

    Attributes:
        column: heading, type and bounds, as in the sheet.
        attribute: of the model; the column's name when empty. Of a lookup: the foreign key.
        lookup: how the code in the cell becomes a record.
        filters: whether the list offers it as a filter (choices and lookups).
        lists: whether the list shows it.
    """

    column: Column
    attribute: str = ""
    lookup: Lookup | None = None
    filters: bool = False
    lists: bool = True

    @property
    def name(self) -> str:
        """Identifier of the column."""
        return self.column.name

    @property
    def stored(self) -> str:
        """Attribute of the model that a value goes into: of a foreign key, its ``_id``."""
        attribute = self.attribute or self.column.name
        return f"{attribute}_id" if self.lookup is not None else attribute

    @property
    def relation(self) -> str:
        """Attribute under which the model gives the value back: of a foreign key, the record."""
        return self.attribute or self.column.name


Fault = tuple[str, str]
"""Column and sentence of what is wrong with a row."""


def _nothing(_row: Any, _found: Mapping[str, Any]) -> Iterable[Fault]:
    return ()


def _no_more(_row: Any, _found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Register:
    """One ledger.

    Attributes:
        kind: identifier in files, addresses and on the command line.
        title: its name for people.
        model: where its rows are kept.
        fields: its columns, in the order of the template. One of them names the unit.
        natural_key: columns that together name a record; a standing record has each key once.
        day: column whose day places a record in the tree: a date, an instant, or a period,
            which counts by its last day. Empty where records have no day.
        day_attribute: of the model, by which lists are narrowed to days, where another one than
            the day's column says it best (a derived one).
        view: permission to read it.
        edit: permission to write it, in the part of the tree where the unit lies.
        updates: whether a known key with other content changes the record; else it is an error.
        withdraws: whether one person may take a record back; where two must agree, the room has
            its own way.
        check: faults of a row that no single cell shows; gets the row and the looked-up records
            by column.
        derive: more attributes to store, from the same two.
        unit_of: the unit a row is about, where no column ``unit`` says it.
        is_of_network: whether its records belong to the top of the network, not to any one unit
            (a question bank); then neither a column nor ``unit_of`` is asked.
        notes: sentences for the template.
        example: for the notes of the template, as cells are written, by column.
        label: a short text that names one record on its page.
        list_order: order of the list, as of ``order_by``.
        page: name of the URL of a record's own page, where the room has a better one than the
            register's; it takes ``pk``.
    """

    kind: str
    title: StrOrPromise
    model: type[Record]
    fields: Sequence[Field]
    natural_key: Sequence[str]
    day: str
    view: str
    edit: str
    updates: bool = True
    withdraws: bool = True
    check: Callable[[Any, Mapping[str, Any]], Iterable[Fault]] = _nothing
    derive: Callable[[Any, Mapping[str, Any]], Mapping[str, Any]] = _no_more
    unit_of: Callable[[Any, Mapping[str, Any]], Any] | None = None
    is_of_network: bool = False
    day_attribute: str = ""
    notes: Sequence[StrOrPromise] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    label: Callable[[Any], str] = str
    list_order: Sequence[str] = ("-pk",)
    page: str = ""

    @cached_property
    def spec(self) -> SheetSpec:
        """Its sheet."""
        return SheetSpec(
            self.kind,
            [one.column for one in self.fields],
            natural_key=tuple(self.natural_key),
            title=self.title,
            notes=tuple(self.notes),
            example_rows=(self.example,) if self.example else (),
        )

    def named(self, name: str) -> Field:
        """The field of a column.

        Raises:
            KeyError: there is no such column.
        """
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def listed_by(self) -> str:
        """Attribute of the day by which lists are narrowed; empty where records have none."""
        return self.day_attribute or (self.named(self.day).stored if self.day else "")

    @cached_property
    def relations(self) -> tuple[str, ...]:
        """Foreign keys that its rows show."""
        return tuple(one.relation for one in self.fields if one.lookup is not None)

    def cells(self, record: Any) -> tuple[Any, ...]:
        """A record as a row of its sheet; relations as codes."""
        return tuple(self.cell(one, record) for one in self.fields)

    @staticmethod
    def cell(one: Field, record: Any) -> Any:
        """What a record shows in one column."""
        value = getattr(record, one.relation)
        if one.lookup is not None:
            return "" if value is None else one.lookup.code(value)
        return value


REGISTERS: dict[str, Register] = {}
"""Every register of the house by kind, in the order in which rooms declared them."""


def declare(*registers: Register) -> None:
    """Add registers to the house.

    Raises:
        ValueError: a kind is declared twice.
    """
    for register in registers:
        if register.kind in REGISTERS:
            raise ValueError(f"register {register.kind} is declared twice")
        REGISTERS[register.kind] = register
