"""The ledger of activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.lookups import PERSON, CodeLookup
from hearth.ledgers.registers import Fault, Field, Register
from hearth.outreach.domain.sessions import entry_faults
from hearth.outreach.models import Activity, ActivityKind
from hearth.outreach.registers.shared import EDIT, VIEW, unit_field
from hearth.outreach.services.words import ENTRY
from hearth.platform.spreadsheets import Column


def _faults(row: Any, found: Mapping[str, Any]) -> Iterable[Fault]:
    kind = found.get("kind")
    faults = entry_faults(
        counts_persons=kind is not None and kind.counts_persons,
        persons=row.persons,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
    return [(column, str(ENTRY[code])) for column, code in faults]


ACTIVITIES = Register(
    kind="activities",
    title=_("Activities"),
    model=Activity,
    fields=[
        Field(
            Column(
                "activity",
                pgettext_lazy("ledger", "Number"),
                "code",
                required=True,
                note=_("Your own number of the activity; each one once."),
            )
        ),
        Field(
            Column(
                "kind",
                pgettext_lazy("activity", "Kind"),
                "code",
                required=True,
                max_length=40,
                note=_("Its code, such as lecture, customer_event or training."),
            ),
            lookup=CodeLookup(ActivityKind),
            filters=True,
        ),
        unit_field(),
        Field(Column("started_at", pgettext_lazy("activity", "Began"), "instant", required=True)),
        Field(Column("ended_at", pgettext_lazy("activity", "Ended"), "instant"), lists=False),
        Field(Column("title", pgettext_lazy("activity", "Title"), max_length=200)),
        Field(
            Column(
                "audience",
                pgettext_lazy("activity", "For whom"),
                max_length=200,
                note=_("Such as elderly customers, students or farmers. No names."),
            ),
            lists=False,
        ),
        Field(
            Column(
                "persons",
                pgettext_lazy("activity", "Persons"),
                "integer",
                minimum=0,
                maximum=100_000,
                note=_("Attendances; required where the kind counts people."),
            )
        ),
        Field(Column("place", pgettext_lazy("activity", "Place"), max_length=200), lists=False),
        Field(
            Column(
                "staff",
                pgettext_lazy("activity", "Held by"),
                "code",
                max_length=40,
                note=_("Staff number of whoever held it."),
            ),
            lookup=PERSON,
            lists=False,
        ),
        Field(
            Column(
                "note",
                pgettext_lazy("activity", "Note"),
                max_length=1000,
                note=_("No names or numbers of customers."),
            ),
            lists=False,
        ),
    ],
    natural_key=("activity",),
    day="started_at",
    view=VIEW,
    edit=EDIT,
    check=_faults,
    notes=(
        _("One row an activity. Sessions are counted by rows, attendances by the persons."),
        _("A change of a confirmed activity asks the branch to confirm it again."),
    ),
    example={
        "activity": "L-2021-0042",
        "kind": "lecture",
        "unit": "OUT0007",
        "started_at": "2021-05-18 14:00",
        "ended_at": "2021-05-18 15:30",
        "title": "Keeping one's savings safe",
        "audience": "Residents of the quarter",
        "persons": 46,
        "place": "Community centre",
    },
    label=lambda one: one.title or one.activity,
    list_order=("-started_at", "-pk"),
    page="outreach:activity",
)
