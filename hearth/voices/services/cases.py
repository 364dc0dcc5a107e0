"""Cases: written, submitted, approved by another, published in the column, liked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit, notices
from hearth.standards.models import Criterion
from hearth.voices.models import Case, Like
from hearth.voices.queries import home_of

Status = Case.Status
LONGEST = 20_000  # characters of a case


@dataclass(frozen=True, slots=True)
class CaseText:
    """What a case says."""

    title: str
    text: str
    pillar: str


@transaction.atomic
def write_case(*, actor: Actor, said: CaseText) -> Case:
    """Begin a case as a draft of the actor's own; it belongs to the unit where they work today.

    Raises:
        NotAllowed: lacks ``voices.write``.
        RuleViolation: ``no_text``, ``too_long`` or ``no_home``.
    """
    actor.require("voices.write")
    _require_sound(said)
    home = home_of(actor, timezone.localdate())
    if home is None:
        raise RuleViolation("no_home", _("Your account belongs to no unit."))
    case = Case.objects.create(
        title=said.title.strip(),
        text=said.text.strip(),
        pillar=Criterion.Pillar(said.pillar),
        unit=home.unit,
        unit_path=home.path,
        recorded_by_id=actor.user_id,
    )
    audit.record(actor, "case.saved", case, unit_path=case.unit_path)
    return case


@transaction.atomic
def change_case(*, actor: Actor, pk: int, version: int, said: CaseText) -> Case:
    """Change a draft of one's own.

    Raises:
        Case.DoesNotExist: it is not one's own.
        NotAllowed, StaleWrite: as ever.
        RuleViolation: ``no_draft``, ``no_text`` or ``too_long``.
    """
    case = _own(actor, pk, version)
    _require_state(case, Status.DRAFT, _("Only a draft can be changed."))
    _require_sound(said)
    case.title, case.text = said.title.strip(), said.text.strip()
    case.pillar = Criterion.Pillar(said.pillar)
    _save(actor, case, "case.saved", "title", "text", "pillar")
    return case


@transaction.atomic
def submit_case(*, actor: Actor, pk: int, version: int) -> Case:
    """Hand a draft of one's own in.

    Raises: as ``change_case``.
    """
    case = _own(actor, pk, version)
    _require_state(case, Status.DRAFT, _("Only a draft can be handed in."))
    case.status, case.submitted_at = Status.SUBMITTED, timezone.now()
    _save(actor, case, "case.submitted", "status", "submitted_at")
    return case


@transaction.atomic
def approve_case(*, actor: Actor, pk: int, version: int, note: str = "") -> Case:
    """Confirm that a submitted case is worth reading and true.

    Raises:
        Case.DoesNotExist: there is none.
        NotAllowed: lacks ``voices.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``wrong_state``, ``withdrawn`` or ``own_case``.
    """
    case = _judged(actor, pk, version)
    _require_state(case, Status.SUBMITTED, _("Only what was handed in can be approved."))
    _decide(case, actor, Status.APPROVED, note)
    _save(actor, case, "case.approved", "status", "decided_at", "decided_by", "decision_note")
    return case


@transaction.atomic
def return_case(*, actor: Actor, pk: int, version: int, note: str) -> Case:
    """Give a case that is not published back to its author, with what is to be changed.

    Raises: as ``approve_case``; and RuleViolation ``no_reason``.
    """
    case = _judged(actor, pk, version)
    if not note.strip():
        raise RuleViolation("no_reason", _("Say what the author should change."), field="note")
    if case.status not in {Status.SUBMITTED, Status.APPROVED}:
        raise RuleViolation("wrong_state", _("This case is not waiting for a decision."))
    _decide(case, actor, Status.DRAFT, note)
    _tell_author(case, "case.returned")
    _save(actor, case, "case.returned", "status", "decided_at", "decided_by", "decision_note")
    return case


@transaction.atomic
def publish_case(*, actor: Actor, pk: int, version: int) -> Case:
    """Put an approved case into the column, where everyone reads it.

    Raises: as ``approve_case``.
    """
    case = _judged(actor, pk, version)
    _require_state(case, Status.APPROVED, _("Only an approved case can be published."))
    case.status, case.published_on = Status.PUBLISHED, timezone.localdate()
    _tell_author(case, "case.published")
    _save(actor, case, "case.published", "status", "published_on")
    return case


@transaction.atomic
def withdraw_case(*, actor: Actor, pk: int, version: int, reason: str) -> Case:
    """Take a case back, with a reason: one's own, or any with ``voices.edit``.

    Raises:
        Case.DoesNotExist: there is none that the actor may take back.
        StaleWrite: changed since ``version``.
        RuleViolation: ``no_reason`` or ``withdrawn``.
    """
    rows = Case.objects.select_for_update(of=("self",))
    if not actor.can("voices.edit"):
        rows = rows.filter(recorded_by_id=actor.user_id)
    case = _current(rows.get(pk=pk), version)
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why it is taken back."), field="note")
    case.withdrawn_at, case.withdrawn_by_id = timezone.now(), actor.user_id
    case.withdrawal_reason = reason.strip()[:400]
    _save(actor, case, "case.withdrawn", "withdrawn_at", "withdrawn_by", "withdrawal_reason")
    return case


@transaction.atomic
def like_case(*, actor: Actor, pk: int, likes: bool) -> bool:
    """Like a published case, or no longer; each account counts once. Whether anything changed.

    Raises:
        Case.DoesNotExist: no such case is published.
        NotAllowed: lacks ``voices.write``.
    """
    actor.require("voices.write")
    case = Case.objects.published().get(pk=pk)
    if likes:
        _like, changed = Like.objects.get_or_create(case=case, user_id=actor.user_id)
    else:
        gone, _by_model = Like.objects.filter(case=case, user_id=actor.user_id).delete()
        changed = gone > 0
    if changed:
        verb = "case.liked" if likes else "case.unliked"
        audit.record_many(
            actor, [audit.Entry(verb, Case._meta.label_lower, str(case.pk), case.unit_path)]
        )
    return changed


def _require_sound(said: CaseText) -> None:
    if not said.title.strip() or not said.text.strip():
        raise RuleViolation("no_text", _("A case has a title and a text."))
    if len(said.text) > LONGEST or len(said.title.strip()) > 120:
        raise RuleViolation("too_long", _("At most 120 characters of title and 20,000 of text."))


def _own(actor: Actor, pk: int, version: int) -> Case:
    actor.require("voices.write")
    rows = Case.objects.filter(recorded_by_id=actor.user_id)
    return _current(rows.select_for_update(of=("self",)).get(pk=pk), version)


def _judged(actor: Actor, pk: int, version: int) -> Case:
    actor.require("voices.edit")
    case = _current(Case.objects.select_for_update(of=("self",)).get(pk=pk), version)
    if case.recorded_by_id == actor.user_id:
        raise RuleViolation("own_case", _("Another person decides than wrote it."))
    return case


def _current(case: Case, version: int) -> Case:
    if case.version != version:
        raise StaleWrite(
            "stale",
            _("Someone acted on this case meanwhile. Reload to see where it stands."),
            version=case.version,
        )
    if case.is_withdrawn:
        raise RuleViolation("withdrawn", _("This case was taken back."))
    return case


def _require_state(case: Case, status: str, sentence: str) -> None:
    if case.status != status:
        raise RuleViolation("wrong_state", sentence)


def _decide(case: Case, actor: Actor, status: str, note: str) -> None:
    case.status, case.decision_note = status, note.strip()[:400]
    case.decided_at, case.decided_by_id = timezone.now(), actor.user_id


def _tell_author(case: Case, kind: str) -> None:
    if case.recorded_by_id is not None:
        notices.tell(
            [case.recorded_by_id], kind, reverse("voices:case", args=[case.pk]), title=case.title
        )


def _save(actor: Actor, case: Case, verb: str, *fields: str) -> None:
    case.version += 1
    case.save(update_fields=[*fields, "version"])
    entry = audit.Entry(verb, Case._meta.label_lower, str(case.pk), case.unit_path)
    audit.record_many(actor, [entry])
