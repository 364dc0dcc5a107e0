"""The ledgers of awards and of results that someone above publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.honours.domain.validity import ends_on
from hearth.honours.models import Award, AwardScheme, ExternalRank
from hearth.inspections.enums import Channel
from hearth.kernel.periods import Period
from hearth.ledgers.lookups import UNIT, CodeLookup
from hearth.ledgers.registers import Fault, Field, Register, declare
from hearth.network.scope import Scope
from hearth.platform.spreadsheets import Column


class SchemeLookup(CodeLookup):
    """Schemes by code, or by the name that people write into a file."""

    def found(self, codes: Iterable[str], scope: Scope) -> Mapping[str, Any]:
        """Schemes by what was said; also those out of use, for old awards are entered, too."""
        said = set(codes)
        named: dict[str, Any] = {}
        for one in AwardScheme.objects.all():
            named |= dict.fromkeys(said & {one.code, one.name, one.name_en}, one)
        return named

    def options(self) -> Sequence[tuple[str, str]]:
        """Those in use."""
        return [(one.code, str(one)) for one in AwardScheme.objects.filter(is_active=True)]


def _check_award(row: Any, found: Mapping[str, Any]) -> Iterable[Fault]:
    if row.until is not None and row.until <= row.granted_on:
        yield "until", _("It ends on the day it was granted, or before.")
    if found["unit"] is not None and not found["unit"].is_outlet:
        yield "unit", _("Awards are granted to outlets. Name the outlet.")


def _derive_award(row: Any, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without an end of its own an award ends as its scheme says."""
    if row.until is not None:
        return {}
    return {"until": ends_on(row.granted_on, found["award"].years)}


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
            Column(
                "award",
                gettext_lazy("Award"),
                "code",
                required=True,
                max_length=80,
                note=gettext_lazy("Code or name of its scheme, such as top100, top1000 or star."),
            ),
            lookup=SchemeLookup(AwardScheme),
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
                note=gettext_lazy(
                    "The first day on which it is no longer held; empty: after the years that its "
                    "scheme says, or never."
                ),
            )
        ),
    ],
    natural_key=("unit", "award", "granted_on"),
    day="granted_on",
    view="honours.view",
    edit="honours.edit",
    check=_check_award,
    derive=_derive_award,
    example={
        "unit": "LN010203",
        "award": "star",
        "level": "5",
        "granted_on": "2019-12-20",
        "until": "2022-12-20",
    },
    list_order=("-since", "-pk"),
    label=lambda award: f"{award.unit} · {award.award} · {award.since}",
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
