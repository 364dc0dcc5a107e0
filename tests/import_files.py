"""A valid file of any length for every import kind of formats.md, and the same with faults in it.

The world they are about is made by ``make_world``: the network of ``benchmarks.volume`` (outlets
O00000 …, branches B00 …), staff, and what each kind names. Everything counts up; nothing is random.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

Cells = tuple[object, ...]
SIGNS, SITTINGS, CRITERIA = 40, 5, 6
CHANNELS = ("head_office", "media", "video", "mystery")
FACILITIES = ("ramp", "reading_glasses", "drinking_water", "courtesy_seats", "wheelchair")
FEATURES = ("nursing_room", "reading_corner", "tea", "tax_services", "utilities")
LINES = ("inclusive_finance", "international", "rural", "elderly")
FIRST = date(2008, 1, 1)


@dataclass(frozen=True)
class World:
    """How large the world is that files name."""

    outlets: int
    people: int

    def outlet(self, n: int) -> str:
        return f"O{n % self.outlets:05d}"

    def person(self, n: int) -> str:
        return f"S{n % self.people:06d}"

    def branch(self, n: int) -> str:
        return f"B{n % 13:02d}"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns, its n-th valid row, and what is wrong with a row.

    Attributes:
        name: of the sheet and the file.
        columns: in the order of the rows.
        row: the cells of the n-th row.
        faults: pairs of a column and what is written into it; each such cell is wrong by itself.
            # stands for the number of the fault, BRANCH for the code of a branch,
            FUTURE for a day to come: rows that were the same word for word would be skipped.
        share: of the rows of a whole file.
        part: of this sheet's rows into which faults are planted, from and to: what is wrong with an
            inspection leaves nothing by which its marks could be judged.
    """

    name: str
    columns: str
    row: Callable[[World, int], Cells]
    faults: Sequence[tuple[str, str]]
    share: float = 1.0
    part: tuple[float, float] = (0.0, 1.0)

    @property
    def heads(self) -> list[str]:
        return self.columns.split()

    def rows(self, world: World, count: int) -> Iterator[list[object]]:
        return (list(self.row(world, n)) for n in range(count))


@dataclass(frozen=True)
class File:
    """The file of a kind.

    Attributes:
        kind: as in formats.md.
        sheets: of which the last one gets the faults that no other takes.
        most: rows that make sense where a kind cannot have 100,000; 0: as many as are wanted.
        why: the reason for ``most``.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    most: int = 0
    why: str = ""

    def counts(self, rows: int) -> list[int]:
        """Rows of each sheet where there are ``rows`` in all."""
        wanted = min(rows, self.most) if self.most else rows
        return [max(1, round(wanted * sheet.share)) for sheet in self.sheets]


def _day(n: int, step: int = 1) -> str:
    return (FIRST + timedelta(days=n * step)).isoformat()


def _unit(w: World, n: int) -> Cells:
    place = f"{41 + n % 900 / 1000:.6f}"
    city, phone = f"城市{n % 14}", f"024-{n:07d}"
    return (f"U{n:06d}", f"网点{n}", "outlet", w.branch(n), "综合型", city, "123.4", place, phone,
            "2009-05-18", "")  # fmt: skip


def _person(w: World, n: int) -> Cells:
    mail, phone = f"p{n}@example.com", f"138{n:08d}"
    return (f"N{n:06d}", f"员工{n}", w.outlet(n), ("柜员", "大堂经理")[n % 2], "yn"[n % 2], mail,
            phone, _day(n % 4000), "")  # fmt: skip


def _criterion(_w: World, n: int) -> Cells:
    method, step = (("pass_fail", ""), ("deduct", "0.5"))[n % 2]
    return (f"M{n % 9}", f"模块{n % 9}", f"C{n:06d}", f"第{n}项要求", method, "2", step, "none",
            "" if n % 40 else f"C{n + 1:06d}", "minor", "30")  # fmt: skip


def _mark(_w: World, n: int) -> Cells:
    verdict, note = (("met", ""), ("not_met", "地面有水渍"), ("not_observable", ""))[n % 3]
    return (f"I{n // 3:06d}", f"K{n % 3}", verdict, "", note)


def _work(w: World, n: int) -> Cells:
    is_on_sign = n % 2 == 0
    number = n % min(SIGNS, w.outlets)
    unit = w.outlet(number) if is_on_sign else w.outlet(n)
    opened = FIRST + timedelta(days=1 + n % 4000)
    return (f"W{n:06d}", unit, ("clean", "repair")[n % 2], f"G{number:05d}" if is_on_sign else "",
            "" if is_on_sign else FACILITIES[n % 5], opened, opened + timedelta(days=3), 128_000,
            "某某公司", "")  # fmt: skip


def _activity(w: World, n: int) -> Cells:
    day, kind = _day(n % 4000), ("lecture", "training", "customer_event")[n % 3]
    return (f"A{n:06d}", kind, w.outlet(n), f"{day} 14:00", f"{day} 15:30", f"活动{n}", "居民",
            20 + n % 50, "社区", w.person(n), "")  # fmt: skip


def _question(_w: World, n: int) -> Cells:
    kind, options, answer = (
        ("single", "A=先问好;B=先取号", "A"),
        ("multiple", "A=甲;B=乙;C=丙", "A;C"),
        ("true_false", "", "y"),
        ("blank", "", "微笑"),
    )[n % 4]
    return (f"Q{n:06d}", kind, f"第{n}题", options, answer, 2, "六个一", "")


def _spread(w: World, n: int, names: Sequence[str]) -> tuple[str, str, str, str]:
    """Outlet, name and a span of ten days, each once."""
    turn = n // w.outlets
    day = turn // len(names)
    return w.outlet(n), names[turn % len(names)], _day(day, 30), _day(day * 3 + 1, 10)


def _stay(w: World, n: int) -> Cells:
    turn = n // w.outlets
    return "cold", w.outlet(n), _day(turn, 20), "室温偏低", "", "listed", _day(2 * turn + 1, 10)


NO_UNIT = ("unit", "NOWHERE#")
NO_DAY = "2021-02-30"

FILES = (
    File("units", (Sheet(
        "units", "code name level parent kind city longitude latitude phone opened_on valid_from",
        _unit, (("level", "planet"), ("parent", "NOWHERE"), ("longitude", "200"), ("name", ""),
                ("opened_on", NO_DAY), ("latitude", "北"), ("valid_from", "soon"))),)),
    File("people", (Sheet(
        "people", "staff_no name unit post basic_operations email phone joined_on left_on",
        _person, (NO_UNIT, ("name", ""), ("basic_operations", "maybe"), ("joined_on", NO_DAY),
                  ("left_on", "1901-01-01"), ("post", ""))),)),
    File("standard", (
        Sheet("standard", "code title edition effective_from scheme",
              lambda _w, _n: ("VOLUME", "测量用标准", "1", "2020-01-01", "share"), (), 0.0),
        Sheet("criteria",
              "module module_title code text method points step_points critical gates severity"
              " due_days",
              _criterion, (("method", "guess"), ("points", "two"), ("critical", "sometimes"),
                           ("gates", "C999999"), ("severity", "grave"), ("text", ""),
                           ("due_days", "-1"), ("points", "0")))),
        10_000, "criteria of one standard"),
    File("inspections", (
        Sheet("inspections",
              "inspection channel unit standard edition inspected_at inspector ranked",
              lambda w, n: (f"I{n:06d}", "video", w.outlet(n), "SMALL", "1",
                            f"{_day(n % 2000 + 4400)} 10:00", "检查员", "y"),
              (NO_UNIT, ("channel", "smoke"), ("inspected_at", "noon"), ("edition", "9")),
              0.25, (0.0, 0.5)),
        Sheet("marks", "inspection criterion verdict value note", _mark,
              (("criterion", "NONE"), ("verdict", "perhaps"), ("inspection", "UNLISTED#")),
              0.75, (0.5, 1.0)))),
    File("adjustments", (Sheet(
        "adjustments", "unit period kind points reason evidence decided_on",
        lambda w, n: (w.outlet(n), "2021Q2", ("bonus", "deduction")[n % 2], "0.50", f"事由{n}", "",
                      "2021-05-01"),
        (NO_UNIT, ("period", "2021Q5"), ("kind", "gift"), ("points", "101"), ("points", ""),
         ("decided_on", NO_DAY), ("unit", "BRANCH"))),)),
    File("external_ranks", (Sheet(
        "external_ranks", "period unit channel score rank of",
        lambda w, n: (f"{2000 + n // w.outlets % 240 // 12}-{n // w.outlets % 12 + 1:02d}",
                      w.outlet(n), CHANNELS[n // w.outlets // 240 % 4], "94.10", n % 37 + 1, 37),
        (NO_UNIT, ("period", "soon"), ("channel", "smoke"), ("rank", "99"), ("score", "x"),
         ("of", ""))),)),
    File("signs", (Sheet(
        "signs", "sign_no unit kind installed_on retired_on",
        lambda w, n: (f"H{n:06d}", w.outlet(n), ("lightbox", "lintel")[n % 2], _day(n % 4000), ""),
        (NO_UNIT, ("kind", "flag"), ("installed_on", NO_DAY), ("retired_on", "1999-01-01"))),)),
    File("work_orders", (Sheet(
        "work_orders", "order_no unit kind sign_no facility opened_on done_on cost_fen contractor"
        " note",
        _work, (NO_UNIT, ("kind", "wish"), ("sign_no", "NONE"), ("facility", "pool#"),
                ("done_on", "1999-01-01"), ("cost_fen", "-1"), ("opened_on", NO_DAY))),)),
    File("facilities", (Sheet(
        "facilities", "unit facility required present checked_on",
        lambda w, n: (*_spread(w, n, FACILITIES)[:2], "y", "yn"[n % 2],
                      _spread(w, n, FACILITIES)[2]),
        (NO_UNIT, ("facility", "pool#"), ("present", "perhaps"), ("checked_on", "FUTURE"),
         ("required", "2"), ("unit", "BRANCH"))),)),
    File("readings", (Sheet(
        "readings", "unit sensor at celsius",
        lambda w, n: (w.outlet(n), f"T-{n % w.outlets:04d}",
                      f"2021-01-{n // w.outlets // 1440 % 28 + 1:02d} "
                      f"{n // w.outlets // 60 % 24:02d}:{n // w.outlets % 60:02d}",
                      f"{17 + n % 300 / 100:.2f}"),
        (NO_UNIT, ("sensor", ""), ("at", "noon"), ("celsius", "99"), ("at", "FUTURE 00:00"),
         ("celsius", "warm"))),)),
    File("watchlist", (Sheet(
        "watchlist", "list unit entered_on reason measure stage left_on", _stay,
        (NO_UNIT, ("list", "hot#"), ("entered_on", NO_DAY), ("reason", ""), ("stage", "gone"),
         ("left_on", "1999-01-01"))),)),
    File("activities", (Sheet(
        "activities", "activity kind unit started_at ended_at title audience persons place staff"
        " note",
        _activity, (NO_UNIT, ("kind", "party"), ("started_at", "gestern"), ("staff", "S999999"),
                    ("persons", "-3"), ("ended_at", "1999-01-01 10:00"))),)),
    File("features", (Sheet(
        "features", "unit feature since until", lambda w, n: _spread(w, n, FEATURES),
        (NO_UNIT, ("feature", "pool#"), ("since", NO_DAY), ("until", "1999-01-01"),
         ("unit", "BRANCH"))),)),
    File("specialities", (Sheet(
        "specialities", "unit speciality since until", lambda w, n: _spread(w, n, LINES),
        (NO_UNIT, ("speciality", "magic#"), ("since", ""), ("until", "1999-01-01"))),)),
    File("stations", (Sheet(
        "stations", "unit since until services",
        lambda w, n: (w.outlet(n), _day(n // w.outlets, 30), "", "座椅;饮水"),
        (NO_UNIT, ("since", NO_DAY), ("until", "1999-01-01"), ("unit", "BRANCH"))),)),
    File("awards", (Sheet(
        "awards", "unit award level granted_on until",
        lambda w, n: (w.outlet(n), ("top100", "top1000", "star")[n // w.outlets % 3], "5",
                      _day(n // w.outlets // 3, 30), ""),
        (NO_UNIT, ("award", "medal"), ("granted_on", NO_DAY), ("until", "1999-01-01"),
         ("unit", "BRANCH"))),)),
    File("questions", (Sheet(
        "questions", "question kind stem options answer points topic explanation", _question,
        (("kind", "riddle"), ("stem", ""), ("points", "many"), ("answer", ""), ("points", "101"),
         ("topic", "长" * 81))),)),
    File("sittings", (Sheet(
        "sittings", "sitting branch paper held_on",
        lambda w, n: (f"X{n:06d}", w.branch(n), "2021年试卷", _day(n % 4000)),
        (("branch", "NOWHERE"), ("paper", ""), ("held_on", NO_DAY))),)),
    File("attempts", (Sheet(
        "attempts", "sitting staff_no score out_of started_at ended_at",
        lambda w, n: (f"SIT{n // w.people}", w.person(n), 60 + n % 40, 100, "2021-04-12 09:00",
                      "2021-04-12 10:00"),
        (("sitting", "NONE#"), ("staff_no", "X#"), ("score", "101"), ("out_of", "0"),
         ("ended_at", "2021-04-12 08:00"), ("started_at", "nine"))),)),
    File("entries", (Sheet(
        "entries", "solicitation entry kind text author submitted_at",
        lambda w, n: ("BRAND", f"E{n:06d}", ("name", "slogan")[n % 2], f"温暖第{n}号", w.person(n),
                      f"{_day(n % 4000)} 09:30"),
        (("solicitation", "NONE#"), ("kind", "poem"), ("text", ""), ("author", "S999999"),
         ("submitted_at", "noon"))),)),
)  # fmt: skip


def make_world(outlets: int, people: int) -> World:
    """Store what the files name; the catalogues are there already."""
    from benchmarks.volume import make_network
    from hearth.network.actors import operator
    from hearth.network.services.people import apply_people
    from hearth.network.services.rows import PersonRow

    world = World(outlets, people)
    make_network(outlets)
    rows = [
        PersonRow(world.person(n), world.outlet(n), "柜员", {"name": f"职员{n}"})
        for n in range(people)
    ]
    apply_people(operator("volume"), rows)
    _make_records(world)
    _make_standard()
    return world


def _make_records(world: World) -> None:
    from hearth.learning.models import Sitting
    from hearth.network.models import Unit
    from hearth.premises.models import Sign
    from hearth.voices.models import Solicitation

    units = {unit.code: unit for unit in Unit.objects.all()}
    top, branch = units["P"], units["B00"]
    for n in range(min(SIGNS, world.outlets)):
        unit = units[world.outlet(n)]
        Sign.objects.create(sign_no=f"G{n:05d}", unit=unit, unit_path=unit.path, kind="lightbox")
    for n in range(SITTINGS):
        Sitting.objects.create(
            code=f"SIT{n}",
            unit=branch,
            unit_path=branch.path,
            paper="试卷",
            held_on=date(2021, 4, 12),
        )
    Solicitation.objects.create(
        code="BRAND", title="征名", unit=top, unit_path=top.path, opens_on=FIRST, closes_on=FIRST
    )


def _make_standard() -> None:
    from hearth.network.actors import operator
    from hearth.standards.queries import CriterionContent, EditionContent, ModuleContent
    from hearth.standards.services import publish_edition, save_draft_edition

    content = EditionContent(
        standard="SMALL",
        title="小标准",
        edition="1",
        effective_from="2008-01-01",
        modules=(ModuleContent("M", "模块"),),
        criteria=tuple(
            CriterionContent("M", f"K{n}", f"要求{n}", "pass_fail", 2000) for n in range(CRITERIA)
        ),
    )
    edition = save_draft_edition(actor=operator("volume"), content=content)
    publish_edition(actor=operator("other"), edition_id=edition.pk, version=edition.version)


Place = tuple[str, int, str]
"""Sheet, row and column of a planted fault."""


def write(file: File, world: World, rows: int, folder: Path) -> list[Path]:
    """Write the valid files of a kind: a CSV file for each sheet."""
    counts = file.counts(rows)
    return [
        _csv(folder, sheet, sheet.rows(world, count))
        for sheet, count in zip(file.sheets, counts, strict=True)
    ]


def write_faulty(
    file: File, world: World, rows: int, folder: Path, wanted: int = 50
) -> tuple[list[Path], dict[Place, str]]:
    """Write the same with faults spread over rows and columns.

    Returns:
        The files, and what was written into each place.
    """
    paths, planted = [], {}
    able = [sheet for sheet in file.sheets if sheet.faults]
    for sheet, count in zip(file.sheets, file.counts(rows), strict=True):
        share = wanted // len(able) if sheet in able else 0
        made = list(sheet.rows(world, count))
        for number, (column, text) in zip(
            range(share), itertools.cycle(sheet.faults) if sheet.faults else (), strict=False
        ):
            first, last = (round(count * end) for end in sheet.part)
            at = first + number * (last - first) // share
            text = text.replace("#", str(number)).replace("BRANCH", world.branch(number))
            text = text.replace("FUTURE", (date(2199, 1, 1) + timedelta(days=number)).isoformat())
            made[at][sheet.heads.index(column)] = text
            planted[f"{sheet.name}.csv", at + 2, column] = text
        paths.append(_csv(folder, sheet, made))
    return paths, planted


def _csv(folder: Path, sheet: Sheet, rows: Iterable[Sequence[object]]) -> Path:
    path = folder / f"{sheet.name}.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(sheet.heads)
        writer.writerows(rows)
    return path
