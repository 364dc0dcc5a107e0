"""How codes in a sheet become records: units, staff, and whatever a room keeps by a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from hearth.network.models import Person, Unit
from hearth.network.scope import Scope

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str

_UNKNOWN = _("There is no “%(value)s” here. Look at the template's list.")
_BATCH = 900  # SQLite takes 1,000 values in one statement, as it is built


def batches(values: Iterable[Any], size: int = _BATCH) -> Iterator[Sequence[Any]]:
    """Parts of ``values`` that fit one statement."""
    ordered = list(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


class UnitLookup:
    """Units by code, of any level, that lie in the scope now."""

    column = "code"
    missing = _("There is no unit %(value)s in your part of the tree. Import units first.")

    def found(self, codes: Iterable[str], scope: Scope) -> Mapping[str, Any]:
        """Units by code."""
        reach = Unit.objects.visible_to(scope)
        return {u.code: u for part in batches(codes) for u in reach.filter(code__in=part)}

    def code(self, record: Any) -> str:
        """The unit's code."""
        return str(record.code)

    def options(self) -> Sequence[tuple[str, str]]:
        """None: units are typed and suggested."""
        return ()


class PersonLookup:
    """Staff by number; anyone who ever held a post in the scope."""

    column = "staff_no"
    missing = _("There is no member of staff %(value)s in your part of the tree.")

    def found(self, codes: Iterable[str], scope: Scope) -> Mapping[str, Any]:
        """People by staff number."""
        reach = Person.objects.visible_to(scope)
        return {p.staff_no: p for part in batches(codes) for p in reach.filter(staff_no__in=part)}

    def code(self, record: Any) -> str:
        """The staff number."""
        return str(record.staff_no)

    def options(self) -> Sequence[tuple[str, str]]:
        """None: numbers are typed."""
        return ()


MOST_OPTIONS = 300
"""So many records are offered as a drop-down; of more the code is typed."""


@dataclass(frozen=True, slots=True)
class CodeLookup:
    """Records of a model by one text column, the same for everyone (catalogues, sittings)."""

    model: type[Model]
    column: str = "code"
    missing: StrOrPromise = _UNKNOWN
    related: tuple[str, ...] = ()

    @property
    def is_catalogue(self) -> bool:
        """Whether its codes are for machines, and people know the records by their names."""
        return self.column == "code"

    def found(self, codes: Iterable[str], scope: Scope) -> Mapping[str, Any]:
        """Records by code; those withdrawn are not found."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if any(f.name == "withdrawn_at" for f in self.model._meta.concrete_fields):
            rows = rows.filter(withdrawn_at__isnull=True)
        rows = rows.select_related(*self.related) if self.related else rows
        named: dict[str, Any] = {}
        for part in batches(codes):
            for one in rows.filter(**{f"{self.column}__in": list(part)}):
                named[str(getattr(one, self.column))] = one
        return named

    def code(self, record: Any) -> str:
        """The record's code."""
        return str(getattr(record, self.column))

    def options(self) -> Sequence[tuple[str, str]]:
        """Code and name of each record, in the reader's language; none where there are many."""
        found = list(self.model._default_manager.order_by(self.column)[: MOST_OPTIONS + 1])
        if len(found) > MOST_OPTIONS:
            return ()
        return [(self.code(one), str(one)) for one in found]


UNIT = UnitLookup()
PERSON = PersonLookup()
