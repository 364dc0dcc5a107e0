"""``hearth close``, ``hearth ranking``, ``hearth figures`` and ``hearth trace``."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.config.cli.frame import DONE, acting, complain, unit_named
from hearth.figures.declared import FIGURES
from hearth.figures.engine import ask
from hearth.figures.registry import Question, written
from hearth.figures.tracing import trace
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.kernel.rounding import centi_text
from hearth.platform.spreadsheets import Column, Table, write_xlsx
from hearth.scoring.queries import adjustments_waiting, current_closing
from hearth.scoring.rankings import LEVELS, RankingRow, ranking_of
from hearth.workflows.closing import close_period

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands

RANKING_COLUMNS = (
    "rank",
    "code",
    "name",
    "parent",
    "score",
    "inspections",
    "low_rank",
    "high_rank",
    "group",
    "previous_rank",
    "movement",
    "reason",
)


def register(commands: Commands) -> None:
    """Add the commands of this topic."""
    parser = commands.add_parser("close", help=_("close a period: scores, ranks, movements"))
    parser.add_argument("period", type=period, metavar=_("PERIOD"))
    parser.set_defaults(run=close)

    parser = commands.add_parser("ranking", help=_("print the ranking of a closed period"))
    parser.add_argument("period", type=period, metavar=_("PERIOD"))
    parser.add_argument("--level", choices=LEVELS, default="outlet")
    parser.add_argument("--under", metavar=_("CODE"), help=_("only units below this one"))
    parser.add_argument("--format", choices=["table", "csv", "json", "xlsx"], default="table")
    parser.add_argument("-o", "--output", type=Path, metavar=_("FILE"))
    parser.set_defaults(run=ranking)

    parser = commands.add_parser("figures", help=_("print every figure as of a date"))
    _asked(parser)
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.set_defaults(run=figures)

    parser = commands.add_parser("trace", help=_("print the rows behind one figure"))
    parser.add_argument("key", choices=sorted(FIGURES), metavar=_("KEY"))
    _asked(parser)
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.set_defaults(run=trace_figure)


def _asked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=day, required=True, metavar=_("DATE"))
    parser.add_argument("--unit", metavar=_("CODE"), help=_("default: the root of the network"))
    parser.add_argument(
        "--from", dest="since", type=day, metavar=_("DATE"), help=_("first day of spans")
    )


def period(text: str) -> Period:
    """A period as written on the command line; wrong usage otherwise."""
    try:
        return Period.parse(text)
    except BadValue:
        raise argparse.ArgumentTypeError(
            _("%(text)s is no period; write 2021Q2, 2021-06, 2021H1 or 2021") % {"text": text}
        ) from None


def day(text: str) -> date:
    """A date as written on the command line; wrong usage otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("%(text)s is no date; write 2021-06-15") % {"text": text}
        ) from None


def close(args: argparse.Namespace) -> int:
    """Close the period and say what came out; on standard error, what waits and did not count."""
    actor = acting(args)
    proposed, _leaving = adjustments_waiting(args.period, actor.scope)
    closed = close_period(actor=actor, period=args.period)
    summary = closed.closing.summary
    said = _(
        "%(period)s revision %(revision)s: %(inspections)s inspections, %(ranked)s of %(outlets)s"
        " outlets ranked, result %(hash)s"
    ) % {
        "period": args.period.key,
        "revision": closed.closing.revision,
        "inspections": closed.closing.inspections,
        "ranked": summary["outlets_ranked"],
        "outlets": summary["outlets"],
        "hash": closed.closing.result_hash,
    }
    print(said if closed.is_new else f"{said} ({_('unchanged')})")
    if proposed:
        text = ngettext(
            "%(n)s proposed adjustment waits for approval and did not count.",
            "%(n)s proposed adjustments wait for approval and did not count.",
            proposed,
        )
        complain(text % {"n": proposed})
    return DONE


def ranking(args: argparse.Namespace) -> int:
    """Print the ranking, ranked units first."""
    closing = current_closing(args.period)
    if closing is None:
        raise RuleViolation(
            "not_closed",
            _("%(period)s is not closed. Run: hearth close %(period)s")
            % {"period": args.period.key},
        )
    under = unit_named(args.under) if args.under else None
    table = ranking_of(closing, args.level, under=under)
    rows = [_cells(row) for row in table.rows]
    write(args, RANKING_COLUMNS, rows, name=f"ranking-{args.period.key}-{args.level}")
    return DONE


def _cells(row: RankingRow) -> list[Any]:
    score = None if row.score_centi is None else centi_text(row.score_centi)
    return [score if name == "score" else getattr(row, name) for name in RANKING_COLUMNS]


def write(
    args: argparse.Namespace, header: Sequence[str], rows: Sequence[Sequence[Any]], *, name: str
) -> None:
    """Write rows in the form that ``--format`` asks for."""
    if args.format == "xlsx":
        target = args.output or Path(f"{name}.xlsx")
        columns = [Column(column, column) for column in header]
        body = [["" if cell is None else str(cell) for cell in row] for row in rows]
        write_xlsx(target, [Table(name, columns, body)], zone=timezone.get_default_timezone())
        print(target)
        return
    out = args.output.open("w", encoding="utf-8") if getattr(args, "output", None) else sys.stdout
    try:
        if args.format == "json":
            records = [dict(zip(header, row, strict=True)) for row in rows]
            json.dump(records, out, ensure_ascii=False, indent=2, default=str)
            out.write("\n")
        elif args.format == "csv":
            table = csv.writer(out, lineterminator="\n")
            table.writerow(header)
            table.writerows(["" if cell is None else cell for cell in row] for row in rows)
        else:
            _print_table(out, header, rows)
    finally:
        if out is not sys.stdout:
            out.close()


def _print_table(out: Any, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    lines = [list(header), *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(header))]
    for line in lines:
        cells = (cell + " " * (w - _width(cell)) for cell, w in zip(line, widths, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")


def _width(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def _question(args: argparse.Namespace) -> Question:
    return Question.about(unit_named(args.unit), args.as_of, args.since)


def figures(args: argparse.Namespace) -> int:
    """Print every figure of one unit as of a date."""
    question = _question(args)
    header = ("key", "name", "unit", "as_of", "value", "measure", "records")
    rows = [
        (
            figure.key,
            str(figure.name),
            question.unit.code,
            args.as_of.isoformat(),
            written(figure, value),
            figure.measure,
            value.records,
        )
        for figure, value in ask(FIGURES, question)
    ]
    write(args, header, rows, name="figures")
    return DONE


def trace_figure(args: argparse.Namespace) -> int:
    """Print the rows behind one figure; their count, sum or quotient is the figure."""
    columns, rows = trace(FIGURES[args.key], _question(args))
    write(args, columns, list(rows), name=f"trace-{args.key}")
    return DONE
