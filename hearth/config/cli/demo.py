"""``hearth demo``: load the demonstration network."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hearth.config.cli.frame import DONE, Progress, acting
from hearth.exchange.demo.load import LARGEST_OUTLETS, DemoSize
from hearth.exchange.demo.network import FEWEST_OUTLETS
from hearth.workflows.demonstration import load_demonstration

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add ``demo``."""
    standard = DemoSize()
    parser = commands.add_parser("demo", help=_("load an invented network to look around in"))
    parser.add_argument("--outlets", type=_outlets, default=standard.outlets, metavar="N")
    parser.add_argument(
        "--quarters",
        type=int,
        choices=range(1, 13),
        default=standard.quarters,
        metavar="Q",
        help=_("closed quarters before the open one, 1 to 12"),
    )
    parser.add_argument(
        "--video",
        type=int,
        choices=range(91),
        default=standard.video,
        metavar="N",
        help=_("video checks an outlet and quarter, 0 to 90"),
    )
    parser.add_argument("--seed", default=standard.seed, help=_("another seed, another network"))
    parser.set_defaults(run=demo)


def _outlets(text: str) -> int:
    if text.isdigit() and FEWEST_OUTLETS <= int(text) <= LARGEST_OUTLETS:
        return int(text)
    raise argparse.ArgumentTypeError(
        _("write a number from %(low)s to %(high)s")
        % {"low": FEWEST_OUTLETS, "high": LARGEST_OUTLETS}
    )


def demo(args: argparse.Namespace) -> int:
    """Load it and say what is there."""
    size = DemoSize(args.outlets, args.quarters, args.video, args.seed)
    found = load_demonstration(actor=acting(args), size=size, report=Progress(_("demonstration")))
    print(_("%(outlets)s outlets, %(people)s people, %(inspections)s inspections.") % found)
    return DONE
