"""Writing ledgers: many rows at once from a sheet, one from a form, and taking one back.

All three go through the same plan, so that a page refuses what a spreadsheet refuses, in the
same words. Everything is written or nothing, with one event in the trail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.ledgers.lookups import batches
from hearth.ledgers.models import Record
from hearth.ledgers.places import Places
from hearth.ledgers.registers import Register
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit, bulk

Step = Callable[[int, int], None]
_STEP = 2_000  # rows between two reports
_CHANGED = 400  # records in one statement


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken: index of its row, its column ('' for the row), and why."""

    position: int
    column: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What rows did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def apply_rows(
    *,
    actor: Actor,
    register: Register,
    rows: Sequence[Any],
    columns: frozenset[str] | None = None,
    dry_run: bool = False,
    progress: Step | None = None,
) -> Outcome:
    """Enter rows of a sheet: new keys are added, known ones changed or left, all or nothing.

    Args:
        actor: who enters them; a unit outside what they may edit is reported as unknown.
        register: which ledger.
        rows: with an attribute for every column, typed as the sheet's columns say.
        columns: those the file has; a known record keeps what the others say. None: all.
        dry_run: say what would change and write nothing.
        progress: told the rows done and the rows there are, first of checking, then of writing.

    Returns:
        The counts; with problems nothing was written.

    Raises:
        NotAllowed: the actor may write this ledger nowhere.
        RuleViolation: ``written_meanwhile``, someone entered the same keys in the same moment.
    """
    actor.require(register.edit)
    with transaction.atomic():
        plan = _Plan(actor, register, rows, columns, progress)
        outcome = plan.outcome
        if outcome.problems or dry_run or not (plan.new or plan.changed):
            return outcome
        plan.write()
        audit.record_many(actor, plan.events())
    return outcome


def unknown_names(*, actor: Actor, register: Register, rows: Sequence[Any]) -> list[Problem]:
    """What rows name that is not there or out of reach, of rows that cannot be entered anyway.

    So that one run names every bad cell: a row with a cell that cannot be read may name an unknown
    unit as well. What is no text in such a row is passed over.
    """
    scope = actor.scope_for(register.edit)
    found = []
    for one in register.fields:
        if one.lookup is None:
            continue
        codes = [(place, getattr(row, one.name)) for place, row in enumerate(rows)]
        said = [(place, code) for place, code in codes if isinstance(code, str) and code]
        known = one.lookup.found(sorted({code for _place, code in said}), scope)
        missing = str(one.lookup.missing)
        found += [
            Problem(place, one.name, missing % {"value": code})
            for place, code in said
            if code not in known
        ]
    return found


def save_record(
    *,
    actor: Actor,
    register: Register,
    row: Any,
    record: Record | None = None,
    version: int | None = None,
) -> Record:
    """Add one record, or change ``record``, as a form has it.

    Args:
        actor: who writes.
        register: which ledger.
        row: with an attribute for every column, typed as the sheet's columns say.
        record: the one to change; its natural key stays as it is.
        version: that of ``record`` which the user saw.

    Raises:
        NotAllowed: the actor may write this ledger nowhere.
        StaleWrite: ``record`` was changed meanwhile.
        RuleViolation: ``row_refused``, with ``facts['faults']`` as pairs of column and sentence;
            ``key_taken`` where a new record's key is known; ``withdrawn``.
    """
    actor.require(register.edit)
    with transaction.atomic():
        if record is not None:
            _require_current(register, record, version)
        plan = _Plan(actor, register, [row], None)
        _require_row_of(plan, record)
        plan.write()
        saved: Record = plan.saved()
        action = "record.added" if record is None else "record.changed"
        audit.record(
            actor,
            action,
            saved,
            unit_path=saved.unit_path,
            kind=register.kind,
            digest=plan.digest(),
        )
    return saved


@transaction.atomic
def withdraw(
    *, actor: Actor, register: Register, record: Record, version: int, reason: str
) -> Record:
    """Take a record back with a reason; it stays readable and no longer counts.

    Raises:
        NotAllowed: the actor may not write this ledger where the record lies.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn`` already, ``no_reason``, or ``two_persons`` where the register
            lets no single person do it.
    """
    actor.require(register.edit, record.unit_path)
    if not register.withdraws:
        raise RuleViolation(
            "two_persons",
            _("No single person takes a record of this ledger back; another has to agree."),
        )
    current: Any = _require_current(register, record, version)
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why it is taken back."), field="reason")
    current.withdrawn_at, current.withdrawn_by_id = timezone.now(), actor.user_id or None
    current.withdrawal_reason, current.version = reason.strip(), version + 1
    current.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "version"])
    audit.record(
        actor,
        "record.withdrawn",
        current,
        unit_path=current.unit_path,
        kind=register.kind,
        reason=reason.strip(),
    )
    saved: Record = current
    return saved


def _require_current(register: Register, record: Record, version: int | None) -> Any:
    rows = register.model._default_manager.select_for_update(of=("self",))
    current: Any = rows.get(pk=record.pk)
    require_version(current.version, version)
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    return current


def require_version(stored: int, seen: int | None) -> None:
    """Refuse to write over what someone saved after the user looked.

    Raises:
        StaleWrite: ``stored`` is another version than the one that was ``seen``.
    """
    if stored != seen:
        raise StaleWrite(
            "stale",
            _("Someone saved this record meanwhile. Reload the page, look, and send again."),
            version=stored,
        )


def _require_row_of(plan: _Plan, record: Record | None) -> None:
    """Let pass one good row that is about ``record``, or about none that is known.

    Raises:
        RuleViolation: ``row_refused``, ``key_taken`` or ``key_changed``.
    """
    if plan.outcome.problems:
        faults = [(p.column, p.reason) for p in plan.outcome.problems]
        raise RuleViolation("row_refused", faults[0][1], faults=faults)
    key = plan.register.natural_key[0]
    if record is None and not plan.new:
        raise RuleViolation(
            "key_taken",
            _("There is such a record already. Open it in the list and change it there."),
            faults=[(key, _("There is such a record already."))],
        )
    if record is not None and (plan.new or [o.pk for o in plan.known] != [record.pk]):
        raise RuleViolation(
            "key_changed",
            _("What names the record cannot be changed. Withdraw it and add another."),
            faults=[(key, _("This names the record and stays."))],
        )


class _Plan:
    """Rows held against what is stored: which are new, which change a record, what is wrong."""

    def __init__(
        self,
        actor: Actor,
        register: Register,
        rows: Sequence[Any],
        columns: frozenset[str] | None,
        progress: Step | None = None,
    ) -> None:
        self.actor = actor
        self.progress = progress
        self.register = register
        self.rows = rows
        self.columns = columns
        self.outcome = Outcome()
        self.new: list[dict[str, Any]] = []
        self.changed: list[Any] = []
        self.known: list[Any] = []
        self.touched: set[str] = set()
        self.scope = actor.scope_for(register.edit)
        self._take()

    def _take(self) -> None:
        named = self._named()
        entries = []
        for position, row in enumerate(self.rows):
            found = self._found(position, row, named)
            if found is not None:
                entries.append((position, row, found))
            if (position + 1) % _STEP == 0:
                self._told(position + 1, len(self.rows))
        self._told(len(self.rows), len(self.rows))
        units = {unit.pk: unit for _p, _r, found in entries if (unit := found[_UNIT])}
        places = Places(units.values())
        values = [self._values(row, found, places) for _position, row, found in entries]
        stored = self._stored(values)
        for (position, row, _f), one in zip(entries, values, strict=True):
            self._enter(position, row, one, stored)

    def _told(self, done: int, total: int) -> None:
        if self.progress:
            self.progress(done, total)

    def _named(self) -> dict[str, Mapping[str, Any]]:
        """The records that each lookup column names, by column and code."""
        named = {}
        for one in self.register.fields:
            if one.lookup is not None:
                codes = {getattr(row, one.name) for row in self.rows} - {"", None}
                named[one.name] = one.lookup.found(sorted(codes), self.scope)
        return named

    def _found(
        self, position: int, row: Any, named: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        """What the row names, by column; None when something is wrong with the row."""
        before = len(self.outcome.problems)
        found: dict[str, Any] = {}
        for one in self.register.fields:
            if one.lookup is None:
                continue
            code = getattr(row, one.name)
            found[one.name] = named[one.name].get(code) if code else None
            if code and found[one.name] is None:
                self._refuse(position, one.name, str(one.lookup.missing) % {"value": code})
        if len(self.outcome.problems) > before:
            return None
        for column, reason in self.register.check(row, found):
            self._refuse(position, column, reason)
        unit = self._unit(row, found)
        found[_UNIT] = unit
        if len(self.outcome.problems) == before and unit is None:
            self._refuse(position, "", _("It cannot be told which unit this is about."))
        elif unit is not None and not self.scope.covers(unit.path):
            self._refuse(position, "", _("This unit lies outside the part you may edit."))
        return found if len(self.outcome.problems) == before else None

    def _unit(self, row: Any, found: Mapping[str, Any]) -> Any:
        """The unit that the row is about, or None."""
        if self.register.is_of_network:
            return self._top
        unit_of = self.register.unit_of
        return unit_of(row, found) if unit_of else found.get("unit")

    @cached_property
    def _top(self) -> Unit | None:
        return Unit.objects.filter(parent=None).order_by("pk").first()

    def _refuse(self, position: int, column: str, reason: str) -> None:
        self.outcome.problems.append(Problem(position, column, reason))

    def _values(self, row: Any, found: Mapping[str, Any], places: Places) -> dict[str, Any]:
        """The attributes to store."""
        values: dict[str, Any] = {}
        for one in self.register.fields:
            if one.lookup is None:
                value = getattr(row, one.name)
                values[one.stored] = list(value) if isinstance(value, tuple) else value
            else:
                record = found[one.name]
                values[one.stored] = None if record is None else record.pk
        unit = found[_UNIT]
        day = getattr(row, self.register.day) if self.register.day else None
        values |= {"unit_id": unit.pk, "unit_path": places.on(unit.pk, day)}
        return values | dict(self.register.derive(row, found))

    def _key(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(values[self.register.named(n).stored] for n in self.register.natural_key)

    def _stored(self, values: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], Any]:
        """Standing records with the keys of these values, locked."""
        register = self.register
        attributes = [register.named(name).stored for name in register.natural_key]
        wanted = {self._key(one) for one in values}
        rows: Any = register.model._default_manager.filter(withdrawn_at__isnull=True)
        # of several columns the day narrows best; a key is looked up by its first column
        day = register.named(register.day).stored if register.day else ""
        for place, attribute in enumerate(attributes[1:], start=1):
            bounds = sorted(key[place] for key in wanted if not isinstance(key[place], str | None))
            if attribute == day and bounds:
                rows = rows.filter(**{f"{attribute}__range": (bounds[0], bounds[-1])})
        stored: dict[tuple[Any, ...], Any] = {}
        for part in batches(sorted({key[0] for key in wanted})):
            found = rows.filter(**{f"{attributes[0]}__in": list(part)}).select_for_update()
            for one in found.iterator(chunk_size=2000):
                key = tuple(getattr(one, attribute) for attribute in attributes)
                if key in wanted:
                    stored[key] = one
        return stored

    def _enter(
        self, position: int, row: Any, values: dict[str, Any], stored: Mapping[Any, Any]
    ) -> None:
        one = stored.get(self._key(values))
        if one is None:
            self.new.append(values)
            self.outcome.created += 1
            return
        self.known.append(one)
        different = {n: v for n, v in values.items() if self._says(n) and getattr(one, n) != v}
        if not different:
            self.outcome.unchanged += 1
        elif not self.scope.covers(one.unit_path):
            self._refuse(position, "", _("This record lies outside the part you may edit."))
        elif not self.register.updates:
            self._refuse(
                position,
                self.register.natural_key[0],
                _("This is recorded already with other content, and is never changed."),
            )
        else:
            for name, value in different.items():
                setattr(one, name, value)
            one.version += 1
            self.touched |= {*different, "version"}
            self.changed.append(one)
            self.outcome.updated += 1

    def _says(self, attribute: str) -> bool:
        """Whether the file says anything about an attribute of a known record."""
        if self.columns is None:
            return True
        ours = [one for one in self.register.fields if one.stored == attribute]
        return not ours or ours[0].name in self.columns

    def write(self) -> None:
        """Store what is new and what changed."""
        model = self.register.model
        now, done, total = timezone.now(), 0, len(self.new) + len(self.changed)
        try:
            with transaction.atomic():
                columns, rows = self._rows(now)
                while part := list(islice(rows, _STEP)):
                    bulk.insert(model, columns, part)
                    done += len(part)
                    self._told(done, total)
                for changed in batches(self.changed, _CHANGED):
                    model._default_manager.bulk_update(changed, sorted(self.touched))
                    done += len(changed)
                    self._told(done, total)
        except IntegrityError as clash:
            raise RuleViolation(
                "written_meanwhile",
                _("Someone entered one of these records in this moment. Send it again."),
            ) from clash

    def _rows(self, now: Any) -> tuple[list[str], Iterator[list[Any]]]:
        """Column names and values of the new rows, with the defaults of what no column says."""
        fixed = {"recorded_by_id": self.actor.user_id or None, "recorded_at": now}
        fields = [f for f in self.register.model._meta.concrete_fields if not f.primary_key]
        names = [f.attname for f in fields]
        defaults = {f.attname: f for f in fields}

        def value(values: Mapping[str, Any], name: str) -> Any:
            if name in values:
                return values[name]
            return fixed[name] if name in fixed else defaults[name].get_default()

        return names, ([value(values, name) for name in names] for values in self.new)

    def saved(self) -> Any:
        """The one record that a form was about, as it is stored now."""
        if self.known:
            return self.known[0]
        key = {
            self.register.named(name).stored: self.new[0][self.register.named(name).stored]
            for name in self.register.natural_key
        }
        return self.register.model._default_manager.get(withdrawn_at__isnull=True, **key)

    def events(self) -> list[audit.Entry]:
        """What the trail keeps of many rows: one event of all, and one of each that was changed.

        A new record knows who brought it. Of a changed one only the trail can say that whoever sent
        the file had a hand in it and therefore does not confirm it (design rule 6.2).
        """
        label, kind = self.register.model._meta.label_lower, self.register.kind
        digest = self.digest()
        all_of_them = {
            "kind": kind,
            "created": self.outcome.created,
            "updated": self.outcome.updated,
            "digest": digest,
        }
        columns = sorted(self.touched - {"version"})
        return [
            audit.Entry("record.imported", label, data=all_of_them),
            *(
                audit.Entry(
                    "record.changed",
                    label,
                    str(one.pk),
                    one.unit_path,
                    {"kind": kind, "columns": columns, "digest": digest},
                )
                for one in self.changed
            ),
        ]

    def digest(self) -> str:
        """SHA-256 of what was written, so that the trail can prove which rows they were."""
        told = hashlib.sha256()
        for values in self.new:
            told.update(_canonical(values))
        for one in self.changed:
            told.update(_canonical({name: getattr(one, name) for name in sorted(self.touched)}))
        return told.hexdigest()


_UNIT = "·unit"  # no column is called so


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
