"""Pages of a long list.

An OFFSET makes the database pass over all the rows before the page. It passes over keys in an index
quickly, over rows joined with their units and standards slowly; so keys come first, counted from
the nearer end.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.sql.where import WhereNode

from hearth.web.remember import remembered

PAGE = 50


class KeysFirst(Paginator[Any]):
    """A paginator over an ordered queryset: finds the keys of a page, then their rows.

    One query more than Django's own, and the last page costs what the first does. With ``at``, the
    ``stamp`` of all that moves rows in or out of the list, their number is asked for once a stamp.
    """

    def __init__(self, rows: QuerySet[Any], per_page: int = PAGE, *, at: int | None = None) -> None:
        super().__init__(rows, per_page)
        self.rows = rows
        self.at = at

    @cached_property
    def count(self) -> int:
        """How many rows there are in all."""
        if self.at is None:
            return self.rows.count()
        try:
            asked = self.rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return 0
        return remembered("count", asked, self.at, self.rows.count)

    def page(self, number: int | str) -> Page[Any]:
        """The page with this number.

        Raises:
            PageNotAnInteger: not a number.
            EmptyPage: no such page.
        """
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        keys = self._keys(start, end)
        return Page(self._rows(keys), number, self)

    def _keys(self, start: int, end: int) -> list[Any]:
        after = self.count - end
        if after < start:
            return list(
                self.rows.reverse().values_list("pk", flat=True)[after : after + end - start]
            )
        return list(self.rows.values_list("pk", flat=True)[start:end])

    def _rows(self, keys: list[Any]) -> list[Any]:
        """By key alone: beside the conditions of the list SQLite would look for them by those."""
        found = self.rows.all()
        found.query.where = WhereNode()
        return list(found.filter(pk__in=keys)) if keys else []
