"""Knowledge tests, the solicitation, awards and published ranks of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row
from hearth.exchange.demo.ledgers import Ground, Year, working_days

TESTED, SITTINGS = 5227, 22
NAMES, SLOGANS = 35, 37
_BRAND = product(
    ("暖心", "温情", "春风", "向阳", "贴心", "知心", "阳光"),
    ("驿站", "港湾", "厅堂", "服务", "伙伴"),
)
_SLOGAN = product(
    ("一声问候暖万家", "服务升一度", "用心多一点", "以微笑相迎", "把客户当亲人",
     "厅堂有温度", "服务无小事", "敬老从我做起"),
    ("真情到身边", "满意添十分", "幸福在眼前", "以真诚相伴", "让岁月更从容"),
)  # fmt: skip


def invent_tests(ground: Ground, year: Year) -> dict[str, list[Row]]:
    """Sittings branch by branch, and who sat them: all basic operations staff, and some more."""
    chance = Chance(ground.seed, "tests", year.year)
    branches = sorted({_branch(row["unit"]) for row in ground.people})
    served = {_branch(outlet["code"]) for outlet in ground.outlets}
    own = [branch for branch in branches if branch in served]
    days = working_days(date(year.year, 4, 12), year.until - timedelta(days=1))
    count = max(len(own), min(SITTINGS, round(SITTINGS * len(own) / 13)))
    sittings = [
        {
            "sitting": f"{year.year}-{number + 1:02d}",
            "branch": own[number % len(own)],
            "paper": f"{year.year} 服务升温工程知识测试",
            "held_on": str(days[-1] if number >= count - len(own) else chance.pick(days[:-1])),
        }
        for number in range(count)
    ]
    return {"sittings": sittings, "attempts": list(_attempts(ground, sittings, chance))}


def _branch(unit: str) -> str:
    """Code of the branch that a unit's code begins with: two letters and two digits."""
    return unit[:4]


def _attempts(ground: Ground, sittings: list[Row], chance: Chance) -> Iterator[Row]:
    by_branch: dict[str, list[Row]] = {}
    for sitting in sittings:
        by_branch.setdefault(sitting["branch"], []).append(sitting)
    here = [row for row in ground.people if _branch(row["unit"]) in by_branch]
    asked = [row for row in here if row["basic_operations"] == "y"]
    others = [row for row in here if row["basic_operations"] != "y"]
    goal = max(len(asked), ground.scaled(TESTED))
    for person in asked + chance.shuffled(others)[: goal - len(asked)]:
        offered = by_branch[_branch(person["unit"])]
        open_to = [one for one in offered if one["held_on"] >= person["joined_on"]] or offered[-1:]
        sitting = chance.pick(open_to)
        yield {
            "sitting": sitting["sitting"],
            "staff_no": person["staff_no"],
            "score": str(min(100, max(40, round(88 + 6 * chance.bell())))),
            "out_of": "100",
        }


def invent_voices(ground: Ground, year: Year, root: str) -> dict[str, list[Row]]:
    """One solicitation of names and slogans of the service brand."""
    chance = Chance(ground.seed, "voices", year.year)
    code = f"{year.year}-BRAND"
    opens, closes = date(year.year, 3, 1), date(year.year, 4, 30)
    days = working_days(opens, closes)
    names = ["".join(parts) for parts in _BRAND_TEXTS][: ground.scaled(NAMES)]
    slogans = ["，".join(parts) for parts in _SLOGAN_TEXTS][: ground.scaled(SLOGANS)]
    texts = [("name", text) for text in names] + [("slogan", text) for text in slogans]
    return {
        "solicitations": [
            {
                "solicitation": code,
                "title": "服务品牌名称和活动标语征集",
                "unit": root,
                "text": "面向全体员工征集服务品牌名称和活动标语。",
                "opens_on": str(opens),
                "closes_on": str(closes),
            }
        ],
        "entries": [
            {
                "solicitation": code,
                "entry": f"{code}-{number:03d}",
                "kind": kind,
                "text": text,
                "author": chance.pick(ground.people)["staff_no"],
                "submitted_at": f"{chance.pick(days)} {9 + chance.below(9):02d}:20",
            }
            for number, (kind, text) in enumerate(texts, start=1)
        ],
    }


_BRAND_TEXTS = tuple(_BRAND)
_SLOGAN_TEXTS = tuple(_SLOGAN)


def invent_awards(ground: Ground, year: Year) -> Iterator[Row]:
    """Outlets of distinction under the banking association's scheme, for three years each."""
    granted = date(year.year - 2, 12, 20)
    counts = (("top100", 2, ""), ("top1000", 4, ""), ("star", 17, "5"))
    chosen = iter(Chance(ground.seed, "awards", year.year).shuffled(list(ground.outlets)))
    for award, total, level in counts:
        for _number in range(ground.scaled(total)):
            outlet = next(chosen, None)
            if outlet is not None:
                yield {
                    "unit": outlet["code"],
                    "award": award,
                    "level": level,
                    "granted_on": str(granted),
                    "until": str(granted.replace(year=granted.year + 3)),
                }


def invent_ranks(year: Year, root: str) -> Iterator[Row]:
    """What the head office's mystery shopping said of the province: five places up in a year."""
    told = ((f"{year.year - 1}Q4", "14", "88.20"), (f"{year.year}Q1", "9", "90.05"))
    for period, rank, score in told:
        yield {
            "period": period,
            "unit": root,
            "channel": "head_office",
            "score": score,
            "rank": rank,
            "of": "37",
        }
