"""What the trail keeps of a list that leaves: which, how narrowed, how many rows (ADR 0014)."""

from __future__ import annotations

from collections.abc import Mapping

from hearth.network.scope import Actor
from hearth.platform import audit

LONGEST = 200
OF_THE_PAGE = frozenset({"format", "page"})
"""Parts of a query that narrow no list."""


def record_export(
    actor: Actor, name: str, *, rows: int, form: str, filters: Mapping[str, object]
) -> None:
    """Append that the actor took a list away, once it is written out.

    Args:
        actor: who takes it.
        name: of the list, as the file is called.
        rows: how many records left, of all sheets.
        form: ``xlsx`` or ``csv``.
        filters: what narrowed it; what is empty is left out, values are cut to 200 characters.
    """
    narrowed = {
        key[:LONGEST]: str(value)[:LONGEST]
        for key, value in sorted(filters.items())
        if key not in OF_THE_PAGE and value not in ("", None)
    }
    audit.record_read(
        actor,
        "people.exported" if name == "people" else "list.exported",
        list=name,
        rows=rows,
        format=form,
        filters=narrowed,
    )
