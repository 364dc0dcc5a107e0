"""Signing in by QR code: a sheet is opened, those who came say so, the count is taken over."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.kernel.problems import BadValue
from hearth.network.scope import Actor
from hearth.outreach.domain.persons import identity
from hearth.outreach.models import Activity, SignIn, SignInSheet
from hearth.outreach.services.activities import current_activity
from hearth.outreach.services.words import EDIT
from hearth.platform import audit
from hearth.platform.audit import Doer

OPEN_FOR = timedelta(hours=12)
MOST = 5_000  # attendances of one activity
MOST_A_MINUTE = 240  # of one sheet: four a second is more than a queue at a door


@transaction.atomic
def open_sheet(*, actor: Actor, activity: Activity, version: int) -> SignInSheet:
    """Open the page on which those who came sign in; open for twelve hours from now.

    A sheet that ran out, or whose count was taken over, is opened anew with the same address.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: the activity was changed meanwhile.
        RuleViolation: ``withdrawn``; ``confirmed``, whose count stands.
    """
    actor.require(EDIT, activity.unit_path)
    current = current_activity(activity, version)
    if current.state == "confirmed":
        raise RuleViolation("confirmed", _("This activity is confirmed; its count stands."))
    now = timezone.now()
    sheet, _made = SignInSheet.objects.get_or_create(
        activity=current,
        defaults={"token": secrets.token_urlsafe(32), "closes_at": now + OPEN_FOR},
    )
    sheet.opened_by_id, sheet.opened_at = actor.user_id or None, now
    sheet.closes_at, sheet.closed_at = now + OPEN_FOR, None
    sheet.save()
    audit.record(actor, "sign_in.opened", current, unit_path=current.unit_path)
    return sheet


@transaction.atomic
def close_sheet(*, actor: Actor, activity: Activity, version: int, others: int) -> Activity:
    """Close the page and take the count into the activity.

    Args:
        actor: who closes it.
        activity: whose sheet it is.
        version: that of the activity which the actor saw.
        others: how many came and did not sign in by telephone; 0 to 100,000.

    Raises:
        NotAllowed, StaleWrite: as of ``open_sheet``.
        RuleViolation: ``no_sheet``, ``sheet_closed`` or ``others_out_of_range``.
    """
    actor.require(EDIT, activity.unit_path)
    current = current_activity(activity, version)
    sheet = SignInSheet.objects.select_for_update().filter(activity=current).first()
    if sheet is None:
        raise RuleViolation("no_sheet", _("Nobody could sign in to this activity."))
    if sheet.closed_at is not None:
        raise RuleViolation("sheet_closed", _("The count was taken over already."))
    if not 0 <= others <= 100_000:
        raise RuleViolation(
            "others_out_of_range", _("A whole number from 0 to 100,000."), field="others"
        )
    sheet.others, sheet.closed_at = others, timezone.now()
    sheet.save(update_fields=["others", "closed_at"])
    signed, reported = sheet.sign_ins.count(), current.persons
    current.persons = signed + others
    current.version += 1
    current.save(update_fields=["persons", "version"])
    audit.record(
        actor,
        "sign_in.closed",
        current,
        unit_path=current.unit_path,
        signed=signed,
        others=others,
        before=reported,
    )
    return current


@transaction.atomic
def sign_in(*, doer: Doer, token: str, visit: str, nickname: str = "", digits: str = "") -> SignIn:
    """Say "I am here" at an activity; who asks is known by nothing but the sheet's address.

    The same page sent again, or the same person at the same activity, is one attendance.

    Args:
        doer: the public; no account is needed.
        token: of the sheet.
        visit: the secret of the page as it was shown.
        nickname: at most 20 characters; only its keyed hash is kept.
        digits: the last four of a telephone number; only their keyed hash is kept.

    Raises:
        SignInSheet.DoesNotExist: there is no such sheet.
        RuleViolation: ``sheet_over``, ``sheet_full``, ``too_fast``, ``digits_malformed`` or
            ``nickname_too_long``.
    """
    sheet = (
        SignInSheet.objects.select_for_update(of=("self",))
        .select_related("activity")
        .get(token=token)
    )
    now = timezone.now()
    if not sheet.is_open(now) or sheet.activity.is_withdrawn:
        raise RuleViolation("sheet_over", _("Signing in to this activity is over."))
    try:
        known = identity(nickname=nickname, digits=digits)
    except BadValue as bad:
        raise RuleViolation(bad.code, _WRONG[bad.code]()) from None
    person = _person_hash(sheet.activity, known)
    tap = salted_hmac("hearth.outreach.tap", visit, algorithm="sha256").hexdigest()
    before = _before(sheet, tap, person)
    if before is not None:
        return before
    _refuse_flood(sheet, now)
    try:
        with transaction.atomic():
            made = SignIn.objects.create(sheet=sheet, person_hash=person, visit=tap, at=now)
    except IntegrityError:  # the same page twice in one moment, where rows are not locked
        found = _before(sheet, tap, person)
        if found is None:
            raise
        return found
    audit.record(doer, "sign_in.made", sheet.activity, unit_path=sheet.activity.unit_path)
    return made


_WRONG = {
    "digits_malformed": lambda: _("Type the last four digits of your telephone, or nothing."),
    "nickname_too_long": lambda: _("At most 20 characters, please."),
}


def _person_hash(activity: Activity, known: str) -> str:
    """Stands for a person at one outlet within one year; '' for someone who gave nothing."""
    if not known:
        return ""
    year = timezone.localdate(activity.started_at).year
    text = f"{activity.unit_id}|{year}|{known}"
    return salted_hmac("hearth.outreach.person", text, algorithm="sha256").hexdigest()


def _before(sheet: SignInSheet, tap: str, person: str) -> SignIn | None:
    if found := sheet.sign_ins.filter(visit=tap).first():
        return found
    return sheet.sign_ins.filter(person_hash=person).first() if person else None


def _refuse_flood(sheet: SignInSheet, now: datetime) -> None:
    if sheet.sign_ins.count() >= MOST:
        raise RuleViolation("sheet_full", _("More cannot sign in here. Tell the staff, please."))
    if sheet.sign_ins.filter(at__gt=now - timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        raise RuleViolation("too_fast", _("Very many are signing in. Try again in a minute."))
