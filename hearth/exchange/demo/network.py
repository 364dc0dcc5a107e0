"""An invented bank in real geography: units, and the moves, openings and closings among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from hearth.exchange.demo.chance import SEED, Chance, apportion
from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.days import demo_quarters
from hearth.exchange.demo.naming import outlet_words, street, town
from hearth.exchange.demo.staff import invent_people
from hearth.kernel.charts.geo import point_in_prefecture, prefecture_of_city
from hearth.kernel.periods import Period

BANK = "辽宁示范银行"
ROOT = "LS"
OUTLETS = 797
FEWEST_OUTLETS = 13  # one for each branch

FLAGSHIP, FULL, COMMUNITY, RURAL = "旗舰网点", "综合网点", "社区网点", "乡镇网点"
KINDS = {
    "urban": ((FLAGSHIP, 5), (FULL, 52), (COMMUNITY, 43)),
    "county": ((FULL, 34), (COMMUNITY, 16), (RURAL, 50)),
}

COLUMNS = (
    "code",
    "name",
    "level",
    "parent",
    "kind",
    "city",
    "district",
    "address",
    "longitude",
    "latitude",
    "phone",
    "opened_on",
    "closed_on",
    "valid_from",
)

_FOUNDED = date(1984, 1, 1)
_SUBBRANCHED = 3  # so many of the largest branches have sub-branches
_SMALLEST_SUBBRANCH = 4  # outlets
_CHANGED_PER_OUTLETS = 130  # for so many outlets one opens, one closes and one moves
_NEIGHBOURS = {
    "01": "03", "02": "09", "03": "01", "04": "01", "05": "04", "06": "13", "07": "10",
    "08": "06", "09": "01", "10": "07", "11": "01", "12": "06", "13": "06",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InventedNetwork:
    """Rows for the importer, every cell as text.

    Attributes:
        units: kind ``units``: parents before children, dated moves last.
        people: kind ``people``: the staff of today, and those who left this year.
    """

    units: tuple[Row, ...]
    people: tuple[Row, ...]


@dataclass(slots=True)
class _Place:
    """One district with what will stand there."""

    row: Row
    count: int
    chance: Chance
    branch: str
    parent: str = ""
    words: list[str] = field(default_factory=list)


def invent_network(
    outlets: int = OUTLETS, *, today: date, seed: str | int = SEED
) -> InventedNetwork:
    """A provincial bank with 13 branches and its staff, the same for the same arguments.

    In the quarters shown (``demo_quarters``) some outlets open, as many close, and some move, one
    of them to another branch. Outlets lie where people live: around the seat of their district, and
    always inside the outline of their prefecture.

    Args:
        outlets: how many are open on ``today``; closed ones come on top. Staff follows: about
            twelve for each.
        today: last day of the demonstration; nothing is dated after it.
        seed: another one gives another bank.

    Raises:
        ValueError: fewer than 13 outlets.
    """
    if outlets < FEWEST_OUTLETS:
        raise ValueError(f"a network needs at least {FEWEST_OUTLETS} outlets")
    changes = max(1, outlets // _CHANGED_PER_OUTLETS)
    places = _places(outlets + changes, seed)
    upper = [_root(), *_branches(), *_subbranches(places)]
    rows = [row for place in places for row in _outlets(place)]
    _number(rows)
    moves = _change(rows, upper, Chance(seed, "changes"), (changes, today))
    units = tuple(upper + rows + moves)
    return InventedNetwork(units, invent_people(units, today=today, seed=seed))


def _blank(**cells: str) -> Row:
    return dict.fromkeys(COLUMNS, "") | cells


def _root() -> Row:
    opened = str(_FOUNDED)
    return _blank(code=ROOT, name=BANK, level="province", opened_on=opened, valid_from=opened)


def _branch_codes() -> dict[str, Row]:
    """The first district row of each branch, by the branch's code."""
    found: dict[str, Row] = {}
    for row in content_rows("districts"):
        found.setdefault(ROOT + row["branch"], row)
    return found


def _branches() -> Iterator[Row]:
    opened = str(_FOUNDED)
    for code, row in _branch_codes().items():
        yield _blank(
            code=code,
            name=f"{row['city'].removesuffix('市')}示范分行",
            level="branch",
            parent=ROOT,
            city=row["city"],
            phone=f"{row['area_code']}-00009999",
            opened_on=opened,
            valid_from=opened,
        )


def _places(total: int, seed: str | int) -> list[_Place]:
    """Every district with its number of outlets, by the size of the city and of the district."""
    branches = _branch_codes()
    shares = apportion(total, [float(r["city_weight"]) for r in branches.values()], least=1)
    places = []
    for (branch, first), share in zip(branches.items(), shares, strict=True):
        rows = [r for r in content_rows("districts") if r["branch"] == first["branch"]]
        counts = apportion(share, [float(row["weight"]) for row in rows])
        for row, count in zip(rows, counts, strict=True):
            chance = Chance(seed, "district", row["city"], row["district"])
            places.append(_Place(row, count, chance, branch, branch))
    _name_outlets(places, seed)
    return places


def _name_outlets(places: list[_Place], seed: str | int) -> None:
    """Words for the outlets, different wherever the prefix is the same."""
    prefixes: dict[str, list[_Place]] = {}
    for place in places:
        prefixes.setdefault(place.row["prefix"], []).append(place)
    for prefix, owners in prefixes.items():
        words = outlet_words(Chance(seed, "words", prefix), sum(p.count for p in owners))
        for place in owners:
            place.words = [words.pop() for _ in range(place.count)]


def _subbranches(places: list[_Place]) -> Iterator[Row]:
    """Sub-branches of the largest branches; elsewhere outlets lie directly under the branch."""
    sizes: dict[str, int] = {}
    for place in places:
        sizes[place.branch] = sizes.get(place.branch, 0) + place.count
    largest = sorted(sizes, key=lambda code: (-sizes[code], code))[:_SUBBRANCHED]
    opened = str(_FOUNDED)
    for branch in sorted(largest):
        number = 0
        for place in places:
            if place.branch != branch or place.count < _SMALLEST_SUBBRANCH:
                continue
            number += 1
            place.parent = f"{branch}Z{number:02d}"
            yield _blank(
                code=place.parent,
                name=_subbranch_name(place.row),
                level="subbranch",
                parent=branch,
                city=place.row["city"],
                district=place.row["district"],
                phone=f"{place.row['area_code']}-0000{9000 + number}",
                opened_on=opened,
                valid_from=opened,
            )


def _subbranch_name(row: Row) -> str:
    if row["setting"] == "county":
        return f"{row['prefix']}管辖支行"
    district = row["district"].removesuffix("新区").removesuffix("区")
    return f"{row['prefix']}{district}管辖支行"


def _outlets(place: _Place) -> Iterator[Row]:
    row, chance = place.row, place.chance
    kinds = KINDS[row["setting"]]
    for word in place.words:
        kind = chance.weighted([k for k, _ in kinds], [w for _, w in kinds])
        longitude, latitude = _position(row, kind, chance)
        opened = _FOUNDED + timedelta(days=chance.below(365 * 34))
        yield _blank(
            name=f"{row['prefix']}{word}{_suffix(kind, chance)}",
            level="outlet",
            parent=place.parent,
            kind=kind,
            city=row["city"],
            district=row["district"],
            address=_address(row, kind, chance),
            longitude=longitude,
            latitude=latitude,
            phone=row["area_code"],
            opened_on=str(opened),
            valid_from=str(opened),
        )


def _suffix(kind: str, chance: Chance) -> str:
    small = {RURAL: 0.45, COMMUNITY: 0.15}.get(kind, 0.0)
    return "分理处" if chance.random() < small else "支行"


def _address(row: Row, kind: str, chance: Chance) -> str:
    place = town(chance) if kind == RURAL else ""
    return f"{row['city']}{row['district']}{place}{street(chance)}"


def _position(row: Row, kind: str, chance: Chance) -> tuple[str, str]:
    """Longitude and latitude: near the seat as a rule, farther out for rural outlets.

    A place outside the prefecture's outline is drawn again, nearer; the seat itself lies inside.
    """
    reach = 0.30 if kind == RURAL else 0.05 if row["setting"] == "county" else 0.07
    code = prefecture_of_city(row["city"])
    seat = float(row["longitude"]), float(row["latitude"])
    for attempt in range(40):
        far = reach * (1 - attempt / 40)
        longitude = round(seat[0] + 1.3 * far * _skewed(chance), 5)
        latitude = round(seat[1] + far * _skewed(chance), 5)
        if point_in_prefecture(longitude, latitude) == code:
            return f"{longitude:.5f}", f"{latitude:.5f}"
    return f"{seat[0]:.5f}", f"{seat[1]:.5f}"


def _skewed(chance: Chance) -> float:
    """From -1 to 1, crowded around 0."""
    sign = 1 if chance.random() < 0.5 else -1
    return sign * chance.random() * chance.random()


def _number(rows: list[Row]) -> None:
    """Codes and telephone numbers: no number in the country begins with 0000."""
    counts: dict[str, int] = {}
    for row in rows:
        branch = _branch_of(row)
        counts[branch] = counts.get(branch, 0) + 1
        row["code"] = f"{branch}{counts[branch]:04d}"
        row["phone"] = f"{row['phone']}-0000{counts[branch]:04d}"


def _change(
    rows: list[Row], upper: list[Row], chance: Chance, extent: tuple[int, date]
) -> list[Row]:
    """Date some openings and closings within the quarters shown; returns the moves as rows."""
    count, today = extent
    order = chance.shuffled([row for row in rows if row["kind"] != FLAGSHIP] or rows)
    for row in order[:count]:
        row["opened_on"] = row["valid_from"] = str(_change_day(chance, today))
    for row in order[count : 2 * count]:
        row["closed_on"] = str(_change_day(chance, today))
    rest = order[2 * count :]
    subbranches = {unit["code"] for unit in upper if unit["level"] == "subbranch"}
    far, near = rest[:1], [row for row in rest[1:] if row["parent"] in subbranches]
    moves = [row | {"parent": _other_branch(row)} for row in far]
    moves += [row | {"parent": _other_place(row, upper, chance)} for row in near[: count - 1]]
    return [row | {"valid_from": str(_change_day(chance, today))} for row in moves]


def _change_day(chance: Chance, today: date) -> date:
    """A day after the first quarter shown has begun and before ``today``."""
    first = Period.parse(demo_quarters(today)[0]).start + timedelta(days=20)
    return first + timedelta(days=chance.below((today - first).days))


def _branch_of(row: Row) -> str:
    return row["parent"][: len(ROOT) + 2]


def _other_branch(row: Row) -> str:
    """The branch of a neighbouring city."""
    return ROOT + _NEIGHBOURS[_branch_of(row).removeprefix(ROOT)]


def _other_place(row: Row, upper: list[Row], chance: Chance) -> str:
    """Another sub-branch of the outlet's branch, or the branch itself."""
    own = (unit["code"] for unit in upper if unit["code"].startswith(_branch_of(row)))
    return chance.pick([code for code in own if code != row["parent"]])
