"""Invented volume for the measurements: a network, a standard, and checks with their marks.

Everything is drawn from a seed, so that two runs measure the same bytes. A fault is about as
frequent as in the programme's own bulletins: six marks in a hundred are not met, with a note.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

BRANCHES = 13
STANDARD, EDITION = "BENCH", "1"
NOTES = (
    "叫号机旁的地面有水渍，未设提示牌",
    "客户等候超过十分钟，无人引导分流",
    "便民设施箱内老花镜缺少一副",
    "柜台外宣传折页为上季度版本",
    "自助设备区一台停用，未张贴说明",
    "大堂经理离岗，未见接替人员",
)


def make_network(outlets: int, branches: int = BRANCHES) -> list[list[str]]:
    """Store a province with branches and outlets; codes of the outlets, by branch."""
    from hearth.network.actors import operator
    from hearth.network.services.rows import UnitRow
    from hearth.network.services.units import apply_units

    rows = [UnitRow("P", None, None, {"name": "示范省分行", "level": "province"})]
    codes: list[list[str]] = []
    for number in range(branches):
        branch = f"B{number:02d}"
        rows.append(UnitRow(branch, "P", None, {"name": f"第{number}分行", "level": "branch"}))
        codes.append([f"O{place:05d}" for place in range(number, outlets, branches)])
        for code in codes[-1]:
            rows.append(UnitRow(code, branch, None, {"name": f"支行{code[1:]}", "level": "outlet"}))
    apply_units(operator("bench"), rows)
    return codes


def make_standard(criteria: int, modules: int = 9) -> list[str]:
    """Store and publish an edition; codes of its criteria.

    Seven in ten criteria are all or nothing, the others lose points by the occurrence; one in
    twenty is a gate or critical, as in a real standard.
    """
    from hearth.network.actors import operator
    from hearth.standards.queries import CriterionContent, EditionContent, ModuleContent
    from hearth.standards.services import publish_edition, save_draft_edition

    codes = [f"{number % modules + 1}.{number // modules + 1}" for number in range(criteria)]
    rules = []
    for number, code in enumerate(codes):
        deducts = number % 10 >= 7
        rules.append(
            CriterionContent(
                f"M{number % modules + 1}",
                code,
                f"第{number}项要求",
                "deduct" if deducts else "pass_fail",
                2000,
                step_milli=500 if deducts else None,
                critical="cap:60" if number == 19 else "none",
                gates=(codes[number + 1],) if number % 40 == 20 and number + 1 < criteria else (),
            )
        )
    content = EditionContent(
        standard=STANDARD,
        title="测量用标准",
        edition=EDITION,
        effective_from="2020-01-01",
        modules=tuple(ModuleContent(f"M{n}", f"第{n}模块") for n in range(1, modules + 1)),
        criteria=tuple(rules),
    )
    edition = save_draft_edition(actor=operator("bench"), content=content)
    publish_edition(actor=operator("bench2"), edition_id=edition.pk, version=edition.version)
    return codes


def checks_of(
    outlets: Sequence[str], days: int, *, start: date = date(2026, 4, 1)
) -> Iterator[tuple[str, str, datetime]]:
    """One check a day of each outlet: outside id, outlet, instant."""
    for day in range(days):
        for number, outlet in enumerate(outlets):
            at = datetime(start.year, start.month, start.day, 1, tzinfo=UTC)
            at += timedelta(days=day, minutes=number % 400)
            yield f"{outlet}-{day:03d}", outlet, at


def marks_of(
    checks: Sequence[tuple[str, str, datetime]], criteria: Sequence[str], seed: int
) -> Iterator[tuple[Any, ...]]:
    """A row a criterion of every check, met ones included."""
    chance = random.Random(seed)
    for inspection, _outlet, _at in checks:
        for number, criterion in enumerate(criteria):
            draw = chance.random()
            if draw < 0.92:
                yield inspection, criterion, "met", "", ""
            elif draw < 0.98:
                value = str(chance.randint(1, 3)) if number % 10 >= 7 else ""
                yield inspection, criterion, "not_met", value, chance.choice(NOTES)
            elif draw < 0.99:
                yield inspection, criterion, "not_applicable", "", ""
            else:
                yield inspection, criterion, "not_observable", "", ""


def write_checks(
    file: Path,
    checks: Sequence[tuple[str, str, datetime]],
    criteria: Sequence[str],
    seed: int,
) -> int:
    """Write checks and marks as the workbook that ``hearth import inspections`` takes.

    Returns:
        The number of rows of marks.
    """
    from django.utils import timezone

    from hearth.exchange.inspections import INSPECTIONS, MARKS
    from hearth.platform.spreadsheets import Table, write_xlsx

    heads = (
        (inspection, "video", outlet, STANDARD, EDITION, at, "视频检查员", True, "met")
        for inspection, outlet, at in checks
    )
    tables = [
        Table("inspections", INSPECTIONS.columns, heads),
        Table("marks", MARKS.columns, marks_of(checks, criteria, seed)),
    ]
    zone = timezone.get_default_timezone()
    return write_xlsx(file, tables, zone=zone, labels=False, bulk=True) - len(checks)
