"""Meetings: called, signed in to, minuted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.models import Person, Unit, User
from hearth.network.queries import present_posts
from hearth.network.scope import Actor
from hearth.platform import audit, notices
from hearth.programme.enums import MeetingKind, Presence
from hearth.programme.models import Attendance, Meeting
from hearth.programme.queries.people import EDIT, WORK, own_person
from hearth.programme.services.common import (
    Fault,
    keep_file,
    refuse,
    require_version,
    withdraw_record,
)

MOST_CALLED = 1000
LONGEST_MINUTES = 20_000


@dataclass(frozen=True, slots=True)
class MeetingText:
    """A meeting as people write it; ``unit`` holds it."""

    kind: str
    title: str
    unit: Unit
    held_at: datetime
    place: str = ""
    agenda: str = ""


def may_hold(actor: Actor, unit: Unit) -> bool:
    """Whether the actor may hold meetings of ``unit`` and keep their minutes."""
    return actor.can(EDIT) or actor.can(WORK, unit.path)


@transaction.atomic
def save_meeting(
    *,
    actor: Actor,
    programme_id: int,
    text: MeetingText,
    meeting_id: int | None = None,
    version: int = 0,
) -> Meeting:
    """Call a meeting, or change one.

    Raises:
        Meeting.DoesNotExist: not in the actor's scope.
        NotAllowed: does not work for the unit that holds it.
        StaleWrite: changed since ``version``.
        RuleViolation: ``meeting_refused``, with the faults; ``withdrawn``.
    """
    _require_holder(actor, text.unit)
    refuse("meeting_refused", _faults(text))
    meeting = Meeting(programme_id=programme_id, recorded_by_id=actor.user_id or None, version=0)
    if meeting_id is not None:
        meeting = _kept(actor, meeting_id, version)
    for name in ("kind", "unit", "held_at"):
        setattr(meeting, name, getattr(text, name))
    for name in ("title", "place", "agenda"):
        setattr(meeting, name, getattr(text, name).strip())
    meeting.version += 1
    meeting.save()
    verb = "meeting.called" if meeting_id is None else "meeting.changed"
    audit.record(
        actor, verb, meeting, unit_path=meeting.unit.path, unit=meeting.unit.code, on=text.held_at
    )
    return meeting


def _faults(text: MeetingText) -> list[Fault]:
    found: list[Fault] = []
    if not text.title.strip():
        found.append(("title", _("The meeting needs a title.")))
    if text.kind not in MeetingKind.values:
        found.append(("kind", _("Choose what the meeting is for.")))
    return found


def _require_holder(actor: Actor, unit: Unit) -> None:
    if not may_hold(actor, unit):
        raise NotAllowed(
            "not_allowed",
            _("Only those who work for this unit hold its meetings."),
            permission=WORK,
        )


def _kept(actor: Actor, meeting_id: int, version: int | None = None) -> Meeting:
    """A meeting that the actor may keep, locked."""
    rows = Meeting.objects.visible_to(actor.scope_for("programme.view"))
    meeting = rows.select_for_update(of=("self",)).select_related("unit").get(pk=meeting_id)
    _require_holder(actor, meeting.unit)
    if version is not None:
        require_version(meeting, version)
    if meeting.withdrawn_at is not None:
        raise RuleViolation("withdrawn", _("This meeting was called off."))
    return meeting


@transaction.atomic
def call_people(*, actor: Actor, meeting_id: int, people: Iterable[Person]) -> int:
    """Put people on the list of a meeting and tell those who have an account.

    Returns:
        How many were added; who stands on the list already stays as they are.

    Raises:
        Meeting.DoesNotExist: not in the actor's scope.
        NotAllowed: does not work for the unit that holds it.
        RuleViolation: ``withdrawn`` or ``too_many``.
    """
    meeting = _kept(actor, meeting_id)
    known = set(meeting.attendances.values_list("person_id", flat=True))
    new = {person.pk: person for person in people if person.pk not in known}
    if len(known) + len(new) > MOST_CALLED:
        raise RuleViolation(
            "too_many", _("At most %(n)s people stand on one list.") % {"n": MOST_CALLED}
        )
    posts = present_posts(list(new.values()), timezone.localdate(meeting.held_at))
    Attendance.objects.bulk_create(
        [
            Attendance(
                meeting=meeting,
                person=person,
                unit_id=posts[pk].unit_id if pk in posts else meeting.unit_id,
            )
            for pk, person in new.items()
        ],
        batch_size=150,
    )
    users = User.objects.filter(person_id__in=list(new), is_active=True).exclude(pk=actor.user_id)
    notices.tell(
        users.values_list("pk", flat=True),
        "meeting.called",
        reverse("programme:meeting", args=[meeting.pk]),
        title=meeting.title,
        at=timezone.localtime(meeting.held_at).strftime("%Y-%m-%d %H:%M"),
    )
    _record(actor, "meeting.people_called", meeting, count=len(new))
    return len(new)


@transaction.atomic
def note_presence(*, actor: Actor, meeting_id: int, presence: Mapping[int, str]) -> int:
    """Note who came, by key of the attendance; who signed in themselves stays present.

    Returns:
        How many changed.

    Raises:
        Meeting.DoesNotExist: not in the actor's scope.
        NotAllowed: does not work for the unit that holds it.
        RuleViolation: ``withdrawn``, or ``no_such_presence``.
    """
    meeting = _kept(actor, meeting_id)
    if set(presence.values()) - set(Presence.values):
        raise RuleViolation("no_such_presence", _("Choose present, excused or absent."))
    changed = []
    for one in meeting.attendances.select_for_update().filter(signed_at__isnull=True):
        said = presence.get(one.pk, one.presence)
        if said != one.presence:
            one.presence, one.noted_by_id = said, actor.user_id or None
            changed.append(one)
    Attendance.objects.bulk_update(changed, ["presence", "noted_by"], batch_size=150)
    if changed:
        _record(actor, "meeting.presence_noted", meeting, count=len(changed))
    return len(changed)


@transaction.atomic
def sign_in(*, actor: Actor, meeting_id: int) -> Attendance:
    """Say for oneself, on the day of the meeting, that one came; a second time changes nothing.

    Raises:
        Meeting.DoesNotExist: not in the actor's scope.
        RuleViolation: ``withdrawn``, ``not_called``, or ``not_today``.
    """
    reach = actor.scope_for("programme.view")
    meeting = Meeting.objects.visible_to(reach).select_related("unit").get(pk=meeting_id)
    if meeting.withdrawn_at is not None:
        raise RuleViolation("withdrawn", _("This meeting was called off."))
    person = own_person(actor)
    rows = Attendance.objects.select_for_update(of=("self",)).select_related("unit")
    mine = rows.filter(meeting=meeting, person=person).first() if person else None
    if mine is None:
        raise RuleViolation(
            "not_called", _("You do not stand on the list. Ask who keeps the minutes to add you.")
        )
    if mine.signed_at is not None:
        return mine
    if timezone.localdate() != timezone.localdate(meeting.held_at):
        raise RuleViolation("not_today", _("One signs in on the day of the meeting."))
    mine.presence, mine.signed_at = Presence.PRESENT, timezone.now()
    mine.save(update_fields=["presence", "signed_at"])
    audit.record(actor, "meeting.signed_in", meeting, unit_path=mine.unit.path, unit=mine.unit.code)
    return mine


@transaction.atomic
def write_minutes(
    *,
    actor: Actor,
    meeting_id: int,
    version: int,
    minutes: str,
    files: Sequence[tuple[str, bytes]] = (),
) -> Meeting:
    """Keep the minutes of a meeting, and files with them.

    Raises:
        Meeting.DoesNotExist: not in the actor's scope.
        NotAllowed: does not work for the unit that holds it.
        StaleWrite: changed since ``version``.
        RuleViolation: ``withdrawn``, ``too_long``, or as of ``common.keep_file``.
    """
    meeting = _kept(actor, meeting_id, version)
    if len(minutes) > LONGEST_MINUTES:
        raise RuleViolation(
            "too_long",
            _("The minutes may have at most %(n)s characters.") % {"n": LONGEST_MINUTES},
            field="minutes",
        )
    for name, content in files:
        keep_file(actor, name, content, meeting=meeting)
    meeting.minutes, meeting.version = minutes.strip(), version + 1
    meeting.save(update_fields=["minutes", "version"])
    _record(actor, "meeting.minuted", meeting, files=len(files))
    return meeting


@transaction.atomic
def call_off(*, actor: Actor, meeting_id: int, version: int, reason: str) -> Meeting:
    """Call a meeting off with a reason, and tell those who stand on its list.

    Raises:
        Meeting.DoesNotExist: not in the actor's scope.
        NotAllowed: does not work for the unit that holds it.
        StaleWrite: changed since ``version``.
        RuleViolation: ``withdrawn`` or ``no_reason``.
    """
    meeting = _kept(actor, meeting_id)
    withdraw_record(actor, meeting, version, reason)
    users = User.objects.filter(person_id__in=meeting.attendances.values("person_id"))
    notices.tell(
        users.exclude(pk=actor.user_id).values_list("pk", flat=True),
        "meeting.called_off",
        reverse("programme:meeting", args=[meeting.pk]),
        title=meeting.title,
    )
    _record(actor, "meeting.called_off", meeting, reason=meeting.withdrawal_reason)
    return meeting


def _record(actor: Actor, action: str, meeting: Meeting, **data: Any) -> None:
    audit.record(
        actor, action, meeting, unit_path=meeting.unit.path, unit=meeting.unit.code, **data
    )
