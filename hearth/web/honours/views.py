"""Which outlets hold which award and until when; head-office results against any earlier period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from hearth.honours.models import Award, AwardScheme, ExternalRank
from hearth.honours.queries import change, ended, ending, held, results_of
from hearth.inspections.enums import Channel
from hearth.kernel import charts
from hearth.kernel.periods import Period
from hearth.kernel.rounding import centi_text
from hearth.network.models import Unit
from hearth.platform.wording import period_title
from hearth.web.forms import HearthForm
from hearth.web.http import AppRequest, requires

PAGE = 50
SOON = 180  # days
ICONS = {"top100": "trophy", "top1000": "trophy"}
OTHER = "award"


class AwardForm(HearthForm):
    """As of which day, which award, where."""

    on = forms.DateField(label=pgettext_lazy("day", "As of"), required=False)
    award = forms.ChoiceField(label=gettext_lazy("Award"), required=False)
    under = forms.CharField(
        label=gettext_lazy("Unit (code)"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "unit-options", "autocomplete": "off"}),
    )

    def __init__(self, schemes: Sequence[AwardScheme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.code, str(one)) for one in schemes]
        field: Any = self.fields["award"]
        field.choices = [("", pgettext_lazy("award", "all")), *known]


@requires("honours.view")
@require_safe
def awards(request: AppRequest) -> HttpResponse:
    """Awards held on a day, those that end soon, and those that ended lately."""
    today = timezone.localdate()
    schemes = list(AwardScheme.objects.all())
    form = AwardForm(schemes, {"on": today.isoformat(), **request.GET.dict()})
    form.is_valid()
    day: date = form.cleaned_data.get("on") or today
    scope = request.actor.scope_for("honours.view")
    rows = held(scope, day)
    counts = Counter(rows.order_by().values_list("award", flat=True))
    if form.cleaned_data.get("award"):
        rows = rows.filter(award__code=form.cleaned_data["award"])
    if form.cleaned_data.get("under"):
        code = form.cleaned_data["under"]
        above = Unit.objects.visible_to(scope).filter(code=code).first()
        rows = rows.under(above.path) if above else rows.none()
    context = {
        "form": form,
        "day": day,
        "tiles": [
            (one.code, one, counts[one.pk], ICONS.get(one.code, OTHER))
            for one in schemes
            if one.is_active or counts[one.pk]
        ],
        "total": sum(counts.values()),
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "is_narrowed": bool(form.cleaned_data.get("award") or form.cleaned_data.get("under")),
        "last_soon": day + timedelta(days=SOON),
        "soon": [(row, _days(row, day)) for row in ending(scope, day, SOON)],
        "ended": ended(scope, day, SOON),
        "within": SOON,
    }
    return render(request, "honours/awards.html", context)


def _days(row: Award, day: date) -> int:
    return (row.until - day).days if row.until else 0


@requires("honours.view")
@require_safe
def results(request: AppRequest) -> HttpResponse:
    """What was published over time for one unit, and how it changed against any earlier period."""
    scope = request.actor.scope_for("honours.view")
    said = request.GET.get("channel", "")
    channel = said if said in Channel.values else Channel.HEAD_OFFICE.value
    found = results_of(scope, channel)
    units = list({row.unit_id: row.unit for row in found}.values())
    code = request.GET.get("unit", "")
    unit = next((one for one in units if one.code == code), units[0] if units else None)
    rows = [row for row in found if unit is not None and row.unit_id == unit.pk]
    against = request.GET.get("against", "")
    context: dict[str, Any] = {
        "channels": Channel.choices,
        "channel": channel,
        "units": units,
        "unit": unit,
        "rows": [(row, change(rows[: n + 1])) for n, row in enumerate(rows)][::-1],
        "periods": [row.period for row in rows[:-1]][::-1],
        "against": against,
        "change": change(rows, against),
        "latest": rows[-1] if rows else None,
        "scores": _scores(rows) if sum(row.score_centi is not None for row in rows) > 1 else "",
        "ranks": _ranks(rows) if len(rows) > 1 else "",
    }
    return render(request, "honours/results.html", context)


def _titles(rows: Sequence[ExternalRank]) -> tuple[str, ...]:
    return tuple(period_title(Period.parse(row.period)) for row in rows)


def _scores(rows: Sequence[ExternalRank]) -> charts.Svg:
    chart = charts.Lines(
        title=_("Published score"),
        times=_titles(rows),
        series=(
            charts.Series(
                _("score"),
                tuple(
                    charts.Moment(
                        None if row.score_centi is None else row.score_centi / 100,
                        "" if row.score_centi is None else centi_text(row.score_centi),
                    )
                    for row in rows
                ),
            ),
        ),
    )
    return charts.responsive(lambda width: charts.lines(chart, width=width))


def _ranks(rows: Sequence[ExternalRank]) -> charts.Svg:
    chart = charts.Columns(
        title=_("Units ranked behind ours"),
        categories=_titles(rows),
        layers=(
            charts.Layer(
                _("ranked behind"),
                tuple(charts.Amount(row.of - row.rank, f"{row.rank}/{row.of}") for row in rows),
            ),
        ),
        desc=_("The taller, the better the rank; above each column the rank of how many."),
    )
    return charts.responsive(lambda width: charts.columns(chart, width=width))
