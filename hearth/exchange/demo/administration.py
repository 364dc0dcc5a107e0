"""Accounts, scoring policy and adjustments of the demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.exchange.demo.chance import SEED, Chance
from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.network import ROOT, InventedNetwork
from hearth.exchange.demo.quality import Outlet, Qualities, Standing, outlets_of
from hearth.exchange.demo.staff import seat_of
from hearth.kernel.periods import Period

PROPOSED_BY, APPROVED_BY = "manager", "approver"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that the sign-in page offers.

    Attributes:
        username: short, in Latin letters.
        role: key of ``network.roles.ROLES``.
        name: Chinese name.
        name_en: English name.
        unit: code of the unit where the role is granted.
        staff_no: of the person whose account it is; '' for those who are not on the staff list.
        sees: what there is to look at, in Chinese.
        sees_en: the same in English.
    """

    username: str
    role: str
    name: str
    name_en: str
    unit: str
    staff_no: str
    sees: str
    sees_en: str


def demo_accounts(network: InventedNetwork) -> tuple[DemoAccount, ...]:
    """One account for every role, and a second programme manager who approves."""
    units = {row["code"]: row for row in network.units}
    found = []
    for row in content_rows("accounts"):
        seat = seat_of(row, network.people, units) if row["post"] else None
        found.append(
            DemoAccount(
                username=row["username"],
                role=row["role"],
                name=row["name"],
                name_en=row["name_en"],
                unit=seat["unit"] if seat else ROOT,
                staff_no=seat["staff_no"] if seat else "",
                sees=row["sees"],
                sees_en=row["sees_en"],
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class DemoPolicy:
    """How channels become one score (SC-07, SC-08); fields as in ``scoring.Policy``.

    ``weights`` are whole points that sum to 100; scores are in hundredths.
    """

    name: str
    name_en: str
    effective_from: date
    weights: Mapping[str, int]
    minimum_coverage_percent: int
    bonus_cap_centi: int
    veto_cap_centi: int
    pass_centi: int
    proposed_by: str
    approved_by: str


def demo_policy(quarters: Sequence[str]) -> DemoPolicy:
    """The policy for ``quarters`` (oldest first), in force since the year of the first began."""
    first = Period.parse(quarters[0])
    return DemoPolicy(
        name="网点服务综合计分办法",
        name_en="Composite score of outlet service",
        effective_from=date(first.year, 1, 1),
        weights={"video": 30, "mystery": 40, "onsite": 30},
        minimum_coverage_percent=60,
        bonus_cap_centi=300,
        veto_cap_centi=6000,
        pass_centi=8500,
        proposed_by=PROPOSED_BY,
        approved_by=APPROVED_BY,
    )


def invent_adjustments(
    units: Sequence[Row],
    quarters: Sequence[str],
    *,
    today: date,
    seed: str | int = SEED,
    language: str = "zh",
) -> tuple[Row, ...]:
    """Bonuses and deductions, and one veto: rows of kind ``adjustments``, each with evidence.

    Bonuses go to outlets that are truly good, the others to poor ones, each outlet at most once.

    Args:
        units: rows of kind ``units``.
        quarters: keys, oldest first.
        today: nothing is decided on this day or after it.
        seed: as for the network and the checks.
        language: of reasons and evidence, ``zh`` or ``en``.
    """
    outlets = outlets_of(units)
    qualities = Qualities(sorted({o.branch for o in outlets}), len(quarters), seed)
    standing = {outlet: qualities.of(outlet) for outlet in outlets}
    ranked = sorted(outlets, key=lambda o: (_middle(standing[o]), o.code))
    quarter = max(1, len(ranked) // 4)
    pools = {"poor": ranked[:quarter], "good": ranked[-quarter:]}
    chance = Chance(seed, "adjustments")
    queues = {key: chance.shuffled(pool) for key, pool in sorted(pools.items())}
    rows = []
    for case in content_rows("adjustments"):
        number = int(case["quarter"]) - 1
        if number >= len(quarters):
            continue
        span = Period.parse(quarters[number])
        decided = span.start + timedelta(days=15 + chance.below(60))
        unit = _next_open(queues[case["standing"]], span)
        if unit is not None and decided < today:
            rows.append(_adjustment(case, unit, span.key, decided, language))
    return tuple(rows)


def _middle(standing: Standing) -> float:
    return sum(standing.steps) / len(standing.steps)


def _next_open(queue: list[Outlet], span: Period) -> Outlet | None:
    """Take the next outlet that was there all the time; None when there is none left."""
    for place, outlet in enumerate(queue):
        if outlet.is_open(span.start) and outlet.is_open(span.last_day):
            return queue.pop(place)
    return None


def _adjustment(case: Row, unit: Outlet, period: str, decided: date, language: str) -> Row:
    tail = "" if language == "zh" else "_en"
    return {
        "unit": unit.code,
        "period": period,
        "kind": case["kind"],
        "points": case["points"],
        "reason": case[f"reason{tail}"],
        "evidence": case[f"evidence{tail}"],
        "decided_on": str(decided),
    }
