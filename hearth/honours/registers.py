"""The ledgers of awards and of results that someone above publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.honours.models import Award, ExternalRank
from hearth.inspections.enums import Channel
from hearth.kernel.periods import Period
from hearth.ledgers.lookups import UNIT
from hearth.ledgers.registers import Fault, Field, Register, declare
from hearth.platform.spreadsheets import Column

AWARDED = [
    (Award.Kind.TOP100, gettext_lazy("Top hundred outlet")),
    (Award.Kind.TOP1000, gettext_lazy("Top thousand outlet")),
    (Award.Kind.STAR, gettext_lazy("Star-rated outlet")),
]


def _check_award(row: Any, found: Mapping[str, Any]) -> Iterable[Fault]:
    if row.until is not None and row.until <= row.granted_on:
        yield "until", _("It ends on the day it was granted, or before.")
    if found["unit"] is not None and not found["unit"].is_outlet:
        yield "unit", _("Awards are granted to outlets. Name the outlet.")


AWARDS = Register(
    "awards",
    gettext_lazy("Awards"),
    Award,
    [
        Field(
            Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
            lookup=UNIT,
        ),
        Field(
            Column("award", gettext_lazy("Award"), "choice", required=True, choices=AWARDED),
            filters=True,
        ),
        Field(
            Column(
                "level",
                gettext_lazy("Award level"),
                max_length=40,
                note=gettext_lazy("Such as the number of stars."),
            )
        ),
        Field(
            Column("granted_on", gettext_lazy("Granted on"), "date", required=True),
            attribute="since",
        ),
        Field(
            Column(
                "until",
                gettext_lazy("Until"),
                "date",
                note=gettext_lazy("The first day on which it is no longer held; empty: for good."),
            )
        ),
    ],
    natural_key=("unit", "award", "granted_on"),
    day="granted_on",
    view="honours.view",
    edit="honours.edit",
    check=_check_award,
    example={
        "unit": "LN010203",
        "award": "star",
        "level": "5",
        "granted_on": "2019-12-20",
        "until": "2022-12-20",
    },
    list_order=("-since", "-pk"),
    label=lambda award: f"{award.unit} · {award.get_award_display()} · {award.since}",
)


def _check_rank(row: Any, _found: Mapping[str, Any]) -> Iterable[Fault]:
    if row.rank > row.of:
        yield "rank", _("The rank is above the number of those ranked. Compare both columns.")


def _derive_rank(row: Any, _found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"ends_on": Period.parse(row.period).last_day}


EXTERNAL_RANKS = Register(
    "external_ranks",
    gettext_lazy("Results from above"),
    ExternalRank,
    [
        Field(Column("period", gettext_lazy("Period"), "period", required=True)),
        Field(
            Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
            lookup=UNIT,
        ),
        Field(
            Column(
                "channel", gettext_lazy("Channel"), "choice", required=True, choices=Channel.choices
            ),
            filters=True,
        ),
        Field(
            Column("score", gettext_lazy("Score"), "centi", minimum=0, maximum=1000),
            attribute="score_centi",
        ),
        Field(Column("rank", gettext_lazy("Rank"), "integer", required=True, minimum=1)),
        Field(
            Column("of", gettext_lazy("Ranked in all"), "integer", required=True, minimum=1),
        ),
    ],
    natural_key=("period", "unit", "channel"),
    day="period",
    day_attribute="ends_on",
    view="honours.view",
    edit="honours.edit",
    check=_check_rank,
    derive=_derive_rank,
    notes=(gettext_lazy("What the head office published, as it was published."),),
    example={
        "period": "2021Q1",
        "unit": "LN",
        "channel": "head_office",
        "score": "94.10",
        "rank": "12",
        "of": "37",
    },
    list_order=("-ends_on", "rank"),
    label=lambda row: (
        f"{row.unit} · {row.period} · {row.get_channel_display()} · {row.rank}/{row.of}"
    ),
)

declare(AWARDS, EXTERNAL_RANKS)
