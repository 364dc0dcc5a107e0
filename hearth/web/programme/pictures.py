"""The pictures of this area, from rows that were read already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hearth.kernel import charts
from hearth.kernel.periods import Period
from hearth.kernel.rounding import centi_text
from hearth.programme.models import Task
from hearth.programme.queries.targets import Sheet
from hearth.programme.queries.tasks import Progress

ALL_WIDTHS = (charts.PHONE, charts.COLUMN, charts.DESK)
MOST_BARS = 100


def progress_strip(progress: Progress, year: int) -> charts.Svg:
    """How many of the tasks are done, and where the late ones are."""
    url = reverse("programme:task-list", args=[year])
    done = progress.done - progress.verified
    open_late = min(progress.late, progress.tasks - progress.done)
    chart = charts.Coverage(
        title=_("Progress of the tasks"),
        text="",
        total=progress.tasks,
        parts=(
            charts.Part(
                progress.verified, _("verified"), charts.Tone.GOOD, f"{url}?state=verified"
            ),
            charts.Part(done, _("done, to be verified"), charts.Tone.NEUTRAL, f"{url}?state=done"),
            charts.Part(
                open_late, pgettext("task", "late"), charts.Tone.EMBER, f"{url}?state=late"
            ),
        ),
        rest=_("in time"),
        rest_href=f"{url}?state=open",
    )
    return charts.responsive(lambda width: charts.coverage_strip(chart, width=width), ALL_WIDTHS)


def gantt_of(tasks: Sequence[Task], waits: Mapping[int, Sequence[int]], today: date) -> charts.Svg:
    """Counted tasks over the calendar, in the order given, with what each waits for."""
    codes = {task.pk: task.code for task in tasks}
    late = sum(1 for task in tasks if getattr(task, "late_n", 0))
    chart = charts.Gantt(
        title=_("Tasks over the year"),
        desc=ngettext("%(n)s task is late.", "%(n)s tasks are late.", late) % {"n": late},
        rows=tuple(_stretch(task, [codes[pk] for pk in waits.get(task.pk, ())]) for task in tasks),
        ticks=_months(tasks),
        today=today,
        today_label=_("today"),
        keys=(
            (charts.Tone.GOOD, pgettext("task", "done by all")),
            (charts.Tone.EMBER, pgettext("task", "late")),
        ),
    )
    return charts.responsive(lambda width: charts.gantt(chart, width=width), ALL_WIDTHS)


def _stretch(task: Task, waits: Sequence[str]) -> charts.Stretch:
    shares, finished = getattr(task, "shares_n", 0), getattr(task, "finished_n", 0)
    tone = charts.Tone.NEUTRAL
    if getattr(task, "late_n", 0):
        tone = charts.Tone.EMBER
    elif shares and finished == shares:
        tone = charts.Tone.GOOD
    days = f"{task.starts_on:%m-%d} – {task.due_on:%m-%d}"
    return charts.Stretch(
        key=task.code,
        label=task.title,
        lead=task.code,
        start=task.starts_on,
        end=task.due_on,
        text=f"{days} · {finished}/{shares}" if shares else days,
        done=finished / shares if shares else 0.0,
        tone=tone,
        waits_for=tuple(waits),
        waits=_("after %(codes)s") % {"codes": ", ".join(sorted(waits))} if waits else "",
        href=reverse("programme:task", args=[task.pk]),
    )


def _months(tasks: Sequence[Task]) -> tuple[tuple[date, str], ...]:
    """The first day of every month that the tasks touch."""
    if not tasks:
        return ()
    month = Period.of(min(task.starts_on for task in tasks), "month")
    last = max(task.due_on for task in tasks)
    found = []
    while month.start <= last:
        found.append((month.start, month.key))
        month = month.next()
    return tuple(found)


def performance_bars(sheets: Sequence[Sheet], period: str, as_of: date) -> charts.Svg:
    """Totals of the units compared, the best first."""
    totals = [sheet.total.centi for sheet in sheets if sheet.total.centi is not None]
    mean = sum(totals) / len(totals)
    chart = charts.Bars(
        title=_("Performance compared"),
        bars=tuple(
            charts.Bar(
                label=sheet.unit.name,
                value=None if sheet.total.centi is None else sheet.total.centi / 100,
                text="—" if sheet.total.centi is None else centi_text(sheet.total.centi),
                href=reverse("programme:sheet", args=[period, sheet.unit.code])
                + f"?on={as_of.isoformat()}",
                lead=str(sheet.rank or "—") if len(totals) > 1 else "",
            )
            for sheet in sheets[:MOST_BARS]
        ),
        reference=charts.Reference(mean / 100, _("mean %(mean)s") % {"mean": f"{mean / 100:.2f}"})
        if len(totals) > 1
        else None,
        end=100.0,
    )
    return charts.responsive(lambda width: charts.bars(chart, width=width), ALL_WIDTHS)
