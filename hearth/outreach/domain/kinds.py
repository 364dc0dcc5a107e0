"""What a kind of activity asks for beside the common columns: its own fields, declared as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

FieldType = Literal["text", "integer", "choice", "yes_no"]
MOST_TEXT = 200
MOST_FIELDS = 12
MOST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class ExtraField:
    """One field that only some kinds have.

    Attributes:
        key: identifier under which the value is kept.
        label: Chinese heading.
        label_en: English heading.
        type: text (at most 200 characters), integer (0 to 1,000,000), choice or yes_no.
        required: whether an activity of the kind must say it.
        choices: of a choice: identifier, Chinese and English name.
    """

    key: str
    label: str
    label_en: str
    type: FieldType = "text"
    required: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DetailFault:
    """Why a value cannot be kept. ``code``: missing, too_long, not_a_number, unknown_choice,
    unknown_field or not_yes_no."""

    key: str
    code: str


def read_fields(stored: Iterable[Mapping[str, Any]]) -> tuple[ExtraField, ...]:
    """Fields as a kind keeps them.

    Raises:
        ValueError: a key is repeated, a type is unknown, or a choice has nothing to choose from.
    """
    fields: list[ExtraField] = []
    for one in stored:
        field = ExtraField(
            key=one["key"],
            label=one["label"],
            label_en=one["label_en"],
            type=one.get("type", "text"),
            required=bool(one.get("required", False)),
            choices=tuple((c[0], c[1], c[2]) for c in one.get("choices", ())),
        )
        if field.type not in get_args(FieldType):
            raise ValueError(f"{field.key}: unknown type {field.type}")
        if (field.type == "choice") != bool(field.choices):
            raise ValueError(f"{field.key}: choices belong to a choice, and to nothing else")
        if any(field.key == other.key for other in fields):
            raise ValueError(f"{field.key} is there twice")
        fields.append(field)
    return tuple(fields)


def details_faults(fields: Sequence[ExtraField], details: Mapping[str, Any]) -> list[DetailFault]:
    """What is wrong with the values of an activity, in the order of the fields."""
    known = {field.key for field in fields}
    faults = [DetailFault(key, "unknown_field") for key in details if key not in known]
    for field in fields:
        value = details.get(field.key)
        if value is None or value == "":
            if field.required:
                faults.append(DetailFault(field.key, "missing"))
        elif code := _fault_of(field, value):
            faults.append(DetailFault(field.key, code))
    return faults


def _fault_of(field: ExtraField, value: Any) -> str:
    if field.type == "integer":
        fits = isinstance(value, int) and not isinstance(value, bool)
        return "" if fits and 0 <= value <= MOST_NUMBER else "not_a_number"
    if field.type == "yes_no":
        return "" if isinstance(value, bool) else "not_yes_no"
    if field.type == "choice":
        return "" if value in {choice[0] for choice in field.choices} else "unknown_choice"
    return "" if isinstance(value, str) and len(value) <= MOST_TEXT else "too_long"


def stored_fields(fields: Iterable[ExtraField]) -> list[dict[str, Any]]:
    """Fields as a kind keeps them: what ``read_fields`` reads back."""
    kept: list[dict[str, Any]] = []
    for one in fields:
        field: dict[str, Any] = {"key": one.key, "label": one.label, "label_en": one.label_en}
        field |= {"type": one.type, "required": one.required}
        if one.choices:
            field["choices"] = [list(choice) for choice in one.choices]
        kept.append(field)
    return kept


def dropped(old: Sequence[ExtraField], new: Sequence[ExtraField]) -> list[tuple[str, str | None]]:
    """What a record of before could no longer say under the new fields.

    Returns:
        Key and None of a field that is gone or of another type; key and choice of a choice that
        is gone.
    """
    kept = {one.key: one for one in new}
    gone: list[tuple[str, str | None]] = []
    for one in old:
        now = kept.get(one.key)
        if now is None or now.type != one.type:
            gone.append((one.key, None))
            continue
        still = {choice[0] for choice in now.choices}
        gone += [(one.key, choice[0]) for choice in one.choices if choice[0] not in still]
    return gone
