"""``hearth secrets rotate``: another key for personal data."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.config.cli.frame import DONE, Progress, acting, complain
from hearth.platform import audit, rekeying, secrets

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add ``secrets``."""
    parser = commands.add_parser("secrets", help=_("work on the key for personal data"))
    acts = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    act = acts.add_parser("rotate", help=_("make a new key and seal all personal data with it"))
    act.add_argument(
        "--resume",
        action="store_true",
        help=_("make no key: go on with the newest one, after a break or a change of setting"),
    )
    act.add_argument(
        "--drop-old",
        action="store_true",
        help=_("then forget the older keys; earlier backups cannot be read any more"),
    )
    act.set_defaults(run=rotate)


def rotate(args: argparse.Namespace) -> int:
    """Seal everything with the newest key, and say how much that was."""
    progress = Progress(_("sealing"))
    work = rekeying.reseal if args.resume else rekeying.exchange_key
    count = work(progress)
    drops = args.drop_old and not secrets.are_given()
    dropped = secrets.drop_old_keys() if drops else 0
    newest = secrets.held_keys()[0].name
    with transaction.atomic():
        audit.record(
            acting(args), "secrets.rotated", key=newest, values=count, dropped_keys=dropped
        )
    print(
        _("%(n)s values are sealed with key %(key)s; %(held)s keys are at hand.")
        % {"n": count, "key": newest, "held": len(secrets.held_keys())}
    )
    if args.drop_old and not drops:
        complain(_("HEARTH_DATA_KEY holds the keys: take the older ones out of it yourself."))
    elif not secrets.are_given():
        complain(_("Copy %(file)s to where you keep it.") % {"file": secrets.key_file()})
    return DONE
