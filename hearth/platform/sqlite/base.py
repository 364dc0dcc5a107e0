"""SQLite calls the byte-wise order BINARY; our path columns ask for it by PostgreSQL's name, C.

A model declares one collation for both databases. On PostgreSQL ``C`` makes a range of paths a
subtree whatever the locale; on SQLite the byte-wise order is the default, under another name.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base, schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Writes ``COLLATE BINARY`` where a column asks for ``C``."""

    def _collate_sql(self, collation: str | None, *args: Any, **kwargs: Any) -> str:
        known = "BINARY" if collation == "C" else collation
        written: str = super()._collate_sql(known, *args, **kwargs)  # type: ignore[misc]  # no stub
        return written


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose schema is written by the editor above."""

    SchemaEditorClass = DatabaseSchemaEditor
