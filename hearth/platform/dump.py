"""The rows of a database as lines of JSON, the same from SQLite and PostgreSQL, and back.

A table is a first line with the names of its columns and one line a row. Values have the form
that ``to_python`` of their field reads: instants with microseconds and offset, bytes as base64,
JSON as it is. Rows go back by plain INSERT, so that nothing (``auto_now``, signals) touches them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.apps.registry import Apps
from django.db import connection, connections, models

# sessions are not carried along: whoever was signed in signs in anew after a restore
LEFT_OUT = frozenset({"django_session"})
BATCH = 1000


@dataclass(frozen=True, slots=True)
class TableDump:
    """What was written of one table."""

    rows: int
    sha256: str  # of the lines, uncompressed
    last_id: int | None  # highest number ever given out; None where the database gives none


def tables(registry: Any) -> dict[str, type[models.Model]]:
    """Model by name of every table that is kept, in a fixed order.

    ``registry`` is Django's, or that of a historical state of the migrations.
    """
    there = set(connection.introspection.table_names())
    found = {
        model._meta.db_table: model
        for model in _models(registry)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table in there
    }
    return {name: found[name] for name in sorted(found) if name not in LEFT_OUT}


def _models(registry: Apps) -> Iterable[type[models.Model]]:
    return registry.get_models(include_auto_created=True)


def write_table(model: type[models.Model], out: IO[bytes]) -> TableDump:
    """Write all rows of one table as lines, ordered by primary key."""
    fields = model._meta.local_concrete_fields
    names = [field.attname for field in fields]
    digest, count = hashlib.sha256(), -1
    rows = model._base_manager.order_by("pk").values_list(*names)
    lines = map(_ENCODER.encode, chain([names], rows.iterator(chunk_size=BATCH)))
    while batch := list(islice(lines, BATCH)):
        text = "\n".join([*batch, ""]).encode()
        digest.update(text)
        out.write(text)
        count += len(batch)
    return TableDump(count, digest.hexdigest(), last_id(model))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"no form in a dump for {type(value)}")


_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"))


class WrongDump(ValueError):
    """The lines of a table are not those that were written."""


def load_table(model: type[models.Model], lines: Iterable[bytes], expected: TableDump) -> None:
    """Put the lines of ``write_table`` into the empty table of ``model``.

    Raises:
        WrongDump: other columns than the table has, another number of rows, another hash.
    """
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    digest, source, count = hashlib.sha256(), iter(lines), 0
    head = next(source, b"")
    digest.update(head)
    names = json.loads(head or b"[]")
    if set(names) != set(fields):
        raise WrongDump(f"{model._meta.db_table}: columns {sorted(set(names) ^ set(fields))}")
    ordered = [fields[name] for name in names]
    sql = _insert(model._meta.db_table, [str(field.column) for field in ordered])
    converters = [(n, converter) for n, field in enumerate(ordered) if (converter := _from(field))]
    with connection.cursor() as cursor:
        while batch := list(islice(source, BATCH)):
            digest.update(b"".join(batch))
            count += len(batch)
            rows = [json.loads(line) for line in batch]
            for row in rows:
                for n, converter in converters:
                    row[n] = converter(row[n])
            cursor.executemany(sql, rows)
    if (count, digest.hexdigest()) != (expected.rows, expected.sha256):
        raise WrongDump(f"{model._meta.db_table}: {count} rows")
    _give_out_after(model, expected.last_id)


def _insert(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    listed = ", ".join(quote(column) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(table)} ({listed}) VALUES ({marks})"  # noqa: S608 - quoted names


# the database takes these as JSON gives them; most columns are of these kinds
_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
)


def _from(field: Any) -> Callable[[Any], Any] | None:
    """What makes a column's value in a line one for the database; None: it is that already."""
    target = field.target_field if field.is_relation else field
    if isinstance(target, _AS_THEY_ARE):
        return None
    here = connections["default"]  # once, not through the proxy for each of a million values
    return lambda value: target.get_db_prep_save(target.to_python(value), here)


def empty_tables(registry: Any) -> None:
    """Delete every row that migrations have put in; call it inside a transaction."""
    with connection.cursor() as cursor:
        for name in tables(registry):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 - quoted


def last_id(model: type[models.Model]) -> int | None:
    """The highest number that the database has given to a row of ``model``, deleted ones too."""
    key = model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField | models.SmallAutoField):
        return None
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            return int(row[0]) if row else 0
        sequence = _sequence(cursor, table, str(key.column))
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - by the server
        value, is_called = cursor.fetchone()
        return int(value) if is_called else int(value) - 1


def _give_out_after(model: type[models.Model], number: int | None) -> None:
    """Let the next row get the number after ``number``."""
    if number is None:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number]
            )
            return
        sequence = _sequence(cursor, table, str(model._meta.pk.column))
        cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(number, 1), number > 0])


def _sequence(cursor: Any, table: str, column: str) -> str:
    cursor.execute(
        "SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), column]
    )
    return str(cursor.fetchone()[0])
