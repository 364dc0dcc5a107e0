"""Invented staff: who works where, by the kind of outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.naming import UNUSUAL_NAMES, person_name

HEAD, SUPERVISOR, LOBBY, TELLER, TRAINEE = (
    "网点负责人",
    "运营主管",
    "大堂经理",
    "柜员",
    "见习柜员",
)
SERVICE = "服务管理员"

COLUMNS = (
    "staff_no",
    "name",
    "unit",
    "post",
    "basic_operations",
    "email",
    "phone",
    "joined_on",
    "left_on",
)

# Posts of each kind of outlet with the fewest and the most holders.
_AT_OUTLETS: dict[str, tuple[tuple[str, int, int], ...]] = {
    "旗舰网点": (
        (HEAD, 1, 1), (SUPERVISOR, 1, 1), (LOBBY, 2, 3), (TELLER, 8, 11), ("客户经理", 4, 5),
        ("理财经理", 2, 3),
    ),
    "综合网点": (
        (HEAD, 1, 1), (SUPERVISOR, 1, 1), (LOBBY, 1, 2), (TELLER, 6, 8), ("客户经理", 2, 3),
        ("理财经理", 1, 1),
    ),
    "社区网点": (
        (HEAD, 1, 1), (SUPERVISOR, 1, 1), (LOBBY, 1, 1), (TELLER, 4, 6), ("客户经理", 1, 2),
    ),
    "乡镇网点": (
        (HEAD, 1, 1), (SUPERVISOR, 1, 1), (LOBBY, 1, 1), (TELLER, 4, 6), ("客户经理", 2, 3),
    ),
}  # fmt: skip
_IN_OFFICES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "province": (
        ("省行领导", 4, 4), (SERVICE, 8, 8), ("渠道管理", 10, 10), ("运营管理", 16, 16),
        ("消费者权益保护", 8, 8), ("综合事务", 14, 14),
    ),
    "branch": (
        ("分行领导", 3, 4), (SERVICE, 1, 2), ("渠道管理", 3, 5), ("运营管理", 6, 9),
        ("消费者权益保护", 2, 3), ("综合事务", 5, 7),
    ),
    "subbranch": (("支行领导", 2, 3), (SERVICE, 1, 1), ("综合事务", 2, 4)),
}  # fmt: skip

# The first programme tested 5,227 basic operations staff in 797 outlets.
_TESTED, _OF_OUTLETS = 5227, 797
_FIRST_NUMBER = 9_000_001


def invent_people(units: Sequence[Row], *, today: date, seed: str | int) -> tuple[Row, ...]:
    """The staff of every unit open on ``today``, and a few who left in the year before it.

    Supervisors and tellers are the basic operations staff whom every knowledge test must cover;
    the newest tellers are trainees and not yet among them, so that the population is in the same
    proportion to the outlets as in the first programme.

    Args:
        units: rows of kind ``units``; a moved unit's last row decides nothing here.
        today: last day of the demonstration.
        seed: as for the network.
    """
    open_units = {row["code"]: row for row in units if not _is_closed(row, today)}
    people = [row for unit in open_units.values() for row in _of_unit(unit, today, seed)]
    outlets = sum(1 for row in open_units.values() if row["level"] == "outlet")
    _make_trainees(people, outlets, today)
    for number, row in enumerate(people):
        row["staff_no"] = str(_FIRST_NUMBER + number)
        if row["post"] in (HEAD, SERVICE):
            row["email"] = f"{row['staff_no']}@staff.example"
            row["phone"] = f"1000000{number % 10_000:04d}"
    _name_some(people, open_units, seed)
    return tuple(people)


def _is_closed(unit: Row, today: date) -> bool:
    return bool(unit["closed_on"]) and unit["closed_on"] <= str(today)


def _of_unit(unit: Row, today: date, seed: str | int) -> Iterator[Row]:
    chance = Chance(seed, "staff", unit["code"])
    posts = _AT_OUTLETS[unit["kind"]] if unit["level"] == "outlet" else _IN_OFFICES[unit["level"]]
    for post, fewest, most in posts:
        for _ in range(fewest + chance.below(most - fewest + 1)):
            yield _person(unit, post, chance, today)
    if chance.random() < 0.15:
        yield _person(unit, posts[-1][0], chance, today) | {
            "left_on": str(today - timedelta(days=1 + chance.below(360)))
        }


def _person(unit: Row, post: str, chance: Chance, today: date) -> Row:
    years = (chance.random() + chance.random()) * 17 + (8 if post == HEAD else 1.2)
    return dict.fromkeys(COLUMNS, "") | {
        "name": person_name(chance),
        "unit": unit["code"],
        "post": post,
        "basic_operations": "y" if post in (SUPERVISOR, TELLER) else "n",
        "joined_on": str(today - timedelta(days=int(years * 365))),
    }


def _make_trainees(people: list[Row], outlets: int, today: date) -> None:
    """The newest tellers leave the population until it has its proportion to the outlets."""
    goal = (_TESTED * outlets + _OF_OUTLETS // 2) // _OF_OUTLETS
    surplus = sum(1 for row in people if row["basic_operations"] == "y") - goal
    tellers = [row for row in people if row["post"] == TELLER]
    newest = sorted(tellers, key=lambda row: (row["joined_on"], row["unit"]), reverse=True)
    for place, row in enumerate(newest[: max(0, surplus)]):
        joined = today - timedelta(days=40 + place % 320)
        row |= {"post": TRAINEE, "basic_operations": "n", "joined_on": str(joined)}


def _name_some(people: list[Row], units: dict[str, Row], seed: str | int) -> None:
    """Names that a system must survive, and the names of the demonstration's accounts."""
    tellers = [row for row in people if row["post"] == TELLER]
    for row, name in zip(Chance(seed, "unusual").shuffled(tellers), UNUSUAL_NAMES, strict=False):
        row["name"] = name
    for account in content_rows("accounts"):
        if account["post"]:
            seat_of(account, people, units)["name"] = account["name"]


def seat_of(account: Row, people: Sequence[Row], units: dict[str, Row]) -> Row:
    """The person whose account it is: the first with its post, preferring the largest outlet.

    Args:
        account: a row of ``content/accounts.csv`` with a post.
        people: rows of kind ``people``.
        units: rows of kind ``units`` by code.

    Raises:
        StopIteration: the network has no such post.
    """
    at = [
        row
        for row in people
        if row["post"] == account["post"]
        and not row["left_on"]
        and units[row["unit"]]["level"] == account["at"]
    ]
    flagships = [row for row in at if units[row["unit"]]["kind"] == "旗舰网点"]
    return next(iter(flagships or at))
