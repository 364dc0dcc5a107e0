"""What every topic of the command line shares: the parser, the actor, refusals, progress."""

from __future__ import annotations

import argparse
import getpass
import gettext as standard_gettext
import importlib
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from hearth.kernel.durations import duration
from hearth.kernel.errors import Refusal, RuleViolation
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.reaching import away, require_database
from hearth.platform.rekeying import prepare
from hearth.platform.version import version

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, REFUSED = 0, 1
TOPICS = {  # module and its commands, in the order of the help
    "serving": {"serve", "worker"},
    "sensors": {"sensors"},
    "upkeep": {"migrate", "backup", "restore", "audit", "doctor"},
    "secrets": {"secrets"},
    "accounts": {"user"},
    "demo": {"demo"},
    "exchange": {"import", "template", "score"},
    "scoring": {"close", "ranking", "figures", "trace"},
    "bulletins": {"bulletin"},
    "reports": {"report"},
}


def run(argv: Sequence[str]) -> int:
    """Parse ``argv``, run the command and turn a refusal into lines on standard error."""
    speak(settings.LANGUAGE_CODE)
    args = parser(argv).parse_args(argv)
    try:
        if not getattr(args, "tells_of_dead_database", False):
            require_database()
        prepare_new_home(args)
        return args.run(args) or DONE
    except Refusal as refusal:
        complain(*refusal.facts.get("reasons", [refusal]))
    except ObjectDoesNotExist as missing:
        kind = type(missing).__qualname__.split(".")[0]
        complain(_("There is no such record: %(kind)s.") % {"kind": kind})
    except DatabaseError as error:
        complain(*_database_fault(error))
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except KeyboardInterrupt:
        complain(_("Stopped by you."))
    return REFUSED


def _database_fault(error: DatabaseError) -> list[str]:
    """What a statement that failed means: the server is gone meanwhile, or it is something else."""
    found = away()
    if found is not None:
        return [found.finding, found.advice]
    return [
        _("The database does not answer as it should: %(error)s") % {"error": error},
        _("“hearth doctor” says what is wrong; after an update run “hearth migrate”."),
    ]


def prepare_new_home(args: argparse.Namespace) -> None:
    """Make the tables when nothing is there at all, so that any command may be the first one.

    An older database is left alone: its owner makes a backup first. ``restore`` and ``doctor``
    want to see an empty place as it is.
    """
    if getattr(args, "wants_empty_home", False) or connection.introspection.table_names():
        return
    call_command("migrate", interactive=False, verbosity=0)
    prepare_key()


def prepare_key() -> None:
    """Make the key for personal data on the first start; say so where it is lost.

    Hearth starts without it: everything else can be read and written.
    """
    try:
        prepare()
    except RuleViolation as refusal:
        complain(refusal)


def speak(language: str) -> None:
    """Use ``language`` for our words and, by the same catalogue, for those of ``argparse``."""
    translation.activate(language)
    standard_gettext.bindtextdomain("django", settings.LOCALE_PATHS[0])
    standard_gettext.textdomain("django")
    os.environ["LANGUAGE"] = translation.to_locale(language)


def parser(argv: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line with the topic that ``argv`` names, or with all when it names none.

    Loading all of them takes seconds (spreadsheets, documents, the demonstration), which someone
    who wants a new password need not wait for.
    """
    whole = argparse.ArgumentParser(
        prog="hearth",
        description=_("Hearth runs the service-quality programme of a network of branches."),
        epilog=_("Exit status: 0 done, 1 refused by a rule or bad input, 2 wrong usage."),
    )
    whole.add_argument(
        "--version",
        action="version",
        version=f"hearth {version()}",
        help=_("show program's version number and exit"),  # argparse does not ask the catalogue
    )
    whole.add_argument(
        "--operator",
        metavar=_("NAME"),
        default=os_user(),
        help=_("name written into the audit trail (default: %(default)s)"),
    )
    commands = whole.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    named = [topic for topic, names in TOPICS.items() if not names.isdisjoint(argv)]
    for topic in named or TOPICS:
        importlib.import_module(f"hearth.config.cli.{topic}").register(commands)
    return whole


def os_user() -> str:
    """Name of the account of the operating system, 'unknown' where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def acting(args: argparse.Namespace) -> Actor:
    """The actor of this command; the trail names them."""
    return operator(args.operator)


def unit_named(code: str | None) -> Unit:
    """The unit with this code, or the highest one where none is named.

    Raises:
        RuleViolation: there is no such unit, or no unit at all.
    """
    units = Unit.objects.filter(code=code) if code else Unit.objects.filter(parent=None)
    unit = units.order_by("path").first()
    if unit is not None:
        return unit
    if Unit.objects.exists():
        raise RuleViolation(
            "unknown_unit", _("There is no unit with the code %(code)s.") % {"code": code}
        )
    raise RuleViolation(
        "no_units", _("There are no units yet. Import them first: hearth import units FILE")
    )


def complain(*reasons: object) -> None:
    """One line a reason on standard error."""
    for reason in reasons:
        print(reason, file=sys.stderr)


class Progress:
    """Progress with rate and remaining time on standard error; call it as a job's report.

    On a terminal one line is rewritten; elsewhere a line appears every ten seconds. A count that
    falls is a new piece of work, such as the next sheet: rate and time begin with it.
    """

    def __init__(self, what: str = "", stream: TextIO | None = None) -> None:
        self.what = what
        self.stream = stream or sys.stderr
        self.started = self.shown = time.monotonic()
        self.pause = 0.2 if self.stream.isatty() else 10.0
        self.stage = ""
        self.last = (0, 0)
        self.told = self.started

    def __call__(self, done: int, total: int, stage: str = "") -> None:
        """Tell that ``done`` of ``total`` (0: not known) steps of ``stage`` are behind us."""
        now = time.monotonic()
        if (stage, done, total) == (self.stage, *self.last):
            return
        if stage != self.stage or done < self.last[0]:
            self.stage, self.started = stage, self.told
        self.last, self.told = (done, total), now
        if now - self.shown < self.pause and not (total and done >= total):
            return
        self.shown = now
        line = f"{self.what} {stage}".strip() + " " + self._figures(done, total, now)
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{line}")
            if total and done >= total:
                self.stream.write("\n")
        else:
            self.stream.write(line + "\n")
        self.stream.flush()

    def _figures(self, done: int, total: int, now: float) -> str:
        elapsed = max(now - self.started, 1e-6)
        rate = done / elapsed
        if not total:
            return _("%(done)s done, %(rate)s a second") % {"done": done, "rate": f"{rate:,.0f}"}
        if rate < 1:
            words = {"percent": 100 * done // total, "done": f"{done:,}", "total": f"{total:,}"}
            return _("%(percent)s%% (%(done)s of %(total)s)") % words
        words = {
            "percent": 100 * done // total,
            "done": f"{done:,}",
            "total": f"{total:,}",
            "rate": f"{rate:,.0f}",
            "left": duration((total - done) / rate if rate else 0),
        }
        return _("%(percent)s%% (%(done)s of %(total)s), %(rate)s a second, %(left)s left") % words
