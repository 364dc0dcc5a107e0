"""Finding records of any register: narrowed as a list is, searched, in the order of its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet
from django.utils import timezone

from hearth.ledgers.registers import Register
from hearth.network.models import Unit
from hearth.network.scope import Actor

_SEARCHED = frozenset({"text", "code"})


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What a list of records is narrowed to; empty values narrow nothing.

    Attributes:
        q: words that the unit or any text of the record holds.
        under: code of a unit; what lay at or below it.
        since: first day.
        until: last day, included.
        state: ``withdrawn`` for those only; else those that stand.
        picked: value by column of a field that filters.
    """

    q: str = ""
    under: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""
    picked: Mapping[str, str] = field(default_factory=dict)


def records(actor: Actor, register: Register, chosen: RecordFilter) -> QuerySet[Any]:
    """Records that the actor may read and the filter leaves, with what their rows show."""
    rows: Any = register.model._default_manager.all()
    rows = rows.visible_to(actor.scope_for(register.view))
    rows = rows.filter(withdrawn_at__isnull=chosen.state != "withdrawn")
    if chosen.under:
        unit = Unit.objects.visible_to(actor.scope).filter(code=chosen.under).first()
        rows = rows.under(unit.path) if unit else rows.none()
    rows = _on_days(rows, register, chosen)
    for name, value in chosen.picked.items():
        if value:
            rows = rows.filter(_picked(register, name, value))
    for word in chosen.q.split():
        rows = rows.filter(_says(register, word))
    related = {*register.relations, "unit"}
    return rows.select_related(*sorted(related)).order_by(*register.list_order, "pk")  # type: ignore[no-any-return]


def _on_days(rows: Any, register: Register, chosen: RecordFilter) -> Any:
    day = register.listed_by
    if not day:
        return rows
    is_instant = isinstance(register.model._meta.get_field(day), DateTimeField)
    if chosen.since:
        start: Any = _midnight(chosen.since) if is_instant else chosen.since
        rows = rows.filter(**{f"{day}__gte": start})
    if chosen.until:
        after = chosen.until + timedelta(days=1)
        rows = rows.filter(**{f"{day}__lt": _midnight(after) if is_instant else after})
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())


def _picked(register: Register, name: str, value: str) -> Q:
    one = register.named(name)
    if one.lookup is None:
        is_yes = (
            {"y": True, "n": False}.get(value, value) if one.column.type == "boolean" else value
        )
        return Q(**{one.stored: is_yes})
    return Q(**{f"{one.relation}__{one.lookup.column}": value})


def _says(register: Register, word: str) -> Q:
    clause = Q(unit__search_text__contains=word.lower())
    for one in register.fields:
        if one.lookup is None and one.column.type in _SEARCHED:
            clause |= Q(**{f"{one.stored}__icontains": word})
        elif one.lookup is not None and one.name != "unit":
            clause |= Q(**{f"{one.relation}__{one.lookup.column}__icontains": word})
    return clause
