"""Staff in and out as spreadsheets: one sheet, ``people``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hearth.exchange.units import with_stage
from hearth.kernel.errors import RuleViolation
from hearth.kernel.memory import collector_at_rest
from hearth.kernel.problems import Problem
from hearth.network.domain.names import masked_email, masked_phone
from hearth.network.models import Person
from hearth.network.queries import PersonFilter, filtered_people, present_posts
from hearth.network.scope import Actor
from hearth.network.services.people import apply_people, check_people
from hearth.network.services.rows import Applied, PersonRow, RowsRefused
from hearth.network.services.words import sentence
from hearth.platform.spreadsheets import (
    Column,
    ImportReport,
    Parsed,
    Progress,
    Row,
    SheetSpec,
    Source,
    Table,
    load,
    report_of,
)

PEOPLE = SheetSpec(
    "people",
    [
        Column(
            "staff_no",
            pgettext_lazy("person", "Staff number"),
            "code",
            required=True,
            max_length=40,
        ),
        Column("name", pgettext_lazy("person", "Name"), required=True, max_length=80),
        Column(
            "unit",
            pgettext_lazy("person", "Unit"),
            "code",
            required=True,
            max_length=40,
            note=_("Code of the unit where the person works now."),
        ),
        Column("post", pgettext_lazy("person", "Post"), required=True, max_length=60),
        Column(
            "basic_operations",
            pgettext_lazy("person", "Basic operations"),
            "boolean",
            note=_("Belongs to those whom every knowledge test must cover."),
        ),
        Column("email", pgettext_lazy("person", "E-mail"), "code", max_length=254),
        Column("phone", pgettext_lazy("person", "Telephone"), "code", max_length=40),
        Column("joined_on", pgettext_lazy("person", "Joined on"), "date"),
        Column(
            "left_on",
            pgettext_lazy("person", "Left on"),
            "date",
            note=_("First day on which the person no longer works here."),
        ),
    ],
    natural_key=("staff_no",),
    title=_("Staff"),
    notes=(
        _("A cell left empty keeps what is known of a person."),
        _("So does a masked number or address, as an export writes it."),
        _("Another unit or post ends the former post on the day of the import."),
    ),
    example_rows=(
        {
            "staff_no": "100234",
            "name": "Wang Fang",
            "unit": "OUT0007",
            "post": "Lobby manager",
            "basic_operations": "y",
            "joined_on": "2016-07-01",
        },
    ),
)

_SETS = {
    "name": "name",
    "basic_operations": "is_basic_operations",
    "email": "email",
    "phone": "phone",
    "joined_on": "joined_on",
    "left_on": "left_on",
}
"""Column of the sheet -> column of ``Person``."""
_COLUMN_OF = {theirs: ours for ours, theirs in _SETS.items()}


class PeopleImport:
    """Creates and updates staff by rows; the option ``on`` is the day of changed posts."""

    key = "people"
    title = PEOPLE.title
    permission = "people.edit"

    def specs(self) -> Sequence[SheetSpec]:
        """Its one sheet."""
        return (PEOPLE,)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and write all people, or nothing.

        Raises:
            UnreadableFile: the file cannot be read at all.
            NotAllowed: the actor may not edit staff.
            RuleViolation: ``option_malformed``, when ``on`` is no date.
        """
        actor.require(self.permission)
        on = _day((options or {}).get("on"))
        zone = timezone.get_default_timezone()
        with collector_at_rest():
            parsed = load(sources, (PEOPLE,), zone=zone, progress=progress)[PEOPLE.kind]
            applied = _apply(actor, parsed, on, dry_run=dry_run, progress=progress)
        report = report_of(self.key, parsed)
        report.dry_run = dry_run
        if report.ok:
            report.created, report.updated = applied.created, applied.updated
            report.unchanged = applied.unchanged
        return report


def _apply(
    actor: Actor, parsed: Parsed, on: date | None, *, dry_run: bool, progress: Progress | None
) -> Applied:
    """Write the rows, or only check them; faults go to ``parsed``."""
    found = parsed.every_row()
    rows = [_person_row(row, parsed.unread(row)) for row in found]
    problems: Sequence[Problem] = ()
    applied = Applied()
    if dry_run or len(parsed.errors):
        applied, problems = check_people(actor, rows, on=on)
    else:
        try:
            applied = apply_people(actor, rows, on=on, progress=with_stage(progress))
        except RowsRefused as refused:
            problems = refused.problems
    for problem in problems:
        row = found[problem.position or 0]
        parsed.fault(row, _COLUMN_OF.get(problem.field, problem.field), sentence(problem))
    return applied


def _day(text: object) -> date | None:
    if isinstance(text, date):
        return text
    if not text:
        return None
    try:
        day = parse_date(str(text))
    except ValueError:
        day = None
    if day is None:
        raise RuleViolation("option_malformed", gettext("Write the day as 2021-06-15."))
    return day


def _person_row(row: Row, unread: frozenset[str]) -> PersonRow:
    sets = {
        theirs: value
        for ours, theirs in _SETS.items()
        if ours not in unread and (value := getattr(row, ours)) not in ("", None)
    }
    return PersonRow(
        "" if "staff_no" in unread else row.staff_no,
        "" if "unit" in unread else row.unit,
        "" if "post" in unread else row.post,
        sets,
        frozenset(_SETS.get(name, name) for name in unread),
    )


class PeopleExport:
    """Staff with their present posts; telephone numbers and e-mail addresses are masked."""

    key = "people"
    title = PEOPLE.title
    permission = "people.view"

    def tables(self, actor: Actor, filters: Mapping[str, Any]) -> Sequence[Table]:
        """The people that the actor reaches and the filters leave; see ``PersonFilter``.

        Raises:
            NotAllowed: the actor may not see staff.
        """
        actor.require(self.permission)
        names = [field.name for field in fields(PersonFilter)]
        chosen = PersonFilter(**{name: str(filters.get(name, "")) for name in names})
        day = timezone.localdate()
        scope = actor.scope_for(self.permission)
        people = filtered_people(scope, chosen, day)
        rows = person_rows(people, day)
        return (Table(PEOPLE.kind, PEOPLE.columns, rows),)


def person_rows(people: QuerySet[Person], day: date) -> Iterator[tuple[Any, ...]]:
    """Each person by the columns of the sheet, with the post of ``day`` or the latest.

    Telephone numbers and e-mail addresses are masked, whoever asks: nobody takes those of many
    along alone (design rule 6.2, ADR 0014). Masked cells that come in again change nothing.
    """
    posts = present_posts(people, day)
    for person in people.iterator(chunk_size=2000):
        post = posts.get(person.pk)
        yield (
            person.staff_no,
            person.name,
            post.unit.code if post else "",
            post.title if post else "",
            person.is_basic_operations,
            masked_email(person.email),
            masked_phone(person.phone),
            person.joined_on,
            person.left_on,
        )
