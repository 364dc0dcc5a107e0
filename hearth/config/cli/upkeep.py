"""``hearth migrate``, ``backup``, ``restore``, ``audit verify`` and ``doctor``."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.config.cli.frame import DONE, REFUSED, Progress, acting, complain, prepare_key
from hearth.platform import audit
from hearth.platform.backup import write_backup
from hearth.platform.health import NOTE, OK, WRONG, Check, check_data_key, size
from hearth.platform.restore import restore_backup
from hearth.workflows.upkeep import health_report

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands

MOST_FAULTS = 100


def register(commands: Commands) -> None:
    """Add the commands that keep the house."""
    parser = commands.add_parser("migrate", help=_("bring the tables to this version"))
    parser.set_defaults(run=migrate, wants_empty_home=True)

    parser = commands.add_parser("backup", help=_("write all records and files into one archive"))
    parser.add_argument(
        "file", nargs="?", type=Path, metavar=_("FILE"), help=_("default: backups/ in HEARTH_HOME")
    )
    parser.set_defaults(run=backup)

    parser = commands.add_parser("restore", help=_("replace all records by those of a backup"))
    parser.add_argument("file", type=Path, metavar=_("FILE"))
    parser.add_argument(
        "--force", action="store_true", help=_("also where records are; they are kept aside")
    )
    parser.set_defaults(run=restore, wants_empty_home=True)

    parser = commands.add_parser("audit", help=_("work on the audit trail"))
    acts = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    act = acts.add_parser("verify", help=_("walk the whole chain and name what was altered"))
    act.set_defaults(run=audit_verify)

    parser = commands.add_parser("doctor", help=_("look at everything and say what to do"))
    parser.set_defaults(run=doctor, wants_empty_home=True, tells_of_dead_database=True)


def migrate(args: argparse.Namespace) -> int:
    """Run what migrations are pending, and make the key for personal data if there is none."""
    call_command("migrate", interactive=False, verbosity=1)
    prepare_key()
    return DONE


def backup(args: argparse.Namespace) -> int:
    """Write a backup and say where it is and what it holds."""
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    target: Path = args.file or settings.HEARTH_HOME / "backups" / f"hearth-{stamp}.tar"
    manifest = write_backup(target, Progress(_("backup")))
    written = target.stat().st_size
    with transaction.atomic():
        audit.record(
            acting(args),
            "system.backed_up",
            file=target.name,
            bytes=written,
            rows=manifest.rows,
            files=len(manifest.files),
        )
    print(
        _("%(file)s: %(rows)s rows, %(files)s files, %(size)s.")
        % {
            "file": target,
            "rows": manifest.rows,
            "files": len(manifest.files),
            "size": size(written),
        }
    )
    for name in manifest.damaged:
        complain(_("Damaged on this disk and left out: %(file)s") % {"file": name})
    return REFUSED if manifest.damaged else DONE


def restore(args: argparse.Namespace) -> int:
    """Replace the records, bring back the files, and say what became of those before."""
    restored = restore_backup(args.file, force=args.force, report=Progress(_("restore")))
    manifest = restored.manifest
    with transaction.atomic():
        audit.record(acting(args), "system.restored", file=args.file.name, made_at=manifest.made_at)
    print(
        _("Restored as of %(at)s: %(rows)s rows, %(files)s files; the audit trail is whole.")
        % {"at": manifest.made_at, "rows": manifest.rows, "files": len(manifest.files)}
    )
    if restored.aside:
        print(_("What was here before is kept as %(place)s.") % {"place": restored.aside})
    key = check_data_key()
    if key.state == WRONG:  # a backup does not hold it
        complain(f"{key.name}: {key.finding}", key.advice)
    return DONE


def audit_verify(args: argparse.Namespace) -> int:
    """Name every altered event; 1 when there is any."""
    progress = Progress(_("audit trail"))
    found = audit.verify(report=lambda done, total: progress(done, total))
    faults = list(itertools.islice(found, MOST_FAULTS))
    words = {
        "changed": _("event %(seq)s was changed"),
        "missing": _("event %(seq)s is missing"),
        "inserted": _("event %(seq)s does not follow the one before"),
        "head": _("event %(seq)s is not the head: the end was cut or rewritten"),
        "anchor": _("event %(seq)s differs from anchors.log"),
    }
    complain(*(words[fault.code] % {"seq": fault.seq} for fault in faults))
    if faults:
        return REFUSED
    seq, digest = audit.head()
    print(_("%(n)s events, nothing altered. Head: %(hash)s") % {"n": seq, "hash": digest or "-"})
    return DONE


def doctor(args: argparse.Namespace) -> int:
    """One line a check; 1 when something is wrong."""
    wrong = 0
    for check in health_report(deep=True):
        print(_line(check))
        wrong += check.state == WRONG
    return REFUSED if wrong else DONE


def _line(check: Check) -> str:
    mark = {OK: _("OK"), NOTE: _("LOOK"), WRONG: _("WRONG")}[check.state]
    line = f"{mark}\t{check.name}: {check.finding}"
    return f"{line}\n\t{check.advice}" if check.advice else line
