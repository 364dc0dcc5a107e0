"""Statements that are put into words once and run often.

Django words a statement anew each time it runs, and PostgreSQL reads and plans it anew. For the few
that every submitted check runs, that took most of the time of both; here the wording is kept, and
PostgreSQL keeps what it made of it (``benchmarks/bench_submit.py``). Everything else goes through
the models' managers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


def cursor_of_kept() -> Any:
    """A cursor for wording that stays the same: PostgreSQL keeps it parsed and planned."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    return database.prepared_cursor() if database.vendor == "postgresql" else database.cursor()


def fetch(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """All rows of a query in plain SQL that both databases understand.

    Values come as the driver gives them: a JSON column as text, on SQLite an instant without its
    zone (``moment`` mends it) and a UUID as 32 digits. Instants among ``params`` go through
    ``instant``, UUIDs through ``key``.
    """
    with cursor_of_kept() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def change(sql: str, *params: Any) -> int:
    """Run a statement that writes; the number of rows it touched."""
    with cursor_of_kept() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def instant(value: Any) -> Any:
    """An aware instant in the form in which a column of this database compares it."""
    return connection.ops.adapt_datetimefield_value(value)


def moment(value: datetime | None) -> datetime | None:
    """An aware instant of what a column gave; the inverse of ``instant``."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def key(value: Any) -> Any:
    """A UUID in the form in which a column of this database compares it."""
    return value if connection.features.has_native_uuid_field else value.hex


def insert(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model by one statement, and set the keys that the database gave.

    As ``bulk_create`` without its options; a few hundred rows at most.

    Raises:
        IntegrityError: as the database says it.
    """
    if not rows:
        return
    model = type(rows[0])
    head, one, fields, returning = _words(model, rows[0].pk is None, connection.vendor)
    database = connections[DEFAULT_DB_ALIAS]  # asking the proxy for each value costs as much again
    params = [
        field.get_db_prep_save(field.pre_save(row, add=True), database)
        for row in rows
        for field in fields
    ]
    with cursor_of_kept() as cursor:
        cursor.execute(f"{head}{', '.join([one] * len(rows))}{returning}", params)
        keys = cursor.fetchall() if returning else ()
    for row in rows:
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS
    for row, given in zip(rows, chain.from_iterable(keys), strict=False):
        row.pk = given


@lru_cache(maxsize=64)
def _words(
    model: type[models.Model], needs_key: bool, vendor: str
) -> tuple[str, str, tuple[Any, ...], str]:
    """The parts of an INSERT of ``model``: beginning, one row, fields in order, end."""
    meta = model._meta
    fields = tuple(f for f in meta.concrete_fields if not (f.primary_key and needs_key))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    end = f" RETURNING {quote(str(meta.pk.column))}" if needs_key else ""
    one = f"({', '.join(['%s'] * len(fields))})"
    # S608: names of our own tables and columns; every value is bound
    return f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ", one, fields, end  # noqa: S608
