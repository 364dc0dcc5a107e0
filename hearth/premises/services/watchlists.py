"""Managed lists: their rules, who is proposed, who decides, and what is done meanwhile.

Two persons (design rule 6.2): who proposed does not approve. A unit that a rule proposes enters
with the word of one; it leaves with the word of two, whoever or whatever proposed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.places import Places
from hearth.ledgers.services import require_version
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.premises.domain.business import is_half_hour
from hearth.premises.domain.watch import Terms, faults
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry, WatchRule
from hearth.premises.sentences_watch import RULE_FAULTS

EDIT, APPROVE = "premises.edit", "premises.approve"
ENTRY, EXIT = WatchRule.Sort.ENTRY, WatchRule.Sort.EXIT


# --- lists and rules ------------------------------------------------------------------------------


@transaction.atomic
def create_watchlist(
    *, actor: Actor, code: str, name: str, name_en: str = "", purpose: str = ""
) -> Watchlist:
    """Add a list; it proposes nobody before a rule of it is approved.

    Raises:
        NotAllowed: the actor does not approve for the whole network.
        RuleViolation: ``code_taken``.
    """
    _require_top(actor)
    if Watchlist.objects.filter(code=code).exists():
        raise RuleViolation(
            "code_taken", _("There is a list with this code. Choose another."), field="code"
        )
    watchlist = Watchlist.objects.create(code=code, name=name, name_en=name_en, purpose=purpose)
    audit.record(actor, "watchlist.created", watchlist, code=code)
    return watchlist


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a new rule says; see ``models.WatchRule``."""

    sort: str
    measure: str
    terms: Terms
    since: date
    opens: time | None = None
    closes: time | None = None
    least_half_hours: int = 1


@transaction.atomic
def propose_rule(*, actor: Actor, watchlist: Watchlist, text: RuleText) -> WatchRule:
    """Draft a rule; it holds once another person has approved it.

    Raises:
        NotAllowed: the actor does not approve for the whole network.
        RuleViolation: a code of ``domain.watch.faults``, or ``hours_by_the_half``.
    """
    _require_top(actor)
    for name, code in faults(text.terms):
        raise RuleViolation(code, str(RULE_FAULTS[code]), field=name)
    for name, at in (("opens", text.opens), ("closes", text.closes)):
        if at is not None and not is_half_hour(at):
            raise RuleViolation(
                "hours_by_the_half", str(RULE_FAULTS["hours_by_the_half"]), field=name
            )
    if text.opens and text.closes and text.closes <= text.opens:
        raise RuleViolation(
            "closes_before_opens", str(RULE_FAULTS["closes_before_opens"]), field="closes"
        )
    rule = WatchRule.objects.create(
        watchlist=watchlist,
        sort=text.sort,
        measure=text.measure,
        comparison=text.terms.comparison,
        threshold_milli=text.terms.threshold_milli,
        days=text.terms.days,
        of_days=text.terms.of_days,
        months=sorted(text.terms.months),
        opens=text.opens,
        closes=text.closes,
        least_half_hours=text.least_half_hours,
        since=text.since,
        proposed_by_id=actor.user_id or None,
    )
    audit.record(actor, "watchlist.rule_proposed", rule, list=watchlist.code, sort=text.sort)
    return rule


@transaction.atomic
def approve_rule(*, actor: Actor, rule: WatchRule, version: int) -> WatchRule:
    """Put a rule into force from its day on; the one of its sort before it ends that day.

    Raises:
        NotAllowed: the actor does not approve for the whole network.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``own_proposal``; ``in_force`` already; ``later_rule`` when one that is
            approved begins on the same day or later.
    """
    _require_top(actor)
    current = WatchRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    require_version(current.version, version)
    if current.approved_at is not None:
        raise RuleViolation("in_force", _("This rule is approved already."))
    _require_other(actor, current.proposed_by_id)
    same = WatchRule.objects.filter(
        watchlist_id=current.watchlist_id, sort=current.sort, approved_at__isnull=False
    )
    if same.filter(since__gte=current.since).exists():
        raise RuleViolation(
            "later_rule",
            _("A rule that begins on this day or later is approved. Let this one begin after it."),
        )
    same.filter(until__isnull=True).update(until=current.since)
    current.approved_by_id, current.approved_at = actor.user_id or None, timezone.now()
    current.version += 1
    current.save(update_fields=["approved_by", "approved_at", "version"])
    audit.record(
        actor, "watchlist.rule_approved", current, list=current.watchlist.code, sort=current.sort
    )
    return current


# --- proposals ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person proposes."""

    watchlist: Watchlist
    unit: Unit
    sort: str
    reason: str
    measure: str = ""


@transaction.atomic
def propose(*, actor: Actor, wish: Wish) -> Proposal:
    """Propose that a unit enter a list, or leave it.

    Raises:
        NotAllowed: the actor may not keep the premises of the unit.
        RuleViolation: ``listed`` already; ``not_listed``; ``proposed`` already; ``no_reason``.
    """
    actor.require(EDIT, wish.unit.path)
    if not wish.reason.strip():
        raise RuleViolation("no_reason", _("Say why."), field="reason")
    stays = WatchlistEntry.objects.standing().filter(
        watchlist=wish.watchlist, unit=wish.unit, until__isnull=True
    )
    entry = stays.first()
    _require_fits(wish.sort, entry)
    _require_first(wish)
    today = timezone.localdate()
    proposal = Proposal.objects.create(
        watchlist=wish.watchlist,
        unit=wish.unit,
        unit_path=Places([wish.unit]).on(wish.unit.pk, today),
        sort=wish.sort,
        as_of=today,
        reason=wish.reason.strip(),
        measure=wish.measure.strip(),
        entry=entry,
        proposed_by_id=actor.user_id or None,
    )
    _tell(actor, "watchlist.proposed", proposal)
    return proposal


@transaction.atomic
def approve(
    *, actor: Actor, proposal: Proposal, version: int, words: str = "", on: date | None = None
) -> Proposal:
    """Agree to a proposal. The unit enters or leaves, unless a second person must agree too.

    That is so where a rule proposed that a unit leave: the first who agrees seconds it.

    Args:
        actor: who agrees.
        proposal: to what.
        version: that the actor saw.
        words: kept with the decision.
        on: day of entering or leaving; None: today.

    Raises:
        NotAllowed: the actor may not approve for the unit.
        StaleWrite: it was decided or seconded meanwhile.
        RuleViolation: ``decided``; ``own_proposal``; ``day_before_entry``; ``day_ahead``.
    """
    current = _open_proposal(actor, proposal, version)
    _require_other(actor, current.proposed_by_id, current.seconded_by_id)
    if current.sort == EXIT and current.proposed_by_id is None and current.seconded_by_id is None:
        current.seconded_by_id, current.seconded_at = actor.user_id or None, timezone.now()
        current.version += 1
        current.save(update_fields=["seconded_by", "seconded_at", "version"])
        _tell(actor, "watchlist.seconded", current)
        return current
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise RuleViolation("day_ahead", _("This day is yet to come."), field="on")
    current.entry = _entered(actor, current, day) if current.sort == ENTRY else _left(current, day)
    _decide(actor, current, Proposal.Status.APPROVED, words)
    _tell(actor, "watchlist.approved", current, day=day)
    return current


@transaction.atomic
def decline(*, actor: Actor, proposal: Proposal, version: int, words: str) -> Proposal:
    """Refuse a proposal, with a reason.

    Raises:
        NotAllowed: the actor may not approve for the unit.
        StaleWrite: it was decided or seconded meanwhile.
        RuleViolation: ``decided``; ``no_reason``.
    """
    current = _open_proposal(actor, proposal, version)
    if not words.strip():
        raise RuleViolation("no_reason", _("Say why."), field="words")
    _decide(actor, current, Proposal.Status.DECLINED, words)
    _tell(actor, "watchlist.declined", current)
    return current


def _entered(actor: Actor, proposal: Proposal, day: date) -> WatchlistEntry:
    stays = WatchlistEntry.objects.standing().filter(
        watchlist_id=proposal.watchlist_id, unit_id=proposal.unit_id
    )
    if stays.filter(until__isnull=True).exists() or stays.filter(since=day).exists():
        raise RuleViolation("listed", _("The unit is on this list already."))
    return WatchlistEntry.objects.create(
        watchlist_id=proposal.watchlist_id,
        unit_id=proposal.unit_id,
        unit_path=Places([proposal.unit]).on(proposal.unit_id, day),
        since=day,
        reason=proposal.reason,
        measure=proposal.measure,
        recorded_by_id=actor.user_id or None,
    )


def _left(proposal: Proposal, day: date) -> WatchlistEntry:
    stays = WatchlistEntry.objects.standing().select_for_update(of=("self",))
    entry = stays.filter(
        watchlist_id=proposal.watchlist_id, unit_id=proposal.unit_id, until__isnull=True
    ).first()
    if entry is None:
        raise RuleViolation("not_listed", _("The unit is not on this list."))
    if day < entry.since:
        raise RuleViolation(
            "day_before_entry", _("It entered only after this day. Choose a later one."), field="on"
        )
    entry.until, entry.version = day, entry.version + 1
    entry.save(update_fields=["until", "version"])
    return entry


def _decide(actor: Actor, proposal: Proposal, status: str, words: str) -> None:
    proposal.status, proposal.decision = status, words.strip()[:400]
    proposal.decided_by_id, proposal.decided_at = actor.user_id or None, timezone.now()
    proposal.version += 1
    proposal.save(
        update_fields=["status", "decision", "decided_by", "decided_at", "entry", "version"]
    )


# --- what is done about it ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Care:
    """What is done for a unit on a list: measure, stage, and the day the measure was done."""

    measure: str
    stage: str
    measure_done_on: date | None = None


@transaction.atomic
def keep_entry(*, actor: Actor, entry: WatchlistEntry, version: int, care: Care) -> WatchlistEntry:
    """Say what is done about a unit on a list.

    Raises:
        NotAllowed: the actor may not keep the premises of the unit.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn``; ``day_ahead``.
    """
    actor.require(EDIT, entry.unit_path)
    rows = WatchlistEntry.objects.select_for_update(of=("self",))
    current = rows.get(pk=entry.pk)
    require_version(current.version, version)
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    if care.measure_done_on is not None and care.measure_done_on > timezone.localdate():
        raise RuleViolation("day_ahead", _("This day is yet to come."), field="measure_done_on")
    current.measure, current.stage = care.measure.strip(), care.stage
    current.measure_done_on = care.measure_done_on
    current.version += 1
    current.save(update_fields=["measure", "stage", "measure_done_on", "version"])
    audit.record(
        actor,
        "watchlist.kept",
        current,
        unit_path=current.unit_path,
        stage=care.stage,
        measure=care.measure,
        measure_done_on=care.measure_done_on,
    )
    return current


# --- what must hold -------------------------------------------------------------------------------


def _require_top(actor: Actor) -> None:
    """Lists and their rules are one for the network."""
    top = Unit.objects.filter(parent__isnull=True).order_by("path").first()
    actor.require(APPROVE, top.path if top else None)


def _require_other(actor: Actor, *before: int | None) -> None:
    if actor.user_id in before:
        raise RuleViolation(
            "own_proposal",
            _("You proposed or seconded this yourself. Another person has to approve it."),
        )


def _require_fits(sort: str, entry: WatchlistEntry | None) -> None:
    if sort == ENTRY and entry is not None:
        raise RuleViolation("listed", _("The unit is on this list already."), field="unit")
    if sort == EXIT and entry is None:
        raise RuleViolation("not_listed", _("The unit is not on this list."), field="unit")


def _require_first(wish: Wish) -> None:
    waiting = Proposal.objects.open().filter(
        watchlist=wish.watchlist, unit=wish.unit, sort=wish.sort
    )
    if waiting.exists():
        raise RuleViolation(
            "proposed", _("The same is proposed already and waits for a decision."), field="unit"
        )


def _open_proposal(actor: Actor, proposal: Proposal, version: int) -> Proposal:
    """The proposal as it stands, locked."""
    actor.require(APPROVE, proposal.unit_path)
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("unit")
    current = rows.get(pk=proposal.pk)
    if current.status != Proposal.Status.OPEN:
        raise RuleViolation("decided", _("This proposal is decided already."))
    require_version(current.version, version)
    return current


def _tell(actor: Actor, action: str, proposal: Proposal, **more: Any) -> None:
    audit.record(
        actor,
        action,
        proposal,
        unit_path=proposal.unit_path,
        list=proposal.watchlist.code,
        sort=proposal.sort,
        **more,
    )
