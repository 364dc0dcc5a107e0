"""``hearth import``, ``hearth template`` and ``hearth score``."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hearth.config.cli.frame import DONE, REFUSED, Progress, acting, complain
from hearth.exchange.inspections import read_and_score
from hearth.exchange.kinds import KINDS
from hearth.kernel.rounding import centi_text, milli_text
from hearth.platform.spreadsheets import ImportReport, template

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add the three commands."""
    parser = commands.add_parser("import", help=_("import records from XLSX or CSV files"))
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
    parser.add_argument(
        "--dry-run", action="store_true", help=_("report what would change, write nothing")
    )
    parser.add_argument(
        "--as",
        dest="status",
        choices=["released", "submitted"],
        default="released",
        help=_("inspections: count them at once (default) or after review"),
    )
    parser.add_argument(
        "--draft", action="store_true", help=_("standard: leave it a draft, do not publish it")
    )
    parser.add_argument(
        "--rectify",
        action="store_true",
        help=_("inspections: have what they found put right from today on"),
    )
    parser.set_defaults(run=import_files)

    parser = commands.add_parser("template", help=_("write the workbook to fill in"))
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("-o", "--output", type=Path, metavar=_("FILE"))
    parser.set_defaults(run=write_template)

    parser = commands.add_parser("score", help=_("score inspections of files, store nothing"))
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
    parser.set_defaults(run=score_files)


def import_files(args: argparse.Namespace) -> int:
    """Import, print the counts, and name every bad cell on standard error."""
    options: dict[str, Any] = {
        "as": args.status,
        "publish": not args.draft,
        "rectify": args.rectify,
    }
    report = KINDS[args.kind].run(
        acting(args),
        args.files,
        dry_run=args.dry_run,
        options=options,
        progress=Progress(args.kind),
    )
    return _told(report)


def _told(report: ImportReport) -> int:
    complain(*report.lines())
    print(report.summary(), file=sys.stdout if report.ok else sys.stderr)
    return DONE if report.ok else REFUSED


def write_template(args: argparse.Namespace) -> int:
    """Write the template to a file, KIND.xlsx unless one is named."""
    target: Path = args.output or Path(f"{args.kind}.xlsx")
    target.write_bytes(template(*KINDS[args.kind].specs()))
    print(target)
    return DONE


def score_files(args: argparse.Namespace) -> int:
    """Print ``inspection,score,earned,possible,lost,critical`` for each inspection."""
    pairs, report = read_and_score(acting(args), args.files, Progress(_("inspections")))
    if not report.ok:
        complain(*report.lines())
        return REFUSED
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["inspection", "score", "earned", "possible", "lost", "critical"])
    for submission, worth in pairs:
        out.writerow(
            [
                submission.reference,
                "" if worth.score_centi is None else centi_text(worth.score_centi),
                milli_text(worth.earned_milli),
                milli_text(worth.possible_milli),
                milli_text(worth.lost_milli),
                worth.critical,
            ]
        )
    return DONE
