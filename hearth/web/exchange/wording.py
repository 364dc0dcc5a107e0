"""The headings by which people know the columns of a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.platform.spreadsheets import SheetSpec


def column_labels(specs: Sequence[SheetSpec]) -> dict[str, str]:
    """Heading by identifier, for all sheets of an import.

    An identifier that two of the sheets head differently is left out: it then stands for itself.
    """
    found: dict[str, str] = {}
    twofold = set()
    for spec in specs:
        for column in spec.columns:
            label = str(column.label)
            if found.setdefault(column.name, label) != label:
                twofold.add(column.name)
    return {name: label for name, label in found.items() if name not in twofold}
