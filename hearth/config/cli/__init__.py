"""The command line ``hearth``: what the pages can do, for scripts and for the first start.

One module a topic; each has ``register(commands)``, which adds its parsers to the subparsers
object and names the function to run::

    def register(commands: Commands) -> None:
        parser = commands.add_parser("ranking", help=_("…"))
        parser.add_argument("period", help=_("…"))
        parser.set_defaults(run=ranking)

    def ranking(args: argparse.Namespace) -> int | None:  # the exit status; None is 0
        actor = acting(args)  # hearth.config.cli.frame

Exit status: 0 done; 1 refused by a rule or bad input, each reason on standard error; 2 wrong
usage. Results go to standard output, progress to standard error (``frame.Progress``). A refusal
(``kernel.errors``) is simply raised; ``main`` prints it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; wrong usage ends with ``SystemExit(2)``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.config.settings")
    import django

    django.setup()
    # Topics import models, which exist only after setup: hence the late import.
    from hearth.config.cli.frame import run

    return run(sys.argv[1:] if argv is None else argv)
