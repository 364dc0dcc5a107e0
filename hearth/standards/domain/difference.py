"""What changed from one edition to the next, as plain data that a page can show."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that reads differently; None where a side does not have it."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that both editions have, with the fields that differ."""

    code: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class RowsDifference:
    """Rows by code: new ones, dropped ones, changed ones, and those that changed places.

    ``moved`` is the fewest rows that have to move to bring the common rows into the new order;
    rows pushed down by an insertion have not moved.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[RowChange, ...]
    moved: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


@dataclass(frozen=True, slots=True)
class EditionDifference:
    """All that differs between two editions; false when nothing does."""

    edition: tuple[FieldChange, ...]
    modules: RowsDifference
    criteria: RowsDifference

    def __bool__(self) -> bool:
        return bool(self.edition or self.modules or self.criteria)


def difference(old: Row, new: Row) -> EditionDifference:
    """Compare two editions given as plain data.

    Args:
        old: fields of the edition; under ``modules`` and ``criteria`` the rows in their order,
            each with its ``code``. ``dataclasses.asdict`` of a rulebook or of richer content
            serves, and both sides should come from the same; modules may be bare codes.
        new: the same for the later edition.
    """
    return EditionDifference(
        edition=_fields(old, new, ignored=("modules", "criteria")),
        modules=_rows(_with_codes(old["modules"]), _with_codes(new["modules"])),
        criteria=_rows(_with_codes(old["criteria"]), _with_codes(new["criteria"])),
    )


def _with_codes(rows: Sequence[Row | str]) -> dict[str, Row]:
    plain: list[Row] = [{"code": row} if isinstance(row, str) else row for row in rows]
    return {row["code"]: row for row in plain}


def _fields(old: Row, new: Row, ignored: tuple[str, ...]) -> tuple[FieldChange, ...]:
    names = [name for name in dict.fromkeys([*old, *new]) if name not in ignored]
    return tuple(
        FieldChange(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    )


def _rows(old: Mapping[str, Row], new: Mapping[str, Row]) -> RowsDifference:
    common = [code for code in new if code in old]
    changes = (RowChange(code, _fields(old[code], new[code], ("position",))) for code in common)
    return RowsDifference(
        added=tuple(code for code in new if code not in old),
        removed=tuple(code for code in old if code not in new),
        changed=tuple(change for change in changes if change.fields),
        moved=_moved(list(old), common),
    )


def _moved(old: Sequence[str], common: Sequence[str]) -> tuple[str, ...]:
    """Codes outside the longest run of ``common`` that is in the old order too."""
    place = {code: index for index, code in enumerate(old)}
    tails: list[int] = []  # the smallest old place that ends a run of each length
    ends: list[int] = []  # where in ``common`` that run ends
    before: list[int] = []  # the entry before each in its best run; -1 for none
    for index, code in enumerate(common):
        length = bisect_left(tails, place[code])
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place[code]]
        ends[length : length + 1] = [index]
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return tuple(code for index, code in enumerate(common) if index not in kept)
