"""``hearth bulletin``: draft, propose, approve, publish, revise, and the files."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hearth.bulletins import services
from hearth.bulletins.composition.wording import LANGUAGES
from hearth.bulletins.documents import file_name
from hearth.bulletins.models import Bulletin
from hearth.bulletins.queries import newest
from hearth.config.cli.frame import DONE, acting
from hearth.config.cli.scoring import period
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.workflows import publication

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add ``bulletin`` with its steps."""
    whole = commands.add_parser("bulletin", help=_("draft, approve, publish and print a bulletin"))
    steps = whole.add_subparsers(title=_("steps"), metavar=_("STEP"), required=True)

    parser = steps.add_parser("draft", help=_("draft it from the closing of the period"))
    parser.add_argument(
        "--named-examples",
        action="store_true",
        help=_("examples of faults name their outlet"),
    )
    _add(parser, draft)
    _add(steps.add_parser("recompose", help=_("compute a draft anew; its text stays")), recompose)
    _add(steps.add_parser("propose", help=_("hand the draft to a second person")), propose)
    _add(steps.add_parser("approve", help=_("approve what another operator proposed")), approve)
    _add(steps.add_parser("publish", help=_("publish what was approved")), publish)
    parser = steps.add_parser("revise", help=_("draft a revision of the published one"))
    parser.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("why it is revised"))
    _add(parser, revise)
    for kind in services.CONTENT_TYPES:
        parser = steps.add_parser(kind, help=_("write it as a file"))
        parser.add_argument("-o", "--output", type=Path, metavar=_("FILE"))
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
        parser.add_argument(
            "--base-url",
            default="",
            metavar=_("URL"),
            help=_("where numbers in the file lead, such as https://hearth.example.com"),
        )
        _add(parser, write)
        parser.set_defaults(kind=kind)


def _add(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("period", type=period, metavar=_("PERIOD"))
    parser.set_defaults(run=run)


def _newest(wanted: Period) -> Bulletin:
    """The newest revision of the period's bulletin."""
    found = newest(wanted.key)
    if found is None:
        raise RuleViolation(
            "no_bulletin",
            _("%(period)s has no bulletin. Run: hearth bulletin draft %(period)s")
            % {"period": wanted.key},
        )
    return found


def _say(bulletin: Bulletin, words: str) -> int:
    print(f"{bulletin.period} r{bulletin.revision}: {words}")
    return DONE


def draft(args: argparse.Namespace) -> int:
    """Draft the first revision."""
    made = services.draft_bulletin(
        actor=acting(args), period=args.period, named_examples=args.named_examples
    )
    return _say(made, _("drafted"))


def recompose(args: argparse.Namespace) -> int:
    """Compute a draft anew from the closing that holds."""
    found = _newest(args.period)
    done = services.recompose(actor=acting(args), bulletin_id=found.pk, version=found.version)
    return _say(done, _("composed anew"))


def propose(args: argparse.Namespace) -> int:
    """Propose the draft."""
    found = _newest(args.period)
    done = publication.propose_bulletin(
        actor=acting(args), bulletin_id=found.pk, version=found.version
    )
    return _say(done, _("proposed; another operator approves it"))


def approve(args: argparse.Namespace) -> int:
    """Approve the proposed one."""
    found = _newest(args.period)
    done = publication.approve_bulletin(
        actor=acting(args), bulletin_id=found.pk, version=found.version
    )
    return _say(done, _("approved"))


def publish(args: argparse.Namespace) -> int:
    """Publish the approved one and print its hash."""
    found = _newest(args.period)
    done = publication.publish_bulletin(
        actor=acting(args), bulletin_id=found.pk, version=found.version
    )
    return _say(done, _("published, content hash %(hash)s") % {"hash": done.content_hash})


def revise(args: argparse.Namespace) -> int:
    """Draft the next revision."""
    found = _newest(args.period)
    made = services.revise(actor=acting(args), bulletin_id=found.pk, reason=args.reason)
    return _say(made, _("drafted"))


def write(args: argparse.Namespace) -> int:
    """Write the newest revision as PDF or DOCX."""
    found = _newest(args.period)
    target = args.output or Path(file_name(found, args.kind, args.language))
    target.write_bytes(services.file_of(found, args.kind, args.language, args.base_url))
    print(target)
    return DONE
