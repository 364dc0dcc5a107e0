"""Signs with their work orders, facilities and cold outlets of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row
from hearth.exchange.demo.ledgers import PUBLISHED, Ground, Year, working_days

SIGNS = {"lightbox": "LB", "lintel": "LT", "nameplate": "NP"}
REPLACED, REPAIRED, COLD = 123, 180, 55
_REQUIRED = (
    "ramp", "reading_glasses", "drinking_water", "courtesy_seats", "courtesy_counter",
    "phone_charger", "call_button", "magnifier", "first_aid_kit", "umbrella",
)  # fmt: skip
_MORE = ("wheelchair", "low_counter", "accessible_toilet", "defibrillator", "blood_pressure")
_HAVE = 0.935  # of what is required
_CONTRACTORS = ("辽安标识工程队", "恒亮照明维修部", "远景广告装饰公司", "北方机电安装公司")


def invent_signs(ground: Ground, year: Year, hanging: Sequence[Row] = ()) -> dict[str, list[Row]]:
    """Signs, and a year's work on them: all cleaned, some repaired, some replaced.

    ``hanging`` are the signs that the year before left; outlets without any get new ones.
    """
    chance = Chance(ground.seed, "signs", year.year)
    here = {outlet["code"] for outlet in ground.outlets}
    signs = [dict(sign) for sign in hanging if sign["unit"] in here]
    bare = here - {sign["unit"] for sign in signs}
    soon = str(year.early - timedelta(days=10))  # too new to have been cleaned
    bought = [o for o in ground.outlets if o["code"] in bare and (o["opened_on"] or "") < soon]
    signs += [_sign(outlet, kind, chance) for outlet in bought for kind in SIGNS]
    old = [sign for sign in signs if sign["installed_on"] < str(year.start)]
    order = Chance(ground.seed, "worked on", year.year).shuffled(old)
    replaced = order[: ground.scaled(REPLACED)]
    repaired = order[len(replaced) : len(replaced) + ground.scaled(REPAIRED)]
    days = working_days(year.start + timedelta(days=20), year.early - timedelta(days=12))
    work = _Work(year, days, chance)
    exchanges = [work.order(sign, "replace", 60_000 + chance.below(400_000)) for sign in replaced]
    repairs = [work.order(sign, "repair", 8_000 + chance.below(60_000)) for sign in repaired]
    new = [_successor(sign, order) for sign, order in zip(replaced, exchanges, strict=True)]
    last = _Work(year, working_days(year.early - timedelta(days=9), year.early), chance)
    cleaned = [last.order(sign, "clean", 0) for sign in still_hanging(signs + new)]
    return {"signs": signs + new, "work_orders": exchanges + repairs + cleaned}


def still_hanging(signs: Sequence[Row]) -> list[Row]:
    """Those that were not taken down."""
    return [sign for sign in signs if not sign["retired_on"]]


def _sign(outlet: Row, kind: str, chance: Chance) -> Row:
    hung = date(2012 + chance.below(8), 1 + chance.below(12), 1 + chance.below(28))
    return {
        "sign_no": f"{outlet['code']}-{SIGNS[kind]}1",
        "unit": outlet["code"],
        "kind": kind,
        "installed_on": max(str(hung), outlet["opened_on"] or ""),
        "retired_on": "",
    }


def _successor(sign: Row, order: Row) -> Row:
    """The sign that took the place of another, which is taken down on the same day."""
    sign["retired_on"] = order["done_on"]
    stem, mark = sign["sign_no"][:-1], sign["sign_no"][-1]
    number = f"{stem}{int(mark) + 1}"
    return sign | {"sign_no": number, "installed_on": order["done_on"], "retired_on": ""}


class _Work:
    """Numbers and dates work orders of one year."""

    def __init__(self, year: Year, days: list[date], chance: Chance) -> None:
        self.year, self.days, self.chance = year.year, days, chance

    def order(self, sign: Row, kind: str, cost_fen: int) -> Row:
        done = self.chance.pick(self.days)
        begun = done - timedelta(days=0 if kind == "clean" else 2 + self.chance.below(10))
        return {
            "order_no": f"{self.year}-{kind}-{sign['sign_no']}",
            "unit": sign["unit"],
            "kind": kind,
            "sign_no": sign["sign_no"],
            "opened_on": str(begun),
            "done_on": str(done),
            "cost_fen": str(cost_fen) if cost_fen else "",
            "contractor": self.chance.pick(_CONTRACTORS) if cost_fen else "",
        }


def invent_facilities(ground: Ground, year: Year) -> Iterator[Row]:
    """One look at each facility of each outlet: what is required, and some of what is more."""
    days = working_days(year.start + timedelta(days=60), year.until)
    for outlet in ground.outlets:
        chance = Chance(ground.seed, "facilities", year.year, outlet["code"])
        seen = str(chance.pick(days))
        for facility in (*_REQUIRED, *_MORE):
            is_required = facility in _REQUIRED
            have = _HAVE if is_required else 0.3
            yield {
                "unit": outlet["code"],
                "facility": facility,
                "required": "y" if is_required else "n",
                "present": "y" if chance.random() < have else "n",
                "checked_on": seen,
            }


def invent_watchlist(ground: Ground, year: Year) -> Iterator[Row]:
    """Cold outlets: those listed on the year's day, and some that left before.

    Those of the first year left in the winter after it; those of the present year are still there.
    """
    chance = Chance(ground.seed, "cold", year.year)
    listed = ground.scaled(COLD)
    for number, outlet in enumerate(ground.some("cold", COLD + 18)):
        entered = date(year.year - 1, 12, 1) + timedelta(days=chance.below(70))
        is_left = number >= listed
        spring, autumn = date(year.year, 3, 20), date(year.year, 11, 1)
        left = (spring if is_left else autumn) + timedelta(days=chance.below(60))
        measure = chance.pick(("增设空调", "线路改造", "更换门帘与密封", "增设暖风幕"))
        yield {
            "list": "cold",
            "unit": outlet["code"],
            "entered_on": str(entered),
            "reason": "营业时间室温连续低于18℃",
            "measure": measure,
            "stage": "observed" if is_left else chance.pick(("planned", "under_way", "observed")),
            "left_on": str(left) if is_left or year == PUBLISHED else "",
        }
