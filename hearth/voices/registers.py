"""The ledgers of solicitations and of what was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.ledgers.lookups import UNIT, CodeLookup
from hearth.ledgers.posts import POSTED, place_on, post_on
from hearth.ledgers.registers import Fault, Field, Register, declare
from hearth.network.models import Unit
from hearth.platform.spreadsheets import Column
from hearth.voices.models import Entry, Solicitation

KINDS = [
    (Entry.Kind.NAME, gettext_lazy("Brand name")),
    (Entry.Kind.SLOGAN, gettext_lazy("Slogan")),
]


def _check_solicitation(row: Any, _found: Mapping[str, Any]) -> Iterable[Fault]:
    if row.closes_on < row.opens_on:
        yield "closes_on", _("It closes before it opens.")


SOLICITATIONS = Register(
    "solicitations",
    gettext_lazy("Solicitations"),
    Solicitation,
    [
        Field(
            Column("solicitation", gettext_lazy("Solicitation no."), "code", required=True),
            attribute="code",
        ),
        Field(Column("title", gettext_lazy("Title"), required=True, max_length=120)),
        Field(
            Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
            lookup=UNIT,
        ),
        Field(
            Column(
                "text",
                gettext_lazy("Notice"),
                note=gettext_lazy("What staff read before they write."),
            ),
            lists=False,
        ),
        Field(Column("opens_on", gettext_lazy("Opens on"), "date", required=True)),
        Field(
            Column(
                "closes_on",
                gettext_lazy("Closes on"),
                "date",
                required=True,
                note=gettext_lazy("The last day on which entries are taken."),
            )
        ),
    ],
    natural_key=("solicitation",),
    day="opens_on",
    view="voices.view",
    edit="voices.edit",
    check=_check_solicitation,
    example={
        "solicitation": "BRAND-2021",
        "title": "A name for our service",
        "unit": "LN",
        "opens_on": "2021-03-01",
        "closes_on": "2021-03-31",
    },
    label=lambda record: str(record.title),
    list_order=("-opens_on", "code"),
    page="voices:solicitation",
)


def unit_of_entry(row: Any, found: Mapping[str, Any]) -> Unit:
    """Where the author worked that day; without an author, the unit that asked."""
    author, solicitation = found["author"], found["solicitation"]
    post = post_on(author, timezone.localdate(row.submitted_at)) if author is not None else None
    unit: Unit = solicitation.unit if post is None else post.unit
    return unit


def _derive_entry(row: Any, found: Mapping[str, Any]) -> Mapping[str, Any]:
    if found["author"] is None:
        return {}
    return {"unit_path": place_on(unit_of_entry(row, found), timezone.localdate(row.submitted_at))}


ENTRIES = Register(
    "entries",
    gettext_lazy("Entries"),
    Entry,
    [
        Field(
            Column("solicitation", gettext_lazy("Solicitation no."), "code", required=True),
            lookup=CodeLookup(
                Solicitation,
                missing=gettext_lazy("There is no solicitation %(value)s. Enter it first."),
                related=("unit",),
            ),
        ),
        Field(Column("entry", gettext_lazy("Entry no."), "code", required=True), attribute="code"),
        Field(
            Column("kind", gettext_lazy("Kind of entry"), "choice", required=True, choices=KINDS),
            filters=True,
        ),
        Field(Column("text", gettext_lazy("Text"), required=True, max_length=200)),
        Field(
            Column(
                "author",
                gettext_lazy("Author"),
                "code",
                max_length=40,
                note=gettext_lazy("Staff number of who wrote it."),
            ),
            lookup=POSTED,
        ),
        Field(Column("submitted_at", gettext_lazy("Submitted at"), "instant", required=True)),
    ],
    natural_key=("solicitation", "entry"),
    day="submitted_at",
    view="voices.view",
    edit="voices.edit",
    derive=_derive_entry,
    unit_of=unit_of_entry,
    example={
        "solicitation": "BRAND-2021",
        "entry": "1",
        "kind": "slogan",
        "text": "Every visit a little warmer",
        "author": "210345",
        "submitted_at": "2021-03-05 09:30",
    },
    label=lambda record: str(record.text),
    list_order=("-submitted_at", "code"),
)

declare(SOLICITATIONS, ENTRIES)
