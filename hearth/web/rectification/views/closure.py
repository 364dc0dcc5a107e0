"""整改率: what was due in a span, and how much of it was closed in time, by unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.kernel import charts
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.network.queries import units_above
from hearth.web.figures.closed import Closed, closed_by_unit, closed_of
from hearth.web.http import AppRequest, requires
from hearth.web.network.reach import below, tops
from hearth.web.rectification.forms import SpanForm


@requires("rectification.view")
@require_safe
def closure(request: AppRequest) -> HttpResponse:
    today = timezone.localdate()
    quarter = Period.of(today, "quarter")
    begin = {"since": quarter.start, "until": quarter.last_day}
    form = SpanForm({**begin, **request.GET.dict()})
    form.is_valid()
    since: date = form.cleaned_data.get("since") or quarter.start
    until: date = form.cleaned_data.get("until") or quarter.last_day
    scope = request.actor.scope_for("rectification.view")
    code = request.GET.get("under", "")
    above = get_object_or_404(Unit.objects.visible_to(scope), code=code) if code else None
    heads = [above] if above else tops(scope)
    units = [*heads, *(below(scope, heads[0]) if len(heads) == 1 else ())]
    found = closed_by_unit(units, since, until)
    whole = found[0][1] if len(heads) == 1 else closed_of(heads, since, until)
    parts = sorted(
        ((unit, one) for unit, one in (found[1:] if len(heads) == 1 else found) if one.due),
        key=lambda pair: (-(pair[1].share_in_time or 0), -pair[1].due, pair[0].path),
    )
    span = urlencode({"since": since.isoformat(), "until": until.isoformat()})
    context = {
        "form": form,
        "span": span,
        "above": above,
        "crumbs": units_above(above, scope) if above else [],
        "whole": whole,
        "rows": parts,
        "picture": _bars(parts, whole, span) if len(parts) > 1 else "",
    }
    return render(request, "rectification/closure.html", context)


def _bars(parts: Sequence[tuple[Unit, Closed]], whole: Closed, span: str) -> charts.Svg:
    here = reverse("rectification:closure")
    mean = whole.share_in_time
    chart = charts.Bars(
        title=_("Closed in time, by unit"),
        bars=tuple(
            charts.Bar(
                label=unit.name,
                value=one.share_in_time,
                text=f"{one.share_in_time or 0:.1f}%",
                note=f"{one.in_time}/{one.due}",
                href=f"{here}?under={unit.code}&{span}"
                if not unit.is_outlet
                else f"{reverse('rectification:list')}?under={unit.code}&{span}&state=all",
                tone=charts.Tone.EMBER if one.overdue else charts.Tone.NEUTRAL,
            )
            for unit, one in parts
        ),
        reference=None
        if mean is None
        else charts.Reference(mean, _("all: %(share)s%%") % {"share": f"{mean:.1f}"}),
        keys=((charts.Tone.EMBER, _("has overdue findings")),)
        if any(one.overdue for _unit, one in parts)
        else (),
        end=100,
    )
    return charts.responsive(lambda width: charts.bars(chart, width=width))
