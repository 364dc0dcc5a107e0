"""What units report of their tasks, and how another person verifies it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.scope import Actor
from hearth.platform import audit, notices
from hearth.programme.domain.tasks import may_move
from hearth.programme.enums import State
from hearth.programme.models import TaskShare
from hearth.programme.queries.people import WORK, stands_above
from hearth.programme.services.common import keep_file, require_version

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """What a unit reports.

    Attributes:
        state: not started, underway or done.
        note: what was done, or what stands in the way; kept until the next report.
        done_on: the day it was finished; None means today.
        proof: name and content of a file that shows it.
    """

    state: str
    note: str = ""
    done_on: date | None = None
    proof: tuple[str, bytes] | None = None


@transaction.atomic
def report(*, actor: Actor, share_id: int, version: int, said: Said) -> TaskShare:
    """Say how far a unit is with its task; done takes proof in words or as a file.

    Raises:
        TaskShare.DoesNotExist: outside the actor's scope.
        NotAllowed: does not work for the unit.
        StaleWrite: changed since ``version``.
        RuleViolation: ``task_withdrawn``, ``no_such_move``, ``no_evidence``, ``done_later``,
            ``no_reason`` where it is taken back, or as of ``common.keep_file``.
    """
    share = _locked(actor, share_id)
    actor.require(WORK, share.unit.path)
    require_version(share, version)
    _require_move(share, said.state, {State.NOT_STARTED, State.UNDERWAY, State.DONE})
    note, is_done = said.note.strip()[:LONGEST_NOTE], said.state == State.DONE
    sha256 = ""
    if said.proof is not None:
        sha256 = keep_file(actor, *said.proof, share=share).sha256
    if is_done:
        _require_proof(share, note, said.done_on)
    elif share.state == State.DONE and not note:
        raise RuleViolation("no_reason", _("Say why it is not done after all."), field="note")
    share.state, share.note = said.state, note
    share.done_on = (said.done_on or timezone.localdate()) if is_done else None
    share.done_by_id = (actor.user_id or None) if is_done else None
    _save(share)
    if is_done:
        _tell(actor, share, "task.done", share.task.recorded_by_id)
    _record(actor, share, "task.reported", note=note, sha256=sha256)
    return share


def _require_proof(share: TaskShare, note: str, done_on: date | None) -> None:
    if not note and not share.files.exists():
        raise RuleViolation(
            "no_evidence",
            _("Say what was done, or add a file that shows it. Nothing counts without proof."),
            field="note",
        )
    if done_on is not None and done_on > timezone.localdate():
        raise RuleViolation(
            "done_later",
            _("This day has not come yet. Take today or an earlier day."),
            field="done_on",
        )


@transaction.atomic
def verify(*, actor: Actor, share_id: int, version: int, note: str = "") -> TaskShare:
    """Confirm that a unit did what it reports.

    Raises:
        TaskShare.DoesNotExist: outside the actor's scope.
        NotAllowed: does not stand above the unit.
        StaleWrite: changed since ``version``.
        RuleViolation: ``task_withdrawn``, ``no_such_move``, or ``own_work`` where the actor
            reported it (design rule 6.2).
    """
    share = _judged(actor, share_id, version)
    _require_move(share, State.VERIFIED, {State.VERIFIED})
    if share.done_by_id is not None and share.done_by_id == actor.user_id:
        raise RuleViolation("own_work", _("You reported this yourself. Someone else verifies it."))
    share.state, share.verified_at = State.VERIFIED, timezone.now()
    share.verified_by_id = actor.user_id or None
    _save(share)
    _record(actor, share, "task.verified", note=note.strip()[:LONGEST_NOTE])
    return share


@transaction.atomic
def send_back(*, actor: Actor, share_id: int, version: int, reason: str) -> TaskShare:
    """Give a task back to its unit: what was shown is not enough.

    Raises:
        TaskShare.DoesNotExist: outside the actor's scope.
        NotAllowed: does not stand above the unit.
        StaleWrite: changed since ``version``.
        RuleViolation: ``task_withdrawn``, ``no_such_move`` (it is not done) or ``no_reason``.
    """
    share = _judged(actor, share_id, version)
    if share.state not in (State.DONE, State.VERIFIED):
        raise RuleViolation("no_such_move", _("This is not reported as done. Reload the page."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say what is missing."), field="reason")
    worker = share.done_by_id
    share.state, share.note = State.UNDERWAY, reason.strip()[:LONGEST_NOTE]
    share.done_on = share.done_by_id = None
    share.verified_at = share.verified_by_id = None
    _save(share)
    _tell(actor, share, "task.sent_back", worker)
    _record(actor, share, "task.sent_back", reason=share.note)
    return share


def _locked(actor: Actor, share_id: int) -> TaskShare:
    rows = TaskShare.objects.visible_to(actor.scope_for("programme.view"))
    rows = rows.select_for_update(of=("self",)).select_related("task", "unit")
    share = rows.get(pk=share_id)
    if share.task.withdrawn_at is not None:
        raise RuleViolation("task_withdrawn", _("This task was taken back; nothing is owed."))
    return share


def _judged(actor: Actor, share_id: int, version: int) -> TaskShare:
    """The share, for someone who stands above its unit."""
    share = _locked(actor, share_id)
    if not stands_above(actor, share.unit):
        raise NotAllowed(
            "not_allowed", _("Someone above this unit verifies its work."), permission=WORK
        )
    require_version(share, version)
    return share


def _require_move(share: TaskShare, state: str, allowed: set[State]) -> None:
    if state in allowed and (may_move(share.state, state) or share.state == state != "verified"):
        return
    names = dict(State.choices)
    raise RuleViolation(
        "no_such_move",
        _("This stands at “%(before)s” and cannot go to “%(after)s”. Reload the page.")
        % {"before": names[share.state], "after": names.get(state, state)},
    )


def _save(share: TaskShare) -> None:
    share.version += 1
    share.save()


def _tell(actor: Actor, share: TaskShare, kind: str, user_id: int | None) -> None:
    if user_id is not None and user_id != actor.user_id:
        url = reverse("programme:task", args=[share.task_id])
        notices.tell([user_id], kind, url, title=share.task.title, unit=share.unit.name)


def _record(actor: Actor, share: TaskShare, action: str, **data: Any) -> None:
    facts = {"unit": share.unit.code, "state": share.state, "done_on": share.done_on}
    audit.record(
        actor,
        action,
        share.task,
        unit_path=share.unit.path,
        **{key: value for key, value in {**facts, **data}.items() if value not in (None, "")},
    )
