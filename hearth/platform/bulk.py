"""Many new rows in one go, where Django's ``bulk_create`` would spend its time on objects.

Tens of thousands of findings come in with one import. Written as plain tuples they cost a fifth of
what instances of the model do; PostgreSQL takes them by ``COPY``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from django.db import connection, connections, models

from hearth.platform import statements

_AS_THEY_ARE = (
    models.BooleanField,
    models.CharField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
)
FEW = 20
"""Up to so many rows go by one statement; SQLite takes at most 1,000 values in one."""


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows given as values of the named columns; all other columns must allow it.

    Values are of the types that the model holds and are not validated; whole numbers, texts and
    truth values go in as they are. Neither ``save`` nor ``auto_now`` happens, and the new keys are
    not known afterwards. Call it inside the transaction that the rows belong to.

    Args:
        model: whose table is written.
        columns: attribute names of its fields, such as ``unit_id``.
        rows: each with a value for every column, in order.
    """
    fields = [_field(model, name) for name in columns]
    values = list(_prepared(fields, rows))
    if not values:
        return
    store = _store_in_postgresql if connection.vendor == "postgresql" else _store_in_sqlite
    store(model, tuple(columns), values)


def _store_in_postgresql(
    model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """A few rows as one JSON text, for which the wording stays the same however many; else COPY."""
    table, names, typed = _words(model, columns)
    if len(rows) > FEW:
        with connection.cursor() as cursor:
            _copy(cursor, f"COPY {table} ({names}) FROM STDIN", rows)
        return
    # S608: names and types of our own columns; the values are bound
    sql = f"INSERT INTO {table} ({names}) SELECT r.* FROM json_to_recordset(%s) AS r({typed})"  # noqa: S608
    given = [dict(zip(columns, row, strict=True)) for row in rows]
    statements.change(sql, json.dumps(given, default=_plain, ensure_ascii=False))


def _store_in_sqlite(
    model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    table, names, _typed = _words(model, columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    # S608: names of our own tables and columns; every value is bound
    head = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608
    with connection.cursor() as cursor:
        if len(rows) <= FEW:
            every = ", ".join([one] * len(rows))
            cursor.execute(head + every, [value for row in rows for value in row])
        else:
            cursor.executemany(head + one, rows)


@lru_cache(maxsize=16)
def _words(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, str, str]:
    """Names of the table and of its columns, and the attributes with their types."""
    quote = connection.ops.quote_name
    fields = [_field(model, name) for name in columns]
    return (
        quote(model._meta.db_table),
        ", ".join(quote(field.column) for field in fields),
        ", ".join(f"{quote(field.attname)} {field.db_type(connection)}" for field in fields),
    )


def _plain(value: Any) -> Any:
    """What JSON does not know: a JSON column's own value, else the text that PostgreSQL reads."""
    return value.obj if hasattr(value, "obj") else str(value)


def _copy(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows in; the driver's errors come out as Django's, as those of any other statement."""
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _field(model: type[models.Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _prepared(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows as the database takes them."""
    writers = [
        (place, _writer(field))
        for place, field in enumerate(fields)
        if not isinstance(field, _AS_THEY_ARE)
    ]
    for row in rows:
        values = list(row)
        for place, write in writers:
            values[place] = write(values[place])
        yield values


class _Days(dict[Any, Any]):
    """Days and instants as the database takes them; many rows share a few."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: Any) -> Any:
        written = self[value] = self.write(value)
        return written


def _writer(field: Any) -> Callable[[Any], Any]:
    # The connection itself: behind the proxy every look at it costs more than a value.
    write = partial(field.get_db_prep_save, connection=connections[connection.alias])
    return _Days(write).__getitem__ if isinstance(field, models.DateField) else write
