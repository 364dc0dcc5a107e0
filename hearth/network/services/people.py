"""Staff and their posts, in bulk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import StaleWrite
from hearth.kernel.problems import Problem
from hearth.network.domain.names import masked_email, masked_phone, search_text
from hearth.network.domain.tree import EARLIEST
from hearth.network.models import Person, Post, Unit
from hearth.network.scope import Actor
from hearth.network.services.rows import Applied, PersonRow, Progress, RowsRefused, silent
from hearth.network.services.words import violation
from hearth.platform import audit, bulk

EDIT = "people.edit"
_BATCH = 2000
_REPORT_EVERY = 500
_COLUMNS = [f.name for f in Person._meta.concrete_fields if f.name not in {"id", "staff_no"}]
_MOST = {f.name: f.max_length for f in Person._meta.concrete_fields if f.max_length is not None}
_MOST["phone"] = 40  # sealed, it is longer
_MOST_POST = Post._meta.get_field("title").max_length or 0
_MASKS = {"phone": masked_phone, "email": masked_email}
"""Columns that lists show and export masked (ADR 0014)."""
_LEANS_ON = {
    "left_before_joined": {"joined_on", "left_on"},
    "left_already": {"unit", "post", "joined_on", "left_on"},
    "left_before_post": {"joined_on", "left_on"},
    "post_in_future": {"unit", "post"},
    "unit_closed": {"unit", "joined_on"},
}
"""Columns that a refusal follows from, where they are more than the one it blames."""


def check_people(
    actor: Actor, rows: Sequence[PersonRow], *, on: date | None = None
) -> tuple[Applied, tuple[Problem, ...]]:
    """What ``apply_people`` would do, and all that stands against it; writes nothing.

    Of a row with ``unread`` columns all is told that does not depend on them.
    """
    actor.require(EDIT)
    planner = _Planner(actor, on or timezone.localdate(), rows)
    return planner.take(silent), tuple(planner.problems)


@transaction.atomic
def apply_people(
    actor: Actor,
    rows: Sequence[PersonRow],
    *,
    on: date | None = None,
    progress: Progress | None = None,
) -> Applied:
    """Create and update people by rows, all or none.

    A row with another unit or post than the present one ends that post on ``on`` (today when
    None) and begins the new one on the same day. A new person's post begins on ``joined_on``,
    else on 1 January 1900. ``left_on`` ends the present post; a later ``joined_on`` takes a
    person who left back.

    Raises:
        RowsRefused: with every fault of every row.
        NotAllowed: the actor may not edit staff at all.
    """
    actor.require(EDIT)
    planner = _Planner(actor, on or timezone.localdate(), rows, locks=True)
    applied = planner.take(progress or silent)
    if planner.problems:
        raise RowsRefused(planner.problems)
    (progress or silent)(len(rows), len(rows), "write")
    planner.write()
    return applied


@transaction.atomic
def save_person(actor: Actor, row: PersonRow, *, on: date, version: int | None = None) -> Person:
    """Add one person, or with ``version`` change a known one; '' and None clear a column.

    Another unit or post begins on ``on`` and ends the present one.

    Raises:
        StaleWrite: ``version`` is not the newest.
        RuleViolation: a rule forbids it; ``facts['faults']`` name the columns.
    """
    actor.require(EDIT)
    planner = _Planner(actor, on, [row], locks=True)
    member = planner.members.get(row.staff_no)
    if version is None and member is not None:
        facts = {"staff_no": row.staff_no, "name": member.person.name}
        raise violation(Problem("staff_no_taken", row.staff_no, facts, "staff_no"))
    if member is not None and member.person.version != version:
        raise StaleWrite(
            "stale",
            _("Someone saved this person meanwhile. Reload the page, look, and send again."),
            version=member.person.version,
        )
    planner.take(silent)
    if planner.problems:
        raise violation(*planner.problems)
    planner.write()
    return planner.members[row.staff_no].person


@transaction.atomic
def record_read(actor: Actor, person: Person) -> None:
    """Append that the actor saw the telephone number or address of ``person`` (design 6.3)."""
    audit.record(actor, "person.read", person)


@dataclass(slots=True)
class _Held:
    """A post as it is to be; of a hundred thousand these take a fifth of the memory of rows."""

    unit: Unit
    title: str
    valid_from: date
    valid_to: date | None = None
    pk: int | None = None


@dataclass(slots=True)
class _Member:
    """One person with the latest post, as known and as it is to be."""

    person: Person
    post: _Held | None = None
    ended: _Held | None = None  # the former post, to be written before the new one
    is_touched: bool = False
    post_is_touched: bool = False
    columns: frozenset[str] = frozenset()

    @property
    def is_new(self) -> bool:
        return self.person.pk is None


class _Planner:
    """Takes rows into memory and keeps what they changed; faults are gathered, not raised."""

    def __init__(
        self, actor: Actor, on: date, rows: Sequence[PersonRow], *, locks: bool = False
    ) -> None:
        self.on = on
        self.rows = rows
        self.problems: list[Problem] = []
        self.scope = actor.scope_for(EDIT)
        self.actor = actor
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.members: dict[str, _Member] = {}
        self._open: set[str] = set()
        self._load({row.staff_no for row in rows}, locks=locks)

    def _load(self, staff_numbers: Collection[str], *, locks: bool) -> None:
        wanted = sorted(staff_numbers)
        for start in range(0, len(wanted), _BATCH):
            people = Person.objects.filter(staff_no__in=wanted[start : start + _BATCH])
            if locks:
                people = people.select_for_update()
            by_id = {person.pk: _Member(person) for person in people}
            posts = Post.objects.filter(person__in=list(by_id)).order_by("valid_from")
            for post in posts.select_related("unit"):
                held = _Held(post.unit, post.title, post.valid_from, post.valid_to, post.pk)
                by_id[post.person_id].post = held  # the latest one stays
            self.members |= {member.person.staff_no: member for member in by_id.values()}

    def take(self, progress: Progress) -> Applied:
        """Enter all rows and tell what would be done."""
        seen: dict[str, PersonRow] = {}
        unchanged = 0
        for position, row in enumerate(self.rows):
            if position % _REPORT_EVERY == 0:
                progress(position, len(self.rows), "check")
            self._open = set(row.unread)
            earlier = row if "staff_no" in row.unread else seen.setdefault(row.staff_no, row)
            if earlier is not row:
                unchanged += 1
                if earlier != row and not earlier.unread and not row.unread:
                    self._refuse("stands_twice", row, position, "staff_no")
                continue
            self._check_cells(row, position)
            if "staff_no" not in self._open:
                unchanged += not self._enter(row, position)
        touched = [m for m in self.members.values() if m.is_touched or m.post_is_touched]
        progress(len(self.rows), len(self.rows), "check")
        return Applied(
            created=sum(member.is_new for member in touched),
            updated=sum(not member.is_new for member in touched),
            moved=sum(member.post_is_touched and not member.is_new for member in touched),
            unchanged=unchanged,
        )

    def _check_cells(self, row: PersonRow, position: int) -> None:
        """Refuse what is wrong with single cells; later rules do not lean on those."""
        before = len(self.problems)
        name = row.sets.get("name", "" if row.staff_no not in self.members else "kept")
        for column, value in (
            ("staff_no", row.staff_no),
            ("name", name),
            ("unit", row.unit),
            ("post", row.post),
        ):
            if not value:
                self._refuse("required", row, position, column)
        for column, value in {"staff_no": row.staff_no, **row.sets}.items():
            if isinstance(value, str) and len(value) > _MOST[column]:
                self._refuse("too_long", row, position, column, most=_MOST[column])
            if column in _MASKS and "**" in str(value) and not self._is_known(row, column):
                self._refuse("masked", row, position, column)
        if len(row.post) > _MOST_POST:
            self._refuse("too_long", row, position, "post", most=_MOST_POST)
        unit = self.units.get(row.unit)
        if row.unit and unit is None:
            self._refuse("unit_unknown", row, position, "unit", unit=row.unit)
        if unit is not None and not self.scope.covers(unit.path):
            self._refuse("outside_scope", row, position, "unit")
        self._open |= {p.field for p in self.problems[before:]}

    def _is_known(self, row: PersonRow, column: str) -> bool:
        """Whether a masked cell is what is known of the person, as an export wrote it."""
        member = self.members.get(row.staff_no)
        if member is None:
            return False
        known = getattr(member.person, column)
        return row.sets[column] in (known, _mask(column, known))

    def _enter(self, row: PersonRow, position: int) -> bool:
        """Create or change the person; True when anything changed."""
        member = self.members.get(row.staff_no)
        if member is None:
            member = self.members[row.staff_no] = _Member(Person(staff_no=row.staff_no))
        elif member.post is not None and not self.scope.covers(member.post.unit.path):
            self._refuse("outside_scope", row, position, "staff_no")
            return False
        left_before = member.person.left_on
        self._set(member, row)
        joined, left = member.person.joined_on, member.person.left_on
        if left is not None and left == left_before and joined is not None and joined >= left:
            member.person.left_on = left = None  # taken back
        elif left_before is not None and left != left_before:
            self._reopen(member, left_before)
        if joined is not None and left is not None and left <= joined:
            self._refuse("left_before_joined", row, position, "left_on")
        elif not self._open & ({"unit"} if member.is_new else {"unit", "post"}):
            self._set_post(member, row, position)
        return member.is_touched or member.post_is_touched

    def _set(self, member: _Member, row: PersonRow) -> None:
        person = member.person
        member.columns = frozenset(
            column
            for column, value in row.sets.items()
            if value not in (getattr(person, column), _mask(column, getattr(person, column)))
        )
        for column in member.columns:
            setattr(person, column, row.sets[column])
        if not member.columns and not member.is_new:
            return
        member.is_touched = True
        person.search_text = search_text(person.name, person.staff_no)
        if not member.is_new:
            person.version += 1

    def _set_post(self, member: _Member, row: PersonRow, position: int) -> None:
        post, left = member.post, member.person.left_on
        unit = self.units[row.unit]
        same = post is not None and post.unit.pk == unit.pk and post.title == row.post
        is_over = post is not None and post.valid_to is not None and post.valid_to <= self.on
        if post is not None and is_over and left is not None:
            if not same:
                self._refuse("left_already", row, position, "joined_on", day=left)
        elif post is None or is_over:
            self._begin(member, row, position, self._start(member))
        elif not same:
            self._change(member, row, position)
        if left is not None:
            self._end(member, row, position, left)

    def _reopen(self, member: _Member, left_before: date) -> None:
        """A post that ended with a day of leaving which is now corrected goes on."""
        if member.post is not None and member.post.valid_to == left_before:
            member.post.valid_to = None
            member.post_is_touched = True

    def _start(self, member: _Member) -> date:
        """First day of a post that follows none, or one that is over."""
        joined, former = member.person.joined_on, member.post
        if former is not None and former.valid_to is not None:
            return joined if joined is not None and joined >= former.valid_to else self.on
        return joined or (EARLIEST if member.is_new else self.on)

    def _change(self, member: _Member, row: PersonRow, position: int) -> None:
        """Another unit or post from ``on`` on."""
        post = member.post
        if post is None or post.valid_from > self.on:
            since = post.valid_from if post else ""
            self._refuse("post_in_future", row, position, "post", since=since)
        elif post.valid_from == self.on:  # a correction on the day itself
            post.unit, post.title = self.units[row.unit], row.post
            member.post_is_touched = True
        else:
            post.valid_to = self.on
            member.ended = post
            self._begin(member, row, position, self.on)

    def _begin(self, member: _Member, row: PersonRow, position: int, start: date) -> None:
        unit = self.units[row.unit]
        if unit.closed_on is not None and unit.closed_on <= start:
            facts = {"unit": unit.name, "day": unit.closed_on}
            self._refuse("unit_closed", row, position, "unit", **facts)
        member.post = _Held(unit, row.post, start)
        member.post_is_touched = True

    def _end(self, member: _Member, row: PersonRow, position: int, left: date) -> None:
        post = member.post
        if post is None or (post.valid_to is not None and post.valid_to <= left):
            return
        if left <= post.valid_from:
            self._refuse("left_before_post", row, position, "left_on", since=post.valid_from)
            return
        post.valid_to = left
        member.post_is_touched = True

    def _refuse(
        self, code: str, row: PersonRow, position: int, column: str, **facts: object
    ) -> None:
        if not _LEANS_ON.get(code, {column}) & self._open:
            self.problems.append(Problem(code, row.staff_no, facts, column, position))

    # --- writing --------------------------------------------------------------------------------

    def write(self) -> None:
        """Bring the database to what the rows say, in a few statements; then the trail.

        Raises:
            ValueError: a row has ``unread`` columns.
        """
        if any(row.unread for row in self.rows):
            raise ValueError("rows that could not be read are checked only")
        touched = [m for m in self.members.values() if m.is_touched or m.post_is_touched]
        born = [member for member in touched if member.is_new]
        edited = [m.person for m in touched if m.is_touched and not m.is_new]
        Person.objects.bulk_create([member.person for member in born], batch_size=_BATCH)
        _rewrite(Person, edited, _COLUMNS)
        ended = [(m, m.ended) for m in touched if m.ended is not None]
        posts = [(m, m.post) for m in touched if m.post is not None and m.post_is_touched]
        known = ended + [(member, post) for member, post in posts if post.pk is not None]
        rows = [Post(pk=post.pk, **_columns(member, post)) for member, post in known]
        _rewrite(Post, rows, ["unit", "title", "valid_from", "valid_to"])
        fresh = (_columns(member, post) for member, post in posts if post.pk is None)
        while part := list(islice(fresh, _BATCH)):
            bulk.insert(Post, list(part[0]), [list(row.values()) for row in part])
        self._record(touched, {member.person.pk for member in born})

    def _record(self, touched: list[_Member], born: set[int]) -> None:
        """One event a person; the trail holds no personal data beyond the staff number."""
        audit.record_many(
            self.actor,
            (self._event(member, is_new=member.person.pk in born) for member in touched),
        )

    @staticmethod
    def _event(member: _Member, *, is_new: bool) -> audit.Entry:
        person, post = member.person, member.post
        data: dict[str, Any] = {"staff_no": person.staff_no}
        if member.columns:
            data["columns"] = sorted(member.columns)
        if member.post_is_touched and post is not None:
            data |= {"unit": post.unit.code, "post": post.title, "from": post.valid_from}
            data |= {"to": post.valid_to} if post.valid_to else {}
        verb = "person.created" if is_new else "person.edited"
        path = post.unit.path if post is not None else ""
        return audit.Entry(verb, person._meta.label_lower, str(person.pk), path, data)


def _mask(column: str, value: Any) -> Any:
    """What an export shows of a value in this column, so that the file may come in again."""
    return _MASKS[column](value) if column in _MASKS and value else value


def _columns(member: _Member, post: _Held) -> dict[str, Any]:
    """A post as columns of its table, without its key."""
    return {
        "person_id": member.person.pk,
        "unit_id": post.unit.pk,
        "title": post.title,
        "valid_from": post.valid_from,
        "valid_to": post.valid_to,
    }


def _rewrite(model: type[Person] | type[Post], rows: Sequence[Any], columns: list[str]) -> None:
    """Update whole rows in one statement a batch."""
    model._default_manager.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=columns,
    )
