"""Accounts: made, changed, locked out for good and let in again; passwords.

Whoever manages accounts reaches those whose every role lies in their own part of the tree
(``UserQuerySet.manageable_from``), never their own and never the operators of the command line.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from axes.utils import reset as forgive_failures
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.models import ApiToken, Person, Post, User
from hearth.network.scope import Actor
from hearth.network.services.sign_ins import end_all_sessions
from hearth.platform import audit

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
# without letters and digits that look alike in print: the password is read out or copied by hand
LETTERS = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789")
TEMPORARY_LENGTH = 12


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """What is told of an account when it is made or changed.

    ``username`` is two to sixty small letters, digits and ``. _ @ -``; capital letters are made
    small. ``staff_no`` ties the account to a member of staff; empty for outsiders.
    """

    username: str
    name: str
    name_en: str = ""
    email: str = ""
    language: str = "zh-hans"
    staff_no: str = ""


@transaction.atomic
def create_user(*, actor: Actor, details: AccountDetails) -> tuple[User, str]:
    """Make an account; returns it with its temporary password, which is kept nowhere.

    The account must choose a password of its own at the first sign-in.

    Raises:
        NotAllowed: the actor lacks ``accounts.manage``.
        RuleViolation: ``bad_username``, ``username_taken``, ``unknown_language``,
            ``unknown_staff_no`` or ``person_taken``.
    """
    actor.require("accounts.manage")
    columns = _columns(actor, details, but_not=None)
    password = temporary_password()
    user = User.objects.create_user(password=password, must_change_password=True, **columns)
    audit.record(actor, "account.created", user)
    return user, password


@transaction.atomic
def edit_user(*, actor: Actor, user_id: int, version: int, details: AccountDetails) -> User:
    """Change what an account is called and whom it belongs to.

    Raises:
        User.DoesNotExist: no such account within the actor's reach.
        StaleWrite: someone saved it since the caller read ``version``.
        RuleViolation: as for ``create_user``.
    """
    user = _locked(actor, user_id, version)
    columns = _columns(actor, details, but_not=user)
    changed = sorted(name for name, value in columns.items() if getattr(user, name) != value)
    for name in changed:
        setattr(user, name, columns[name])
    _save(user, *changed)
    audit.record(actor, "account.edited", user, changed=changed)
    return user


@transaction.atomic
def deactivate_user(*, actor: Actor, user_id: int, version: int, reason: str) -> User:
    """Close an account: nobody signs in with it, its sessions end, its tokens are revoked.

    Its roles stay on record and come back with ``reactivate_user``.

    Raises:
        User.DoesNotExist, StaleWrite: as for ``edit_user``.
        RuleViolation: ``own_account``, or ``already_inactive``.
    """
    user = _locked(actor, user_id, version)
    _refuse_own(actor, user)
    if not user.is_active:
        raise RuleViolation("already_inactive", _("This account is closed already."))
    user.is_active = False
    _save(user, "is_active")
    end_all_sessions(user)
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now())
    audit.record(actor, "account.deactivated", user, reason=reason)
    return user


@transaction.atomic
def reactivate_user(*, actor: Actor, user_id: int, version: int, reason: str) -> User:
    """Open a closed account again, with the roles it still has; tokens stay revoked.

    Raises:
        User.DoesNotExist, StaleWrite: as for ``edit_user``.
        RuleViolation: ``own_account``, or ``already_active``.
    """
    user = _locked(actor, user_id, version)
    _refuse_own(actor, user)
    if user.is_active:
        raise RuleViolation("already_active", _("This account is open already."))
    user.is_active = True
    _save(user, "is_active")
    audit.record(actor, "account.reactivated", user, reason=reason)
    return user


@transaction.atomic
def set_password(*, actor: Actor, user_id: int) -> str:
    """Give the account a temporary password and return it; it is kept nowhere.

    Its sessions end, a lockout is lifted, and the next sign-in must choose another password.

    Raises:
        User.DoesNotExist: no such account within the actor's reach.
        RuleViolation: ``own_account``: one's own password is changed with the old one.
    """
    user = _locked(actor, user_id, None)
    _refuse_own(actor, user)
    password = temporary_password()
    user.set_password(password)
    user.must_change_password = True
    _save(user, "password", "must_change_password")
    end_all_sessions(user)
    forgive_failures(username=user.username)
    audit.record(actor, "account.password_reset", user)
    return password


@transaction.atomic
def change_own_password(*, actor: Actor, current: str, new: str, session_key: str) -> User:
    """Replace the actor's own password; every session but ``session_key`` ends.

    Raises:
        RuleViolation: ``wrong_password``, ``same_password``, or ``weak_password`` with all
            reasons in its message.
    """
    user: User = User.objects.select_for_update().get(pk=actor.user_id)
    if not user.check_password(current):
        raise RuleViolation("wrong_password", _("The current password is not right."))
    if current == new:
        raise RuleViolation("same_password", _("Choose a password other than the current one."))
    try:
        validate_password(new, user)
    except ValidationError as weak:
        raise RuleViolation("weak_password", " ".join(weak.messages)) from None
    user.set_password(new)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    _save(user, "password", "must_change_password", "password_changed_at")
    end_all_sessions(user, but=session_key)
    audit.record(actor, "account.password_changed", user)
    return user


@transaction.atomic
def set_language(*, actor: Actor, language: str) -> None:
    """Keep the language in which the actor wants to be spoken to.

    Raises:
        RuleViolation: ``unknown_language``.
    """
    user: User = User.objects.select_for_update().get(pk=actor.user_id)
    user.language = _language(language)
    _save(user, "language")
    audit.record(actor, "account.language_set", user, language=language)


def temporary_password() -> str:
    """Twelve signs with small and capital letters and digits, from the system's randomness."""
    drawn = [secrets.choice(letters) for letters in LETTERS]
    drawn += [secrets.choice("".join(LETTERS)) for _number in range(TEMPORARY_LENGTH - len(drawn))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def _locked(actor: Actor, user_id: int, version: int | None) -> User:
    """The account within the actor's reach, locked for this transaction."""
    actor.require("accounts.manage")
    scope = actor.scope_for("accounts.manage")
    reached = User.objects.manageable_from(scope, timezone.localdate())
    user: User = reached.select_for_update(of=("self",)).get(pk=user_id)
    if version is not None and user.version != version:
        raise StaleWrite(
            "stale_account",
            _("Someone else changed this account meanwhile. Look at it again, then save."),
            version=user.version,
        )
    return user


def _save(user: User, *columns: str) -> None:
    user.version += 1
    user.save(update_fields=[*columns, "version"])


def _refuse_own(actor: Actor, user: User) -> None:
    if user.pk == actor.user_id:
        raise RuleViolation(
            "own_account",
            _("This is your own account. Another account manager has to do this for you."),
        )


def _columns(actor: Actor, details: AccountDetails, *, but_not: User | None) -> dict[str, Any]:
    """Checked columns of ``User`` for ``details``; ``but_not`` may keep what is its own."""
    others = User.objects.exclude(pk=but_not.pk if but_not else None)
    columns = {key: value.strip() for key, value in asdict(details).items()}
    columns["username"] = columns["username"].lower()
    if not USERNAME.fullmatch(columns["username"]):
        raise RuleViolation(
            "bad_username",
            _("A sign-in name is 2 to 60 small letters, digits and . _ @ -; no sign comes first."),
        )
    if others.filter(username=columns["username"]).exists():
        raise RuleViolation("username_taken", _("This sign-in name is taken. Choose another."))
    columns["language"] = _language(columns["language"])
    person = _person(columns.pop("staff_no"))
    if person is not None and (but_not is None or but_not.person_id != person.pk):
        _require_free(actor, person, others)
    return {**columns, "person": person}


def _require_free(actor: Actor, person: Person, others: Any) -> None:
    """Let pass someone of the actor's part of the tree without account; or without any post yet.

    Whoever holds an account acts as its person: goes on a home visit, does not verify own work.
    """
    posts = Post.objects.filter(person=person)
    inside = posts.filter(actor.scope_for("accounts.manage").q("unit__path"))
    if posts.exists() and not inside.exists():
        raise _unknown(person.staff_no)
    if others.filter(person=person).exists():
        raise RuleViolation(
            "person_taken",
            _("The member of staff with number %(staff_no)s has an account already.")
            % {"staff_no": person.staff_no},
        )


def _unknown(staff_no: str) -> RuleViolation:
    return RuleViolation(
        "unknown_staff_no",
        _("There is no member of staff with number %(staff_no)s. Import the staff first.")
        % {"staff_no": staff_no},
    )


def _language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise RuleViolation("unknown_language", _("Hearth does not speak this language."))
    return code


def _person(staff_no: str) -> Person | None:
    if not staff_no:
        return None
    person = Person.objects.filter(staff_no=staff_no).first()
    if person is None:
        raise _unknown(staff_no)
    return person
