"""What a query tells the planner of the database where it cannot know better."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.expressions import CombinedExpression


class Likely(Func):
    """A condition that most rows meet.

    SQLite keeps no statistics by itself. It takes every equation for a rare thing and every span
    for a narrow one, and would look for most rows of a table by them rather than pass the others
    by, in an order in which they must be sorted. PostgreSQL knows how rows are spread, and is told
    nothing.
    """

    function = "likely"
    output_field = BooleanField()

    def __init__(self, condition: Q) -> None:
        super().__init__(ExpressionWrapper(condition, output_field=BooleanField()))

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """The condition alone."""
        return compiler.compile(self.source_expressions[0])


def unindexed(column: str) -> CombinedExpression:
    """A column of whole numbers that the database is to look at in rows found by other means.

    Where each side of an OR, or a list of most units, has an index, SQLite collects the rows of
    them all from the table and sorts them, though the first fifty in order were the answer.
    """
    return CombinedExpression(F(column), "+", Value(0), output_field=BigIntegerField())
