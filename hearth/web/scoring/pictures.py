"""The pictures of this area, from rows that were read already."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.kernel import charts
from hearth.kernel.rounding import centi_text
from hearth.scoring.rankings import RankingRow, RankingTable
from hearth.web.scoring.common import GROUPS

ALL_WIDTHS = (charts.PHONE, charts.COLUMN, charts.DESK)


def interval_text(row: RankingRow) -> str:
    """'7 (4–15)', or the rank alone where the interval is one place."""
    if row.rank is None:
        return "—"
    if row.low_rank is None or row.low_rank == row.high_rank:
        return str(row.rank)
    return f"{row.rank} ({row.low_rank}–{row.high_rank})"


def caterpillar_of(
    table: RankingTable, paint: charts.Paint | None = None, *, mean_centi: int | None = None
) -> charts.Svg:
    """The ranking with the uncertainty of each unit (SC-11).

    Args:
        table: its ranked rows are drawn.
        paint: standalone, for a document; None for a page.
        mean_centi: the mean to compare with, where ``table`` holds a part of the ranking.
    """
    units = tuple(
        charts.Ranked(
            label=row.name,
            score=(row.score_centi or 0) / 100,
            text=centi_text(row.score_centi or 0),
            low=None if row.low_centi is None else row.low_centi / 100,
            high=None if row.high_centi is None else row.high_centi / 100,
            group=charts.Group(row.group or "middle"),
            rank=interval_text(row),
            href=reverse("scoring:result", args=[table.closing.period, row.code]),
        )
        for row in table.ranked
    )
    mean = table.mean_centi if mean_centi is None else mean_centi
    chart = charts.Caterpillar(
        title=_("Ranking with intervals"),
        units=units,
        groups=(str(GROUPS["above"]), str(GROUPS["middle"]), str(GROUPS["below"])),
        mean=None
        if mean is None
        else charts.Reference(mean / 100, _("mean %(mean)s") % {"mean": centi_text(mean)}),
        score_header=_("score"),
        rank_header=_("rank (interval)"),
        desc=_("Each dot is a score, each line the range in which the true score likely lies."),
        ranks=_("ranks {first} to {last}"),
    )
    if paint is not None:
        return charts.caterpillar(chart, paint=paint)
    return charts.responsive(lambda width: charts.caterpillar(chart, width=width), ALL_WIDTHS)


def branch_bars(rows: Sequence[RankingRow], period: str) -> charts.Svg:
    """Scores by branch with last quarter's."""
    scores = [row.score_centi for row in rows if row.score_centi is not None]
    olds = [row.previous_score_centi for row in rows if row.previous_score_centi is not None]
    start = max(0, (min([*scores, *olds], default=0) // 500 - 1) * 5)
    chart = charts.Bars(
        title=_("Score by branch"),
        bars=tuple(
            charts.Bar(
                label=row.name,
                value=None if row.score_centi is None else row.score_centi / 100,
                text="—" if row.score_centi is None else centi_text(row.score_centi),
                href=reverse("scoring:result", args=[period, row.code]),
                tone=charts.Tone.EMBER if row.group == "below" else charts.Tone.NEUTRAL,
                previous=None
                if row.previous_score_centi is None
                else row.previous_score_centi / 100,
                lead=str(row.rank or "—"),
            )
            for row in rows
        ),
        previous_label=_("the period before"),
        keys=((charts.Tone.EMBER, str(GROUPS["below"])),)
        if any(row.group == "below" for row in rows)
        else (),
        start=float(start),
    )
    return charts.responsive(lambda width: charts.bars(chart, width=width), ALL_WIDTHS)
