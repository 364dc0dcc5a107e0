"""Who must be covered and who is; sittings and their results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from hearth.figures.engine import split, values
from hearth.figures.registry import Value
from hearth.kernel import charts
from hearth.learning.models import Attempt, Sitting
from hearth.learning.queries import last_sat, results, sittings, to_cover
from hearth.network.models import Unit
from hearth.network.queries import units_above
from hearth.network.scope import Scope, end_of
from hearth.platform.spreadsheets import Column, Table
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.learning.forms import DaysForm, PeopleForm
from hearth.web.network.reach import below, tops

PAGE = 50
FIGURE, PEOPLE_SAT, MEAN = "tests.coverage", "tests.people", "tests.mean"
EVERYWHERE = Scope(("",))
EDGES = tuple(range(0, 101, 10))
PEOPLE = (
    Column("staff_no", gettext_lazy("Staff no."), "code"),
    Column("name", gettext_lazy("Name")),
    Column("post", pgettext_lazy("person", "Post")),
    Column("unit", gettext_lazy("Unit"), "code"),
    Column("unit_name", gettext_lazy("Name of the unit")),
    Column("covered", gettext_lazy("Covered"), "boolean"),
    Column("last_on", gettext_lazy("Last test on"), "date"),
)


def _above(request: AppRequest, scope: Scope) -> Unit | None:
    code = request.GET.get("under", "")
    return get_object_or_404(Unit.objects.visible_to(scope), code=code) if code else None


@requires("learning.view")
@require_safe
def covered(request: AppRequest) -> HttpResponse:
    """The share of basic operations staff who sat a test, whole and by unit."""
    scope = request.actor.scope_for("learning.view")
    above = _above(request, scope)
    form = DaysForm(request.GET.dict(), timezone.localdate())
    heads = [above] if above else tops(scope)
    parts = below(scope, heads[0]) if len(heads) == 1 else heads
    found = values([FIGURE], [*heads, *parts], form.day, form.start)
    rows = [(unit, _sum([found[FIGURE, unit.pk]])) for unit in parts]
    rows = sorted((pair for pair in rows if pair[1].whole), key=lambda pair: pair[1].share or 0)
    span = urlencode({"since": form.start.isoformat(), "on": form.day.isoformat()})
    context = {
        "form": form,
        "span": span,
        "above": above,
        "crumbs": units_above(above, scope) if above else [],
        "whole": _sum([found[FIGURE, unit.pk] for unit in heads]),
        "rows": rows,
        "picture": _bars(rows, span) if len(rows) > 1 else "",
    }
    return render(request, "learning/coverage.html", context)


@dataclass(frozen=True, slots=True)
class Covered:
    """How many must be covered, and how many are."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """Percent; None where nobody must be."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def missing(self) -> int:
        """Who has not sat a test yet."""
        return self.whole - self.part


def _sum(found: Sequence[Value]) -> Covered:
    """Units beside each other have no staff in common, so their parts add up."""
    return Covered(sum(one.part or 0 for one in found), sum(one.whole or 0 for one in found))


def _bars(rows: Sequence[tuple[Unit, Covered]], span: str) -> charts.Svg:
    here, people = reverse("learning:coverage"), reverse("learning:people")
    chart = charts.Bars(
        title=_("Basic operations staff who sat a test, by unit"),
        bars=tuple(
            charts.Bar(
                label=unit.name,
                value=value.share,
                text=f"{value.share or 0:.1f}%",
                note=f"{value.part}/{value.whole}",
                href=f"{people if unit.is_outlet else here}?under={unit.code}&{span}",
                tone=charts.Tone.GOOD if not value.missing else charts.Tone.EMBER,
            )
            for unit, value in rows
        ),
        keys=((charts.Tone.GOOD, _("everybody")), (charts.Tone.EMBER, _("somebody is missing"))),
        end=100,
    )
    return charts.responsive(lambda width: charts.bars(chart, width=width))


def _posts(request: AppRequest, form: PeopleForm) -> QuerySet[Any]:
    scope = request.actor.scope_for("learning.view")
    above = _above(request, scope)
    posts = to_cover(scope, form.day, form.start)
    if above is not None:
        posts = posts.filter(unit__path__gte=above.path, unit__path__lt=end_of(above.path))
    state = form.cleaned_data.get("state")
    if state:
        posts = posts.filter(is_covered=state == "covered")
    for word in (form.cleaned_data.get("q") or "").lower().split():
        posts = posts.filter(person__search_text__contains=word)
    ordered = posts.select_related("person", "unit")
    return ordered.order_by("is_covered", "unit__path", "person__staff_no")


@requires("learning.view")
@require_safe
def people(request: AppRequest) -> HttpResponse:
    """By name: covered, or not yet."""
    form = PeopleForm(request.GET.dict(), timezone.localdate())
    page = Paginator(_posts(request, form), PAGE).get_page(request.GET.get("page"))
    last = last_sat([post.person_id for post in page], form.day, form.start)
    narrowed = ("q", "state", "under")
    scope = request.actor.scope_for("learning.view")
    context = {
        "form": form,
        "page_obj": page,
        "rows": [
            (post, attempt, attempt is not None and scope.covers(attempt.sitting.unit_path))
            for post in page
            for attempt in [last.get(post.person_id)]
        ],
        "is_narrowed": any(form.cleaned_data.get(name) for name in narrowed),
    }
    template = "learning/_people.html" if request.htmx else "learning/people.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def people_export(request: AppRequest) -> FileResponse:
    """The list by name as filtered; without what anybody reached."""
    request.actor.require("learning.view")
    form = PeopleForm(request.GET.dict(), timezone.localdate())
    table = Table("test-coverage", PEOPLE, _cells(request, form))
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


def _cells(request: AppRequest, form: PeopleForm) -> Iterator[tuple[Any, ...]]:
    posts = list(_posts(request, form))
    for start in range(0, len(posts), 500):
        part = posts[start : start + 500]
        last = last_sat([post.person_id for post in part], form.day, form.start)
        for post in part:
            attempt = last.get(post.person_id)
            yield (
                post.person.staff_no,
                post.person.name,
                post.title,
                post.unit.code,
                post.unit.name,
                attempt is not None,
                attempt.held_on if attempt else None,
            )


@requires("learning.view")
@require_safe
def sitting_list(request: AppRequest) -> HttpResponse:
    rows = sittings(request.actor.scope_for("learning.view")).select_related("unit")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = _results_of(list(page))
    context = {"page_obj": page, "rows": [(one, *found.get(one.pk, (0, None))) for one in page]}
    return render(request, "learning/sittings.html", context)


def _results_of(listed: Sequence[Sitting]) -> dict[int, tuple[int, Decimal | None]]:
    """People and mean percent by sitting, of whoever sat it."""
    if not listed:
        return {}
    days = [one.held_on for one in listed]
    whole = tops(EVERYWHERE)
    found = split((PEOPLE_SAT, MEAN), whole, (max(days), min(days)), "sitting")
    return {
        sitting: (int(people.number or 0), found[MEAN, unit.pk][sitting].number)
        for unit in whole
        for sitting, people in found[PEOPLE_SAT, unit.pk].items()
    }


@requires("learning.view")
@require_safe
def sitting(request: AppRequest, pk: int) -> HttpResponse:
    """Results of one sitting by unit; by name for who may see staff."""
    rows = Sitting.objects.visible_to(request.actor.scope_for("learning.view"))
    found = get_object_or_404(rows.select_related("unit"), pk=pk)
    scope = request.actor.scope_for("people.view")
    attempts = results(found)
    percents = [attempt.percent for attempt in attempts]
    by_unit: dict[Unit, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_unit[attempt.unit].append(attempt)
    context = {
        "sitting": found,
        "people": len(attempts),
        "mean": fmean(percents) if percents else None,
        "units": sorted(
            ((unit, len(sat), fmean(one.percent for one in sat)) for unit, sat in by_unit.items()),
            key=lambda row: -row[2],
        ),
        "picture": _histogram(percents) if len(percents) > 1 else "",
        "named": [attempt for attempt in attempts if scope.covers(attempt.unit_path)],
    }
    return render(request, "learning/sitting.html", context)


def _histogram(percents: Sequence[float]) -> charts.Svg:
    mean = fmean(percents)
    chart = charts.Histogram(
        title=_("What people reached"),
        bins=charts.bins_of(percents, EDGES),
        markers=(charts.Marker(mean, _("mean %(mean)s") % {"mean": f"{mean:.1f}"}),),
        axis=_("percent of the points to be had"),
    )
    return charts.responsive(lambda width: charts.histogram(chart, width=width))
