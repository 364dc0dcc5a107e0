"""The ledgers of the demonstration: what the programme of 2021 did, record by record.

The totals that the programme published (``Year``) are the goal; the records that come to them are
invented, dated and spread over outlets, so that every figure is counted and none is stored. A
network of another size gets its proportion. The present year goes on at a like pace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hearth.exchange.demo.chance import SEED, Chance, apportion
from hearth.exchange.demo.content import Row
from hearth.exchange.demo.days import is_working_day
from hearth.exchange.demo.network import InventedNetwork

OUTLETS = 797
"""Outlets of the network whose totals are the goal."""


@dataclass(frozen=True, slots=True)
class Year:
    """What one year of the programme is to come to, by its last day.

    Attributes:
        year: which.
        early: up to this day premises, specialities, experience and training are counted.
        until: up to this day all else is.
        sessions: of activities by kind.
        persons: attendances by kind, where the kind counts them.
    """

    year: int
    early: date
    until: date
    sessions: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 1, 1)

    def last_day(self, kind: str) -> date:
        """Day by which the sessions of a kind have been held."""
        return self.early if kind in self.persons else self.until


PUBLISHED = Year(
    2021,
    date(2021, 6, 15),
    date(2021, 6, 22),
    {
        "home_visit": 2821,
        "lecture": 974,
        "customer_event": 496,
        "mobile_service": 1409,
        "customer_experience": 374,
        "staff_experience": 370,
        "training": 341,
    },
    {"customer_experience": 6946, "staff_experience": 3503, "training": 9594},
)
"""The programme of 2021 as a newspaper reported it (docs/demo.md)."""


def present_year(today: date) -> Year | None:
    """The year of ``today`` at the pace of 2021, up to the day before; None at its beginning."""
    until = today - timedelta(days=1)
    if until.year <= PUBLISHED.year or until < date(until.year, 2, 1):
        return None
    pace = (until - date(until.year, 1, 1)).days / (PUBLISHED.until - PUBLISHED.start).days

    def grown(totals: dict[str, int]) -> dict[str, int]:
        return {kind: round(1.04 * pace * n) for kind, n in totals.items()}

    return Year(until.year, until, until, grown(PUBLISHED.sessions), grown(PUBLISHED.persons))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the ledgers are invented over.

    Attributes:
        outlets: rows of the outlets that are open on ``day``.
        people: rows of the staff in post on that day.
        share: size of the network, as a share of the one whose totals are the goal.
        seed: of all chance.
        day: the day.
    """

    outlets: Sequence[Row]
    people: Sequence[Row]
    share: float
    seed: str
    day: date

    def scaled(self, total: int) -> int:
        """A published total in proportion to this network; at least one."""
        return max(1, round(total * self.share))

    def some(self, what: str, total: int) -> list[Row]:
        """So many different outlets, in proportion; all where there are fewer."""
        return Chance(self.seed, what).shuffled(list(self.outlets))[: self.scaled(total)]


def ground_of(network: InventedNetwork, day: date, seed: str = SEED) -> Ground:
    """The network's outlets and staff of one day."""
    latest = {row["code"]: row for row in network.units}
    outlets = [
        row
        for row in latest.values()
        if row["level"] == "outlet"
        and (row["opened_on"] or "") <= str(day)
        and not (row["closed_on"] and row["closed_on"] <= str(day))
    ]
    people = [
        row
        for row in network.people
        if row["joined_on"] <= str(day) and not (row["left_on"] and row["left_on"] <= str(day))
    ]
    return Ground(outlets, people, len(outlets) / OUTLETS, seed, day)


def working_days(first: date, last: date) -> list[date]:
    """Working days from ``first`` to ``last``, both included; the last one at least."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)] or [last]


_TITLES: dict[str, tuple[str, ...]] = {
    "home_visit": ("上门开户", "上门激活社保卡", "上门重置密码", "上门核实身份"),
    "lecture": ("防范电信网络诈骗", "识别假币", "用好手机银行", "守护养老钱", "征信知识进社区"),
    "customer_event": ("老年客户茶话会", "亲子财商课", "社区邻里日", "重阳敬老活动"),
    "mobile_service": ("移动服务进社区", "移动服务进校园", "移动服务进企业", "移动服务进乡村"),
    "customer_experience": ("客户体验日", "请您来挑刺", "适老服务体验"),
    "staff_experience": ("我作客户我体验", "走进同业网点", "换位体验"),
    "training": ("手语培训", "适老服务培训", "特殊群体服务培训", "服务礼仪培训", "业务技能培训"),
}
_AUDIENCES = ("社区居民", "老年客户", "企业员工", "在校学生", "农户", "商户")


def invent_activities(ground: Ground, year: Year) -> Iterator[Row]:
    """Rows of kind ``activities`` that come to the year's sessions and persons by its days."""
    for kind, total in year.sessions.items():
        chance = Chance(ground.seed, "activities", year.year, kind)
        sessions = ground.scaled(total)
        persons = _persons(ground, year, kind, sessions, chance)
        days = working_days(year.start + timedelta(days=9), year.last_day(kind))
        for number in range(sessions):
            outlet = chance.pick(ground.outlets)
            day, hour = days[number * len(days) // sessions], 9 + chance.below(7)
            yield {
                "activity": f"{year.year}-{kind}-{number + 1:04d}",
                "kind": kind,
                "unit": outlet["code"],
                "started_at": f"{day} {hour:02d}:{chance.pick(('00', '15', '30'))}",
                "ended_at": f"{day} {hour + 1:02d}:45",
                "title": chance.pick(_TITLES[kind]),
                "audience": "" if kind in _OF_STAFF else chance.pick(_AUDIENCES),
                "persons": str(persons[number]) if persons else "",
                "place": outlet["name"],
                "note": "",
            }


_OF_STAFF = frozenset({"training", "staff_experience"})


def _persons(ground: Ground, year: Year, kind: str, sessions: int, chance: Chance) -> list[int]:
    """How many came to each session; nothing where the kind does not count them."""
    if kind not in year.persons:
        return []
    total = max(ground.scaled(year.persons[kind]), 3 * sessions)
    return apportion(total, [0.5 + chance.random() for _ in range(sessions)], least=3)


# --- what outlets offer -------------------------------------------------------------------------

FEATURES = (
    "nursing_room", "child_care", "reading_corner", "tea", "government_services",
    "social_security", "tax_services", "housing_fund", "utilities", "sign_language", "dialect",
    "foreign_languages", "green_channel", "health_check", "first_aid", "coffee", "red_library",
    "farm_products", "pet_parking", "charging",
)  # fmt: skip
_SERVICES = "饮水;座椅;报刊;手机充电;雨具;老花镜;微波炉"


def invent_offers(ground: Ground, year: Year, known: frozenset[str]) -> dict[str, list[Row]]:
    """Special services, specialities, stations and the ability to make home visits.

    ``known`` are the outlets of which the year before told; what they offer goes on.
    """
    if known:
        fresh = [outlet for outlet in ground.outlets if outlet["code"] not in known]
        return {"home_visit_capability": list(_capable(replace(ground, outlets=fresh), year))}
    chance = Chance(ground.seed, "offers")
    begun = working_days(date(year.year - 1, 3, 1), year.early)

    def since(outlet: Row) -> str:
        return max(str(chance.pick(begun)), outlet["opened_on"] or "")

    specialised = ground.some("specialities", 59)
    kinds = ("inclusive_finance", "international", "rural")
    return {
        "features": [
            {"unit": outlet["code"], "feature": feature, "since": since(outlet)}
            for feature in FEATURES
            for outlet in ground.some(f"feature {feature}", 20 + chance.below(60))
        ],
        "specialities": [
            {"unit": o["code"], "speciality": kinds[n % len(kinds)], "since": since(o)}
            for n, o in enumerate(specialised)
        ],
        "stations": [
            {"unit": o["code"], "since": since(o), "services": _SERVICES}
            for o in ground.some("stations", 116)
        ],
        "home_visit_capability": list(_capable(ground, year)),
    }


def _capable(ground: Ground, year: Year) -> Iterator[Row]:
    """Every outlet, with two of its people where it has as many."""
    at: dict[str, list[Row]] = {}
    for person in ground.people:
        at.setdefault(person["unit"], []).append(person)
    anyone = ground.people[0]
    for number, outlet in enumerate(ground.outlets):
        first, *rest = at.get(outlet["code"]) or [anyone]
        yield {
            "unit": outlet["code"],
            "since": max(str(date(year.year, 1, 4)), outlet["opened_on"] or ""),
            "staff": first["staff_no"],
            "second": rest[0]["staff_no"] if rest else "",
            "device": f"PAD-{number + 1:04d}",
        }
