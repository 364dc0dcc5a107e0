"""Personal data of home visits: opened with a reason, gone when their time is over; the rules."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.kernel.problems import BadValue
from hearth.network.scope import Actor
from hearth.outreach.domain.visits import clean_phone
from hearth.outreach.models import Visit, VisitCall, VisitPaper, VisitRules
from hearth.outreach.models.visits import PERSONAL
from hearth.outreach.queries.visits import WITH
from hearth.outreach.services.visits import refuse_telling
from hearth.platform import audit, files

OPEN = "outreach.personal"
REASONS = ("arrange", "visit", "call", "complaint", "other")
BATCH = 100


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    """A signature or photo, opened; ``data_url`` for a page that is shown once."""

    kind: str
    added_at: datetime
    data_url: str


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """What was sealed of one visit, for a page that is shown once and kept nowhere."""

    name: str
    phone: str
    address: str
    circumstances: str
    place: str
    cancel_note: str
    calls: tuple[tuple[datetime, str], ...]  # when, note
    papers: tuple[OpenedPaper, ...]


@transaction.atomic
def open_personal(
    *, actor: Actor, visit: Visit, reason: str, words: str = "", with_papers: bool = False
) -> Opened:
    """Open the personal data of one visit; the trail keeps who, when and why (design rule 6.3).

    Args:
        actor: who reads.
        visit: of which.
        reason: arrange, visit, call, complaint or other.
        words: more of the reason, without personal data; needed with ``other``.
        with_papers: signature and photos as well.

    Raises:
        NotAllowed: the actor may not open personal data there.
        RuleViolation: ``no_reason``; ``purged``: their time is over; ``tells_of_someone``.
    """
    actor.require(OPEN, visit.unit_path)
    if reason not in REASONS or (reason == "other" and not words.strip()):
        raise RuleViolation("no_reason", _("Say why you need to read this."), field="words")
    if visit.purged_at is not None:
        raise RuleViolation("purged", _("Their time is over: these data were deleted."))
    refuse_telling(visit, words, "words")
    audit.record(
        actor,
        "visit.personal_opened",
        visit,
        unit_path=visit.unit_path,
        reason=reason,
        words=words.strip()[:200],
        papers=with_papers,
    )
    papers = visit.papers.all() if with_papers else ()
    return Opened(
        **{name: getattr(visit, name) for name in PERSONAL},
        calls=tuple((call.called_at, call.note) for call in visit.calls.all() if call.note),
        papers=tuple(_opened(paper) for paper in papers),
    )


def _opened(paper: VisitPaper) -> OpenedPaper:
    content = base64.b64encode(paper.content()).decode("ascii")
    return OpenedPaper(paper.kind, paper.added_at, f"data:{paper.content_type};base64,{content}")


MOST_FOUND = 50


@transaction.atomic
def find(*, actor: Actor, text: str) -> list[Visit]:
    """Visits asked for under a telephone number, or with a code; the trail keeps that one looked.

    Args:
        actor: who looks; only where they may open personal data.
        text: as it was typed; it is kept nowhere.

    Raises:
        NotAllowed: the actor may open personal data nowhere.
    """
    actor.require(OPEN)
    digits = "".join(c for c in text if c.isdigit())
    try:
        matching = Visit.objects.with_phone(clean_phone(text))
    except BadValue:
        matching = Visit.objects.none()
    rows = Visit.objects.visible_to(actor.scope_for(OPEN)).select_related(*WITH)
    wanted = Q(pk__in=matching.values("pk")) | Q(code=digits)
    found = rows.filter(wanted).order_by("-recorded_at", "-pk")
    visits = list(found[:MOST_FOUND])
    audit.record(actor, "visit.looked_for", found=len(visits))
    return visits


# --- the clock ------------------------------------------------------------------------------------


def purge_due(day: date) -> int:
    """Delete the personal data of visits whose time is over by the end of ``day``; how many.

    What figures count stays: unit, stage, group, need, dates, who went. Files go from the disk
    after the transaction; one that a crash leaves behind is sealed and cited by nobody.
    """
    due = list(Visit.objects.due_for_purge(day).order_by("pk").values_list("pk", flat=True))
    return sum(_purge(due[start : start + BATCH]) for start in range(0, len(due), BATCH))


@transaction.atomic
def _purge(keys: list[int]) -> int:
    visits = list(Visit.objects.select_for_update().filter(pk__in=keys, purged_at__isnull=True))
    papers = VisitPaper.objects.filter(visit__in=visits)
    hashes = list(papers.values_list("sha256", flat=True))
    papers.delete()
    VisitCall.objects.filter(visit__in=visits).update(note="")
    now = timezone.now()
    for visit in visits:
        for name in PERSONAL:
            setattr(visit, name, "")
        visit.purged_at, visit.version = now, visit.version + 1
        visit.save()
    audit.record_many(
        audit.System(),
        [
            audit.Entry("visit.purged", Visit._meta.label_lower, str(visit.pk), visit.unit_path, {})
            for visit in visits
        ],
    )
    transaction.on_commit(lambda: _remove(hashes))
    return len(visits)


def _remove(hashes: list[str]) -> None:
    for sha256 in hashes:
        files.remove(sha256)


# --- the rules ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RulesEntry:
    """Rules of visits as the page has them; bounds as of ``VisitRules``."""

    valid_from: date
    detour_permille: int
    speed_kmh: int
    margin_minutes: int
    visit_minutes: int
    day_from: time
    day_to: time
    keep_days: int
    idle_days: int


@transaction.atomic
def set_rules(*, actor: Actor, entry: RulesEntry) -> VisitRules:
    """Set what visits go by from a day on; what held before stays for the days before.

    Raises:
        NotAllowed: the actor keeps no programme for the whole network.
        RuleViolation: ``rules_in_the_past`` or ``rules_taken`` (one begins on that day).
    """
    actor.require("programme.edit")
    if entry.valid_from < timezone.localdate():
        raise RuleViolation(
            "rules_in_the_past", _("Rules begin today or later."), field="valid_from"
        )
    if VisitRules.objects.filter(valid_from=entry.valid_from).exists():
        raise RuleViolation(
            "rules_taken", _("Rules begin on this day already."), field="valid_from"
        )
    columns = {name: getattr(entry, name) for name in RulesEntry.__dataclass_fields__}
    rules = VisitRules.objects.create(set_by_id=actor.user_id or None, **columns)
    audit.record(actor, "visit_rules.set", rules, **columns)
    return rules
