"""The nightly look at every rule: whom it proposes, and which of its proposals hold no more.

Rules are data: a measure by its key, a comparison, a threshold, days. Where the days of a measure
come from is handed in (``sources``): readings are this room's own, figures are computed in rooms
above, which call ``look`` with a source of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.kernel.rounding import milli_text
from hearth.ledgers.lookups import batches
from hearth.ledgers.places import Places
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.platform.workdays import workdays
from hearth.premises.domain.business import CLOSES, OPENS, Hours
from hearth.premises.domain.watch import Measured, Terms, Verdict, judge
from hearth.premises.models import Proposal, WatchlistEntry, WatchRule
from hearth.premises.queries.temperatures import business_sums, zone

BUSINESS_MEAN = "business_mean"
"""The measure that is this room's own: the mean of all readings in business hours, in °C."""

Seen = Mapping[tuple[int, date], Measured]
"""What was measured by unit and day; what is not there says nothing."""
Source = Callable[[WatchRule, Sequence[Unit], Sequence[date]], Seen]
"""Answers for a rule's measure; leaves out units and days of which too little is known."""


def terms_of(rule: WatchRule) -> Terms:
    """What a rule asks, for ``domain.watch``."""
    return Terms(
        rule.comparison, rule.threshold_milli, rule.days, rule.of_days, frozenset(rule.months)
    )


def readings(rule: WatchRule, units: Sequence[Unit], days: Sequence[date]) -> Seen:
    """Means in business hours, of days on which enough half hours were measured."""
    hours = Hours(zone(), rule.opens or OPENS, rule.closes or CLOSES)
    sums = business_sums([unit.pk for unit in units], days, hours)
    return {
        key: Measured(10 * one.total, one.count)  # hundredths to thousandths
        for key, one in sums.items()
        if one.half_hours >= rule.least_half_hours
    }


@dataclass(slots=True)
class Found:
    """What a look came to.

    Attributes:
        proposed: new proposals.
        lapsed: proposals of a rule that holds no more.
        skipped: measures that no source answers for.
    """

    proposed: list[Proposal] = field(default_factory=list)
    lapsed: int = 0
    skipped: set[str] = field(default_factory=set)


@transaction.atomic
def look(
    *, actor: Actor, as_of: date, sources: Mapping[str, Source], fallback: Source | None = None
) -> Found:
    """Hold every rule in force against the business days up to ``as_of``.

    A unit is proposed once; while its proposal waits, what the rule sees is kept up to date, and
    when what was measured speaks against it the proposal lapses; silence alone, as when sensors
    fail, does not end it. What lies before a unit last entered or left
    the list does not count, and one that was declined is not proposed again before the rule looks
    at other days.

    Args:
        actor: in whose name.
        as_of: the end of this day.
        sources: by measure.
        fallback: for measures that ``sources`` does not name.

    Raises:
        NotAllowed: the actor may approve nowhere.
    """
    actor.require("premises.approve")
    found, entries = Found(), []
    for rule in WatchRule.objects.in_force(as_of).select_related("watchlist").order_by("pk"):
        source = sources.get(rule.measure, fallback)
        if source is None:
            found.skipped.add(rule.measure)
            continue
        entries += _apply(rule, source, as_of, found)
    if entries:
        audit.record_many(actor, entries)
    return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A unit that a rule looks at: from which day on, and its stay where it is listed."""

    unit: Unit
    since: date
    entry: WatchlistEntry | None = None


def _apply(rule: WatchRule, source: Source, as_of: date, found: Found) -> list[audit.Entry]:
    days = workdays().last(as_of, rule.of_days)
    candidates = _candidates(rule, as_of)
    seen = source(rule, [one.unit for one in candidates.values()], days)
    due: dict[int, Verdict] = {}
    unsure: set[int] = set()
    terms = terms_of(rule)
    for pk, one in candidates.items():
        told = [(day, seen.get((pk, day)) if day >= one.since else None) for day in days]
        verdict = judge(terms, told)
        if verdict.is_due:
            due[pk] = verdict
        elif not verdict.is_refuted:
            unsure.add(pk)
    waiting = {
        proposal.unit_id: proposal
        for proposal in Proposal.objects.open().filter(watchlist_id=rule.watchlist_id)
        if proposal.sort == rule.sort
    }
    entries = _lapse(
        rule, [p for pk, p in waiting.items() if pk not in due and pk not in unsure], found
    )
    _refresh([(waiting[pk], verdict) for pk, verdict in due.items() if pk in waiting], as_of)
    declined = _declined_since(rule, days[0])
    new = [
        _proposal(rule, candidates[pk], verdict, as_of)
        for pk, verdict in sorted(due.items())
        if pk not in waiting and pk not in declined
    ]
    places = Places(one.unit for one in new)
    for proposal in new:
        proposal.unit_path = places.on(proposal.unit_id, as_of)
        proposal.save()
        entries.append(_told("watchlist.proposed", rule, proposal))
    found.proposed += new
    return entries


def _candidates(rule: WatchRule, as_of: date) -> dict[int, _Candidate]:
    """Units that may enter by a rule (outlets that are not on the list), or leave by it."""
    stays = WatchlistEntry.objects.standing().filter(watchlist_id=rule.watchlist_id)
    on_list = {stay.unit_id: stay for stay in stays.held_on(as_of).select_related("unit")}
    if rule.sort == WatchRule.Sort.EXIT:
        return {pk: _Candidate(stay.unit, stay.since, stay) for pk, stay in on_list.items()}
    left = {
        unit_id: until
        for unit_id, until in stays.filter(until__lte=as_of)
        .order_by("until")
        .values_list("unit_id", "until")
        if until is not None
    }
    outlets = Unit.objects.outlets().open_on(as_of).order_by("path")
    return {
        unit.pk: _Candidate(unit, left.get(unit.pk, date.min))
        for unit in outlets
        if unit.pk not in on_list
    }


def _declined_since(rule: WatchRule, day: date) -> set[int]:
    """Units whose proposal was declined on or after ``day``."""
    declined = Proposal.objects.filter(
        watchlist_id=rule.watchlist_id,
        sort=rule.sort,
        status=Proposal.Status.DECLINED,
        as_of__gte=day,
    )
    return set(declined.values_list("unit_id", flat=True))


def _proposal(rule: WatchRule, candidate: _Candidate, verdict: Verdict, as_of: date) -> Proposal:
    return Proposal(
        watchlist_id=rule.watchlist_id,
        unit=candidate.unit,
        sort=rule.sort,
        rule=rule,
        as_of=as_of,
        days=_kept(verdict),
        reason=reason_of(rule, verdict.met),
        entry=candidate.entry,
    )


def _kept(verdict: Verdict) -> list[dict[str, object]]:
    """What the rule saw, as it is kept with the proposal."""
    return [
        {
            "day": day.day.isoformat(),
            "milli": None if day.measured is None else day.measured.milli,
            "count": 0 if day.measured is None else day.measured.count,
            "meets": day.meets,
        }
        for day in verdict.days
    ]


def reason_of(rule: WatchRule, met: int) -> str:
    """The reason that a rule gives, which ``met`` days meet, as a sentence for who reads now."""
    facts = {"met": met, "of": rule.of_days, "value": milli_text(rule.threshold_milli)}
    if rule.measure != BUSINESS_MEAN:
        words = _("%(measure)s met the rule on %(met)s of the last %(of)s business days.")
        return words % (facts | {"measure": rule.measure})
    sentences = {
        "below": ngettext(
            "Colder than %(value)s °C in business hours on %(met)s of %(of)s business day.",
            "Colder than %(value)s °C in business hours on %(met)s of %(of)s business days.",
            rule.of_days,
        ),
        "at_least": ngettext(
            "At least %(value)s °C in business hours on %(met)s of %(of)s business day.",
            "At least %(value)s °C in business hours on %(met)s of %(of)s business days.",
            rule.of_days,
        ),
    }
    general = _("The mean in business hours met the rule on %(met)s of %(of)s business days.")
    return sentences.get(rule.comparison, general) % facts


def _lapse(rule: WatchRule, proposals: Iterable[Proposal], found: Found) -> list[audit.Entry]:
    """End what this rule proposed and nobody has agreed to, since it holds no more."""
    gone = [p for p in proposals if p.rule_id is not None and p.seconded_by_id is None]
    for part in batches([p.pk for p in gone]):
        Proposal.objects.filter(pk__in=part).update(
            status=Proposal.Status.LAPSED, decided_at=timezone.now()
        )
    found.lapsed += len(gone)
    return [_told("watchlist.lapsed", rule, proposal) for proposal in gone]


def _refresh(due: Iterable[tuple[Proposal, Verdict]], as_of: date) -> None:
    """Bring what the rule sees up to date in proposals that wait."""
    for proposal, verdict in due:
        if proposal.rule is not None and proposal.as_of < as_of:
            proposal.as_of, proposal.days = as_of, _kept(verdict)
            proposal.reason = reason_of(proposal.rule, verdict.met)
            proposal.save(update_fields=["as_of", "days", "reason"])


def _told(action: str, rule: WatchRule, proposal: Proposal) -> audit.Entry:
    return audit.Entry(
        action,
        Proposal._meta.label_lower,
        str(proposal.pk),
        proposal.unit_path,
        {"list": rule.watchlist.code, "sort": rule.sort, "as_of": proposal.as_of},
    )
