"""The pictures of this area, from rows that were read already."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.kernel import charts
from hearth.programme.queries.tasks import Progress

ALL_WIDTHS = (charts.PHONE, charts.COLUMN, charts.DESK)


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
            charts.Part(open_late, _("late"), charts.Tone.EMBER, f"{url}?state=late"),
        ),
        rest=_("in time"),
        rest_href=f"{url}?state=open",
    )
    return charts.responsive(lambda width: charts.coverage_strip(chart, width=width), ALL_WIDTHS)
