"""``hearth user create`` and ``hearth user password``: the first account, and the way back in."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hearth.config.cli.frame import DONE, acting, complain, unit_named
from hearth.kernel.errors import RuleViolation
from hearth.network.models import User
from hearth.network.roles import ROLES
from hearth.network.scope import Actor
from hearth.network.services.accounts import AccountDetails, create_user, set_password
from hearth.network.services.grants import grant_role

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add ``user``."""
    parser = commands.add_parser("user", help=_("make accounts, give temporary passwords"))
    acts = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    act = acts.add_parser("create", help=_("make an account; prints its temporary password"))
    act.add_argument("username", metavar=_("SIGN-IN-NAME"))
    act.add_argument("--name", required=True, help=_("name of the person"))
    act.add_argument("--email", default="")
    act.add_argument("--staff-no", default="", help=_("ties it to a member of staff"))
    act.add_argument(
        "--language", choices=list(dict(settings.LANGUAGES)), default=settings.LANGUAGE_CODE
    )
    act.add_argument("--role", choices=list(ROLES), help=_("role to give at --unit"))
    act.add_argument("--unit", metavar=_("CODE"), help=_("unit where the role counts"))
    act.set_defaults(run=create)

    act = acts.add_parser("password", help=_("print a new temporary password"))
    act.add_argument("username", metavar=_("SIGN-IN-NAME"))
    act.set_defaults(run=password)


@transaction.atomic
def create(args: argparse.Namespace) -> int:
    """Make an account, and give it a role when one is named: both or neither."""
    actor = acting(args)
    if bool(args.role) != bool(args.unit):
        raise RuleViolation("half_role", _("A role counts at a unit: give --role and --unit."))
    details = AccountDetails(
        username=args.username,
        name=args.name,
        email=args.email,
        language=args.language,
        staff_no=args.staff_no,
    )
    user, made = create_user(actor=actor, details=details)
    if args.role:
        _grant(actor, user, args.role, args.unit)
    return _show(made)


def _grant(actor: Actor, user: User, role: str, code: str) -> None:
    unit = unit_named(code)
    grant_role(actor=actor, user_id=user.pk, role=role, unit_id=unit.pk)


def password(args: argparse.Namespace) -> int:
    """Replace the password of an account by a temporary one."""
    user = User.objects.filter(username=args.username.lower()).first()
    if user is None:
        raise RuleViolation(
            "unknown_user",
            _("There is no account with the sign-in name %(name)s.") % {"name": args.username},
        )
    return _show(set_password(actor=acting(args), user_id=user.pk))


def _show(made: str) -> int:
    """The password alone on standard output, so that a script can take it."""
    print(made)
    complain(_("This temporary password is shown once; it has to be changed at first sign-in."))
    return DONE
