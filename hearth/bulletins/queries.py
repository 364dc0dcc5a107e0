"""Reading what a bulletin is made from, and bulletins themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import translation

from hearth.bulletins.composition.facts import (
    Before,
    ChannelFacts,
    EditionFacts,
    Example,
    Facts,
    FaultFacts,
    ModuleFacts,
    PartFaults,
    PolicyFacts,
    Tally,
    UnitFacts,
)
from hearth.bulletins.composition.masking import masked
from hearth.bulletins.composition.wording import DJANGO_LANGUAGE
from hearth.bulletins.ledgers import ledgers_of
from hearth.bulletins.models import Bulletin
from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding, Inspection, InspectionQuerySet
from hearth.kernel.periods import Period, recency
from hearth.network.models import Person
from hearth.network.scope import Scope
from hearth.scoring.faults import FaultRow, common_faults, faults_by_part
from hearth.scoring.models import Adjustment, Closing, Result
from hearth.scoring.queries import adjustments_changed_since
from hearth.standards.models import Edition, Module

EVERYWHERE = Scope(("",))
FAULTS = 20  # listed in the annex
FAULTS_BEFORE = 2000  # more criteria than any standard has
NOTES_READ = 200  # the newest of one criterion, of which the most usual is the example


def newest(period: str) -> Bulletin | None:
    """The newest revision of a period's bulletin, whatever its state; contents load when asked."""
    return Bulletin.objects.for_list().filter(period=period).order_by("-revision").first()


def revisions_of(bulletin: Bulletin) -> list[Bulletin]:
    """Every published revision of the same period, the newest first, without their contents."""
    same = Bulletin.objects.published().filter(period=bulletin.period)
    return list(same.defer("computed", "prose").order_by("-revision"))


def closings_without_bulletin() -> list[Closing]:
    """Current closings of periods that nobody has begun a bulletin for, the newest first."""
    known = Bulletin.objects.order_by().values("period")
    found = Closing.objects.filter(is_current=True).exclude(period__in=known)
    return sorted(found, key=lambda closing: recency(closing.period), reverse=True)


def records_changed_since(closing: Closing) -> bool:
    """Whether checks or adjustments of the period came or went after it was closed.

    A bulletin counts findings, checks and adjustments anew, so they must be those that the closing
    ranked.
    """
    period = Period.parse(closing.period)
    counted = _checks(period)
    if counted.count() != closing.inspections:
        return True
    if counted.filter(released_at__gt=closing.closed_at).exists():
        return True
    return adjustments_changed_since(closing)


def _checks(period: Period) -> InspectionQuerySet:
    return Inspection.objects.counted().filter(
        inspected_on__gte=period.start, inspected_on__lt=period.end
    )


# --- the facts of a closing -----------------------------------------------------------------------


def facts_of(closing: Closing, *, named_examples: bool = False) -> Facts:
    """All that ``composition.compose`` needs; about 60 queries, whatever the number of outlets.

    Args:
        closing: any closing; its records should not have changed since (``records_changed_since``).
        named_examples: examples of faults name their outlet, except those of mystery shoppers.
    """
    period = Period.parse(closing.period)
    before = closing.previous
    units = _units(closing)
    tops = [unit for unit, level in units if level == "province"]
    branches = _in_order(units, "branch")
    root = min(tops, key=lambda unit: unit.path, default=None)
    levels = closing.summary["levels"]
    return Facts(
        period=period,
        revision=closing.revision,
        hashes={
            name: getattr(closing, name)
            for name in ("records_hash", "policy_hash", "editions_hash", "result_hash")
        },
        tally=_tally(period),
        policy=_policy(closing),
        previous=before.period if before else None,
        tally_before=_tally(Period.parse(before.period)) if before else None,
        comparable=any(u.movement is not None for u, level in units if level == "outlet"),
        unseen=_unseen(closing, period),
        means_centi={
            level: round(100 * found["mean"])
            for level, found in levels.items()
            if found["mean"] is not None
        },
        editions=_editions(period),
        channels=_channels(closing, period),
        root=root,
        branches=branches,
        outlets=_in_order(units, "outlet"),
        adjustments=dict(
            Adjustment.objects.counted()
            .filter(period=period.key)
            .order_by()
            .values_list("kind")
            .annotate(n=Count("pk"))
        ),
        modules=_modules(closing, period),
        faults=_faults(closing, period, branches, named=named_examples),
        named_examples=named_examples,
        ledgers=ledgers_of(root, branches, period, before.period if before else None),
    )


def _in_order(units: Sequence[tuple[UnitFacts, str]], level: str) -> tuple[UnitFacts, ...]:
    """Units of a level in the order of the organisation."""
    return tuple(sorted((u for u, own in units if own == level), key=lambda unit: unit.path))


def _units(closing: Closing) -> list[tuple[UnitFacts, str]]:
    """Every unit of the closing with its level; three queries."""
    before = _before(closing.previous) if closing.previous else {}
    rows = list(
        Result.objects.filter(closing=closing, level__in=("province", "branch", "outlet")).defer(
            "trace", "modules", "channels"
        )
    )
    names = {row.path: row.name for row in rows if row.level == "branch"}
    lengths = sorted({len(path) for path in names})
    vetoed = _vetoed(closing.period)
    found = []
    for row in rows:
        above = (names[row.path[:n]] for n in lengths if row.path[:n] in names)
        branch = next(above, "") if row.level == "outlet" else ""
        unit = _unit(row, branch, before.get((row.level, row.code)))
        found.append((replace(unit, is_vetoed=row.unit_id in vetoed), row.level))
    return found


def _vetoed(period: str) -> set[int]:
    """Units that a veto holds down in the period."""
    rows = Adjustment.objects.counted().filter(period=period, kind="veto")
    return set(rows.values_list("unit_id", flat=True))


def _unit(row: Result, branch: str, before: Before | None) -> UnitFacts:
    return UnitFacts(
        code=row.code,
        name=row.name,
        path=row.path,
        branch=branch,
        score_centi=row.score_centi,
        rank=row.rank,
        low_rank=row.low_rank,
        high_rank=row.high_rank,
        group=row.group,
        movement=row.movement,
        reason=row.reason,
        checks=row.inspections,
        error=row.standard_error,
        low_centi=_centi(row.shrunk_low),
        high_centi=_centi(row.shrunk_high),
        outlets=row.outlets,
        outlets_ranked=row.outlets_ranked,
        below_pass=row.outlets_below_pass,
        before=before,
    )


def _centi(points: float | None) -> int | None:
    return None if points is None else round(100 * points)


def _before(closing: Closing) -> dict[tuple[str, str], Before]:
    """What the closing before found, by level and code."""
    rows = Result.objects.filter(closing=closing).values_list(
        "level", "code", "score_centi", "standard_error", "group", "outlets_below_pass"
    )
    return {
        (level, code): Before(score, error, group, below)
        for level, code, score, error, group, below in rows
    }


def _tally(period: Period) -> Tally:
    sums = (
        _checks(period)
        .order_by()
        .aggregate(
            n=Count("pk"), clean=Count("pk", filter=Q(findings_count=0)), f=Sum("findings_count")
        )
    )
    return Tally(sums["n"], sums["clean"], sums["f"] or 0)


def _policy(closing: Closing) -> PolicyFacts:
    content = closing.policy_content
    order = {channel: place for place, channel in enumerate(Channel.values)}
    weights = sorted(content["weights"].items(), key=lambda item: order.get(item[0], len(order)))
    return PolicyFacts(
        name=closing.policy.name if closing.policy else "",
        pk=closing.policy_id,
        weights=tuple((channel, str(weight)) for channel, weight in weights),
        minimum_percent=content["minimum_coverage_percent"],
        pass_centi=content["pass_centi"],
    )


def _unseen(closing: Closing, period: Period) -> int:
    """Outlets open at the end of the period that no check has seen."""
    seen = _checks(period).order_by().values("unit_id")
    return (
        Result.objects.filter(closing=closing, level="outlet", outlets=1)
        .exclude(unit_id__in=seen)
        .count()
    )


def _editions(period: Period) -> tuple[EditionFacts, ...]:
    used = _checks(period).order_by().values("edition_id").distinct()
    rows = Edition.objects.filter(pk__in=used).select_related("standard")
    return tuple(
        EditionFacts(e.pk, e.standard.title, e.standard.title_en, e.edition)
        for e in rows.order_by("standard__code", "effective_from", "pk")
    )


def _channels(closing: Closing, period: Period) -> tuple[ChannelFacts, ...]:
    """Channels that made checks which count, in their usual order."""
    open_units = Result.objects.filter(closing=closing, level="outlet", outlets=1)
    counted = {
        channel: (checks, seen)
        for channel, checks, seen in _checks(period)
        .order_by()
        .values_list("channel")
        .annotate(
            n=Count("pk"),
            seen=Count(
                "unit_id", distinct=True, filter=Q(unit_id__in=open_units.values("unit_id"))
            ),
        )
    }
    now, then = _top_row(closing), _top_row(closing.previous)
    return tuple(
        ChannelFacts(
            key,
            _labels(key),
            *counted[key],
            now.get(key, {}).get("score_centi"),
            then.get(key, {}).get("score_centi"),
        )
        for key in Channel.values
        if key in counted
    )


def _labels(channel: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, code in DJANGO_LANGUAGE.items():
        with translation.override(code):
            found[language] = str(Channel(channel).label)
    return found


def _top_row(closing: Closing | None, column: str = "channels") -> dict[str, Any]:
    """What the network as a whole reached, by channel or module."""
    rows = Result.objects.filter(closing=closing, level="province").order_by("path")
    return rows.values_list(column, flat=True).first() or {}


def _modules(closing: Closing, period: Period) -> tuple[ModuleFacts, ...]:
    now, then = _top_row(closing, "modules"), _top_row(closing.previous, "modules")
    used = _checks(period).order_by().values("edition_id").distinct()
    titles = {
        module.code: module
        for module in Module.objects.filter(edition_id__in=used).order_by("-edition_id")
    }
    found = [
        ModuleFacts(
            code,
            titles[code].title,
            titles[code].title_en,
            score,
            then[code][2] if code in then else None,
        )
        for code, (_earned, _possible, score) in now.items()
        if score is not None and code in titles
    ]
    return tuple(sorted(found, key=lambda module: (module.score_centi, module.code)))


# --- faults ---------------------------------------------------------------------------------------


def _faults(
    closing: Closing, period: Period, branches: Sequence[UnitFacts], *, named: bool
) -> tuple[FaultFacts, ...]:
    rows = common_faults(period, EVERYWHERE, limit=FAULTS)
    keys = [row.criterion.pk for row in rows]
    before: dict[int, FaultRow] = {}
    if closing.previous is not None:
        past = Period.parse(closing.previous.period)
        before = {
            row.criterion.pk: row for row in common_faults(past, EVERYWHERE, limit=FAULTS_BEFORE)
        }
    depth = len(branches[0].path) if branches else 0
    parts = faults_by_part(period, EVERYWHERE, keys, depth=depth) if depth else {}
    examples = _examples(period, keys, named=named)
    return tuple(
        FaultFacts(
            pk=row.criterion.pk,
            code=row.criterion.code,
            text=row.criterion.text,
            text_en=row.criterion.text_en,
            severity=row.criterion.severity,
            findings=row.findings,
            checks=row.checks,
            outlets=row.outlets,
            before=_frequency(before.get(row.criterion.pk), has_before=bool(before)),
            parts=_parts(row.criterion.pk, branches, parts),
            example=examples.get(row.criterion.pk),
        )
        for row in rows
    )


def _frequency(row: FaultRow | None, *, has_before: bool) -> tuple[int, int] | None:
    return (row.findings, row.checks) if row is not None and has_before else None


def _parts(
    criterion: int, branches: Sequence[UnitFacts], found: Mapping[tuple[int, str], int]
) -> tuple[PartFaults, ...]:
    return tuple(
        PartFaults(
            unit.code, unit.name, unit.path, found.get((criterion, unit.path), 0), unit.outlets
        )
        for unit in branches
    )


def _examples(period: Period, criteria: Iterable[int], *, named: bool) -> dict[int, Example]:
    """For each criterion what inspectors wrote most often of late, and where it was last seen.

    Notes of others are preferred to those of mystery shoppers, whose examples never say where or
    how they were found.
    """
    chosen = {key: pk for key in criteria if (pk := _usual(period, key)) is not None}
    wanted = Finding.objects.filter(pk__in=chosen.values()).values(
        "pk",
        "note",
        "channel",
        "unit_id",
        "unit__name",
        "unit__code",
        "inspection__inspector__name",
        "inspection__inspector_name",
    )
    rows = {row["pk"]: row for row in wanted}
    names = _names_at({row["unit_id"] for row in rows.values()})
    return {
        key: _example(rows[pk], names[rows[pk]["unit_id"]], named=named)
        for key, pk in chosen.items()
    }


def _usual(period: Period, criterion: int) -> int | None:
    """Key of the newest finding that says what is said most often; None where nothing is."""
    written = (
        Finding.objects.counted()
        .filter(
            criterion_id=criterion,
            inspected_on__gte=period.start,
            inspected_on__lt=period.end,
        )
        .exclude(note="")
        .order_by("-inspected_on", "-pk")
        .values_list("pk", "note")
    )
    rows = list(written.exclude(channel=Channel.MYSTERY)[:NOTES_READ])
    rows = rows or list(written[:NOTES_READ])
    if not rows:
        return None
    usual = Counter(note for _pk, note in rows).most_common(1)[0][0]
    return next(pk for pk, note in rows if note == usual)


def _names_at(units: set[int]) -> dict[int, set[str]]:
    """Names of those who have or had a post at each of ``units``."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Person.objects.filter(posts__unit_id__in=units).values_list("posts__unit_id", "name")
    for unit_id, name in rows:
        found[unit_id].add(name)
    return found


def _example(row: Mapping[str, Any], names: set[str], *, named: bool) -> Example:
    inspectors = (row["inspection__inspector__name"], row["inspection__inspector_name"])
    note = masked(row["note"], names | {name for name in inspectors if name})
    if row["channel"] == Channel.MYSTERY:
        return Example(note)
    told = (row["unit__name"], row["unit__code"]) if named else ("", "")
    return Example(note, row["channel"], *told)
