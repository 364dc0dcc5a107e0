"""Which days a page of this area looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.network.models import Unit
from hearth.network.queries import units_above
from hearth.network.scope import Actor, Scope
from hearth.outreach.queries.overview import Span, latest_day
from hearth.platform.wording import period_title
from hearth.web.outreach.forms import SpanForm
from hearth.web.remember import remembered, stamp

VIEW = "outreach.view"
OF_ACTIVITIES = (
    "record.imported",
    "record.added",
    "record.changed",
    "record.withdrawn",
    "activity.confirmed",
    "activity.history_confirmed",
    "activity.returned",
    "sign_in.closed",
    "sign_in.made",
    "unit.created",
    "unit.edited",
    "unit.moved",
    "unit.merged",
    "unit.closed",
    "tree.settled",
)
"""What can move a figure or a row of these pages."""
_QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """A page's choice, read from its address.

    Attributes:
        form: to choose otherwise.
        period: which one.
        beside: the one that it is compared with.
        kind: code of a kind; '' for all.
        unit: below which; None for all that the reader sees.
        crumbs: the units above that one.
    """

    form: SpanForm
    period: Period
    beside: Period
    kind: str
    unit: Unit | None
    crumbs: list[Unit]

    @property
    def span(self) -> Span:
        """Days of the period."""
        return self.period.start, self.period.end

    @property
    def earlier(self) -> Span:
        """Days of the period beside."""
        return self.beside.start, self.beside.end

    @property
    def under(self) -> str:
        """Path to look below; '' for all."""
        return self.unit.path if self.unit else ""


def looked(actor: Actor, query: QueryDict) -> Looked:
    """What the address asks for; what cannot be read is as if it were not there.

    Raises:
        Unit.DoesNotExist: the unit lies outside what the actor sees.
    """
    scope = actor.scope_for(VIEW)
    period = _period(query.get("period", ""), scope)
    code = query.get("under", "")
    unit = Unit.objects.visible_to(scope).get(code=code) if code else None
    data: dict[str, Any] = {
        "period": period.key,
        "against": query.get("against") or "year",
        "kind": query.get("kind", ""),
        "under": code,
    }
    form = SpanForm(_periods(period), data)
    chosen = form.cleaned_data if form.is_valid() else {}
    previous = chosen.get("against") == "previous"
    beside = period.previous() if previous else Period(period.kind, period.year - 1, period.number)
    crumbs = units_above(unit, scope) if unit else []
    return Looked(form, period, beside, chosen.get("kind", ""), unit, crumbs)


def _period(text: str, scope: Scope) -> Period:
    """The period asked for, else the quarter of the newest record."""
    try:
        return Period.parse(text)
    except BadValue:
        at = stamp(OF_ACTIVITIES)
        day = remembered("outreach-latest", (scope.paths,), at, lambda: latest_day(scope))
        return Period.of(day or timezone.localdate(), "quarter")


def _periods(period: Period) -> list[tuple[str, str]]:
    """Periods to choose from: quarters up to the present one and around ``period``, years."""
    present = Period.of(timezone.localdate(), "quarter")
    quarter = Period.of(min(period.last_day, present.last_day), "quarter")
    keys = [present.key]
    for _number in range(_QUARTERS):
        keys.append(quarter.key)
        quarter = quarter.previous()
    years = sorted({key[:4] for key in keys}, reverse=True)
    ordered = dict.fromkeys([period.key, *keys, *years])
    return [(key, period_title(Period.parse(key))) for key in sorted(ordered, reverse=True)]
