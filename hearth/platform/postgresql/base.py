"""PostgreSQL with a second kind of cursor, whose statements the server parses and plans once.

Django writes the values into each statement, so that the server reads and plans every one anew: of
a submitted check that was two thirds of its time. The few statements that run with every request
(``platform.statements``) go by ``prepared_cursor``; all others as Django sends them.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that also gives cursors of prepared statements."""

    @async_unsafe
    def prepared_cursor(self) -> Any:
        """A cursor that hands values beside the statement, which the connection keeps prepared.

        The server must be able to tell the type of every value from the statement alone.
        """
        self.ensure_connection()
        kept: Any = base.ServerBindingCursor
        return self._prepare_cursor(kept(self.connection))  # type: ignore[attr-defined]  # no stub
