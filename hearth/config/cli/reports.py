"""``hearth report``: the report of any date, printed, written as a file, or kept."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hearth.bulletins.composition.wording import LANGUAGES, Language, plain
from hearth.bulletins.rendering.formatting import heading_label
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose
from hearth.bulletins.reports.documents import document_of, file_name, render
from hearth.bulletins.reports.queries import newest_version
from hearth.bulletins.reports.services import keep_report
from hearth.config.cli.frame import DONE, acting, unit_named
from hearth.config.cli.scoring import day

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add ``report``."""
    parser = commands.add_parser("report", help=_("write the report of a day from its figures"))
    parser.add_argument("--as-of", type=day, required=True, metavar=_("DATE"))
    parser.add_argument("--unit", metavar=_("CODE"), help=_("default: the root of the network"))
    parser.add_argument(
        "--before", type=day, metavar=_("DATE"), help=_("the earlier day to compare with")
    )
    parser.add_argument(
        "--from", dest="since", type=day, metavar=_("DATE"), help=_("first day of spans")
    )
    parser.add_argument(
        "--template", default="", metavar=_("CODE"), help=_("default: the first one in use")
    )
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--format", choices=["text", "json", "pdf", "docx"], default="text")
    parser.add_argument("-o", "--output", type=Path, metavar=_("FILE"))
    parser.add_argument(
        "--base-url",
        default="",
        metavar=_("URL"),
        help=_("where numbers in the file lead, such as https://hearth.example.com"),
    )
    parser.add_argument(
        "--keep", action="store_true", help=_("keep it as it is, and say under which hash")
    )
    parser.set_defaults(run=report)


def report(args: argparse.Namespace) -> int:
    """Print the report, or write its file; a file without ``--keep`` bears a draft's mark."""
    unit = unit_named(args.unit)
    asked = Asked.about(unit, args.as_of, args.before, args.since)
    version, actor = newest_version(args.template), acting(args)
    number, content_hash = None, ""
    if args.keep:
        kept = keep_report(actor=actor, asked=asked, version=version)
        parts, number, content_hash = kept.computed, kept.pk, kept.content_hash
        said = _("kept as %(n)s, content hash %(hash)s") % {"n": number, "hash": content_hash}
        print(said, file=sys.stderr)
    else:
        parts = compose(actor, asked, version)
    if args.format in {"text", "json"}:
        _print(args, parts)
        return DONE
    document = document_of(
        parts, args.language, args.as_of, content_hash=content_hash, base_url=args.base_url
    )
    target = args.output or Path(
        file_name(unit.code, args.as_of, args.format, args.language, number=number)
    )
    target.write_bytes(render(document, args.format))
    print(target)
    return DONE


def _print(args: argparse.Namespace, parts: Mapping[str, Any]) -> None:
    lines = list(_lines(parts, args.language))
    if args.format == "json":
        said = {"title": lines[0], "lines": lines[1:], "figures": parts["figures"]}
        text = json.dumps(said, ensure_ascii=False, indent=2)
    else:
        text = "\n".join(lines)
    if args.output:
        args.output.write_text(text + "\n", encoding="utf-8")
        print(args.output)
    else:
        print(text)


def _lines(parts: Mapping[str, Any], language: Language) -> Iterator[str]:
    """The title, then headings with their numbers and paragraphs."""
    told, count = parts[language], 0
    yield told["title"]
    for block in told["blocks"]:
        if block["kind"] == "heading":
            count += 1
            yield heading_label((count,), language) + block["text"]
        else:
            yield plain(block["runs"])
