"""Home visits from the door on: the steps on site, the way back, the call of the next day."""

from __future__ import annotations

import base64
import binascii
import io
import uuid as uuids
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.outreach.domain.visits import MOST_CALLS
from hearth.outreach.models import Activity, Visit, VisitCall, VisitPaper
from hearth.outreach.queries.visits import person_of
from hearth.outreach.services.visits import current_visit, end, moved
from hearth.outreach.services.words import EDIT
from hearth.platform import audit, files

MOST_PAPERS = 6
PAPER_EDGE = 1600  # pixels: a page of A4 can be read
MOST_SIGNATURE_BYTES = 300_000
SIGNATURE_EDGE = (1600, 800)
LEAST_INK = 60  # pixels: a dot is no signature
DATA_URL = "data:image/png;base64,"
STEPS = ("id_seen", "intent")


@transaction.atomic
def arrive(*, actor: Actor, visit: Visit, version: int, both_here: bool) -> Visit:
    """Say that the two are at the door, on the day of the appointment.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``own_approval``, ``not_today``, or ``one_is_missing``.
    """
    current = current_visit(actor, EDIT, visit, version, "arrive")
    _refuse_approver(actor, current)
    now = timezone.now()
    if current.starts_at is None or timezone.localdate(current.starts_at) != timezone.localdate(
        now
    ):
        raise RuleViolation(
            "not_today", _("The appointment is on another day. Make another appointment first.")
        )
    if not both_here:
        raise RuleViolation(
            "one_is_missing", _("Two must be there. One alone does not go in."), field="both_here"
        )
    current.arrived_at = now
    return moved(actor, current, Visit.Stage.ON_SITE, "visit.arrived")


@transaction.atomic
def record_step(*, actor: Actor, visit: Visit, version: int, step: str) -> Visit:
    """Note one step: ``id_seen`` first, then ``intent`` (understands, and wants it themselves).

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``own_approval``, ``step_unknown`` or ``step_too_early``.
    """
    current = current_visit(actor, EDIT, visit, version, "record")
    _refuse_approver(actor, current)
    if step not in STEPS:
        raise RuleViolation("step_unknown", _("There is no such step."))
    if step == "intent" and current.id_seen_at is None:
        raise RuleViolation("step_too_early", _("Look at the identity document first."))
    column = f"{step}_at"
    setattr(current, column, getattr(current, column) or timezone.now())
    return moved(actor, current, Visit.Stage.ON_SITE, "visit.step_recorded", step=step)


@transaction.atomic
def sign(*, actor: Actor, visit: Visit, version: int, uuid: uuids.UUID, drawn: str) -> Visit:
    """Keep the signature drawn on the screen, sealed; the same UUID again changes nothing.

    Args:
        actor: who hands over the screen.
        visit: which one.
        version: that which the actor saw.
        uuid: made by the page.
        drawn: a PNG as data URL, as a canvas gives it.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``own_approval``, ``step_too_early``, or
            ``not_a_signature`` (empty, too large, no picture).
    """
    if _has_paper(visit, uuid):
        return visit
    current = current_visit(actor, EDIT, visit, version, "record")
    _refuse_approver(actor, current)
    if current.intent_at is None:
        raise RuleViolation(
            "step_too_early",
            _("Make sure first that they understand it and want it themselves."),
        )
    _forget_signature(current)  # drawn anew
    _keep(actor, current, uuid, VisitPaper.Kind.SIGNATURE, _clean_signature(drawn), "image/png")
    current.signed_at = timezone.now()
    return moved(actor, current, Visit.Stage.ON_SITE, "visit.signed")


@transaction.atomic
def add_paper(
    *, actor: Actor, visit: Visit, uuid: uuids.UUID, content: bytes, signed: bool = False
) -> VisitPaper:
    """Keep a photo of papers, encoded anew and sealed; the same UUID again stores it once.

    Args:
        actor: who took it.
        visit: which one.
        uuid: made by the page.
        content: JPEG, PNG or WebP; never of a face, which no machine here can tell.
        signed: it shows the form signed by hand, in place of a signature on the screen.

    Raises:
        NotAllowed: the actor may not record there.
        RuleViolation: ``wrong_stage``, ``own_approval``, ``step_too_early``, ``too_many_photos``
            (6), ``not_a_picture`` or ``picture_too_large``.
    """
    known = VisitPaper.objects.filter(uuid=uuid, visit=visit).first()
    if known is not None:
        return known
    current = current_visit(actor, EDIT, visit, _version(visit), "record")
    _refuse_approver(actor, current)
    if signed and current.intent_at is None:
        raise RuleViolation(
            "step_too_early",
            _("Make sure first that they understand it and want it themselves."),
        )
    if current.papers.filter(kind=VisitPaper.Kind.PAPER).count() >= MOST_PAPERS:
        raise RuleViolation("too_many_photos", _("At most six photos of papers."))
    clean = files.clean_picture(content, longest_edge=PAPER_EDGE)
    paper = _keep(actor, current, uuid, VisitPaper.Kind.PAPER, clean.content, clean.content_type)
    if signed:
        current.signed_at = timezone.now()
    moved(actor, current, Visit.Stage.ON_SITE, "visit.paper_added", uuid=str(uuid))
    return paper


@transaction.atomic
def leave(*, actor: Actor, visit: Visit, version: int, outcome: str) -> Visit:
    """Say that the two leave, and what became of it.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``own_approval``, ``outcome_unknown``, or
            ``step_missing``: something was done without document, own wish or signature.
    """
    current = current_visit(actor, EDIT, visit, version, "leave")
    _refuse_approver(actor, current)
    if outcome not in Visit.Outcome.values:
        raise RuleViolation("outcome_unknown", _("Say what became of it."), field="outcome")
    done = current.id_seen_at and current.intent_at and current.signed_at
    if outcome != Visit.Outcome.STOPPED and not done:
        raise RuleViolation(
            "step_missing",
            _(
                "Document, own wish and signature come first. If they cannot be had, nothing is "
                "done: choose “stopped”."
            ),
            field="outcome",
        )
    current.outcome, current.left_at = outcome, timezone.now()
    return moved(actor, current, Visit.Stage.LEFT, "visit.left", outcome=outcome)


@transaction.atomic
def hand_in(*, actor: Actor, visit: Visit, version: int, vouchers: int) -> Visit:
    """Say that the two are back, and how many vouchers they handed in.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, or ``vouchers_out_of_range`` (0 to 200; at least one where
            something was done).
    """
    current = current_visit(actor, EDIT, visit, version, "hand_in")
    least = 0 if current.outcome == Visit.Outcome.STOPPED else 1
    if not least <= vouchers <= 200:
        raise RuleViolation(
            "vouchers_out_of_range",
            _("A whole number from %(least)s to 200.") % {"least": least},
            field="vouchers",
        )
    current.vouchers, current.back_at = vouchers, timezone.now()
    current.handed_in_by_id = actor.user_id
    return moved(
        actor, current, Visit.Stage.BACK, "visit.handed_in", vouchers=vouchers, late=current.is_late
    )


@dataclass(frozen=True, slots=True)
class Call:
    """What came of calling the customer."""

    uuid: uuids.UUID  # made by the page
    result: str  # of VisitCall.Result
    note: str = ""  # sealed


@transaction.atomic
def record_call(*, actor: Actor, visit: Visit, version: int, call: Call) -> Visit:
    """Note a call after the visit; with an answer the visit is closed.

    Who went does not call (design rule 6.2). Nobody reached keeps it open, until the third try
    closes it.

    Raises:
        NotAllowed: the actor may not record there.
        StaleWrite: changed meanwhile.
        RuleViolation: ``wrong_stage``, ``goes_oneself``, ``too_early`` (not before the next day),
            or ``result_unknown``.
    """
    if VisitCall.objects.filter(uuid=call.uuid, visit=visit).exists():
        return Visit.objects.select_related("unit").get(pk=visit.pk)
    current = current_visit(actor, EDIT, visit, version, "call")
    if person_of(actor) in {current.first_visitor_id, current.second_visitor_id}:
        raise RuleViolation("goes_oneself", _("Who went does not call. Ask a colleague."))
    now = timezone.now()
    if current.left_at is None or timezone.localdate(now) <= timezone.localdate(current.left_at):
        raise RuleViolation("too_early", _("Call on the day after the visit, or later."))
    if call.result not in VisitCall.Result.values:
        raise RuleViolation("result_unknown", _("Say what came of it."), field="result")
    VisitCall.objects.create(
        uuid=call.uuid,
        visit=current,
        result=call.result,
        note=call.note.strip()[:500],
        called_by_id=actor.user_id,
        called_at=now,
    )
    if call.result == VisitCall.Result.NOT_REACHED and current.calls.count() < MOST_CALLS:
        return moved(actor, current, Visit.Stage.BACK, "visit.called", result=call.result)
    end(current)
    return moved(actor, current, Visit.Stage.CLOSED, "visit.closed", result=call.result)


# --- for whoever counts visits --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a closed visit tells the ledger of activities: nothing of a person visited."""

    uuid: uuids.UUID
    unit: Unit
    started_at: datetime
    ended_at: datetime
    staff: Person | None
    group: str
    need: str
    outcome: str

    @property
    def counts(self) -> bool:
        """Whether something was done, so that it is a visit in the sense of the figures."""
        return self.outcome != Visit.Outcome.STOPPED


def facts_of(visit: Visit) -> VisitFacts:
    """The facts of a visit that is closed.

    Raises:
        RuleViolation: ``wrong_stage``.
    """
    if visit.stage != Visit.Stage.CLOSED or visit.arrived_at is None or visit.left_at is None:
        raise RuleViolation("wrong_stage", _("This visit is not closed yet."))
    return VisitFacts(
        visit.uuid,
        visit.unit,
        visit.arrived_at,
        visit.left_at,
        visit.first_visitor,
        visit.group,
        visit.need,
        visit.outcome,
    )


@transaction.atomic
def link_activity(*, actor: Actor, visit: Visit, activity: Activity) -> None:
    """Remember which record of the ledger stands for a closed visit.

    Raises:
        NotAllowed: the actor may not record there.
        RuleViolation: ``wrong_stage``.
    """
    actor.require(EDIT, visit.unit_path)
    facts_of(visit)
    Visit.objects.filter(pk=visit.pk).update(activity=activity)
    audit.record(
        actor, "visit.counted", visit, unit_path=visit.unit_path, activity=activity.activity
    )


# --- pieces ---------------------------------------------------------------------------------------


def _refuse_approver(actor: Actor, visit: Visit) -> None:
    if actor.user_id == visit.approved_by_id:
        raise RuleViolation(
            "own_approval", _("Who approved the visit does not record what happens there.")
        )


def _has_paper(visit: Visit, uuid: uuids.UUID) -> bool:
    return VisitPaper.objects.filter(uuid=uuid, visit=visit).exists()


def _forget_signature(visit: Visit) -> None:
    before = visit.papers.filter(kind=VisitPaper.Kind.SIGNATURE)
    for sha256 in before.values_list("sha256", flat=True):
        transaction.on_commit(partial(files.remove, sha256))
    before.delete()


def _version(visit: Visit) -> int:
    """Photos follow one another quickly and disturb nothing: they take the newest version."""
    return Visit.objects.values_list("version", flat=True).get(pk=visit.pk)


def _keep(
    actor: Actor, visit: Visit, uuid: uuids.UUID, kind: str, content: bytes, content_type: str
) -> VisitPaper:
    paper = VisitPaper(
        uuid=uuid, visit=visit, kind=kind, content_type=content_type, added_by_id=actor.user_id
    )
    paper.put(content)
    paper.save()
    return paper


def _clean_signature(drawn: str) -> bytes:
    """The drawing alone, black on white, encoded anew.

    Raises:
        RuleViolation: ``not_a_signature``.
    """
    refusal = RuleViolation(
        "not_a_signature", _("There is no signature yet. Sign in the field, please."), field="drawn"
    )
    if not drawn.startswith(DATA_URL) or len(drawn) > MOST_SIGNATURE_BYTES:
        raise refusal
    try:
        raw = base64.b64decode(drawn.removeprefix(DATA_URL), validate=True)
        with Image.open(io.BytesIO(raw), formats=("PNG",)) as picture:
            if picture.width > SIGNATURE_EDGE[0] * 2 or picture.height > SIGNATURE_EDGE[1] * 2:
                raise refusal
            ink = picture.convert("RGBA")
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise refusal from None
    paper = Image.new("RGBA", ink.size, "white")
    paper.alpha_composite(ink)
    plain = paper.convert("L").point(lambda light: 0 if light < 160 else 255, mode="1")
    plain.thumbnail(SIGNATURE_EDGE)
    if plain.histogram()[0] < LEAST_INK:
        raise refusal
    clean = io.BytesIO()
    plain.save(clean, "PNG", optimize=True)
    return clean.getvalue()
