"""Reading the demonstration's data: the CSV files beside this module, as their cells stand."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hearth.kernel.rounding import parse_centi, parse_milli
from hearth.standards.domain.rulebook import CriterionRule, Rulebook
from hearth.standards.domain.syntax import split_list

Row = dict[str, str]

NAMES = (
    "standard",
    "criteria",
    "language",
    "finding_notes",
    "tendencies",
    "districts",
    "words",
    "accounts",
    "raters",
    "adjustments",
    "orders",
    "reports",
    "home_visits",
    "activities",
    "trips",
    "experience",
    "fixes",
    "measures",
    "tasks",
    "documents",
    "cases",
    "slogans",
)


def content_text(name: str) -> str:
    """One of the files (``NAMES``) as text, for an importer that reads CSV.

    Raises:
        KeyError: no such file.
    """
    if name not in NAMES:
        raise KeyError(name)
    return files("hearth.exchange.demo").joinpath(f"content/{name}.csv").read_text("utf-8")


@cache
def content_rows(name: str) -> tuple[Row, ...]:
    """The rows of one of the files (``NAMES``), every cell as text. Do not change them.

    Raises:
        KeyError: no such file.
    """
    return tuple(csv.DictReader(content_text(name).splitlines()))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of the ten dos and ten don'ts.

    ``kind`` is ``do`` or ``dont``; ``instead`` says what to say in place of a don't and is empty
    for a do.
    """

    code: str
    kind: str
    position: int
    scene: str
    text: str
    instead: str


def phrases(language: str = "zh") -> tuple[Phrase, ...]:
    """The service language in Chinese (``zh``) or English (``en``): dos first, each ten."""
    tail = "" if language == "zh" else "_en"
    return tuple(
        Phrase(
            code=row["code"],
            kind=row["kind"],
            position=int(row["position"]),
            scene=row[f"scene{tail}"],
            text=row[f"text{tail}"],
            instead=row[f"instead{tail}"],
        )
        for row in content_rows("language")
    )


@cache
def demo_rulebook() -> Rulebook:
    """The standard's rules as scoring understands them, without a database."""
    (about,) = content_rows("standard")
    rows = content_rows("criteria")
    return Rulebook(
        scheme=about["scheme"],
        base_milli=None,
        not_applicable=about["not_applicable"],
        pass_centi=parse_centi(about["pass_points"]),
        criteria=tuple(_rule(row) for row in rows),
        modules=tuple(dict.fromkeys(row["module"] for row in rows)),
        total_milli=parse_milli(about["total_points"]),
    )


def _rule(row: Row) -> CriterionRule:
    return CriterionRule(
        code=row["code"],
        module=row["module"],
        method=row["method"],
        points_milli=parse_milli(row["points"]),
        step_milli=_milli(row["step_points"]),
        max_lost_milli=_milli(row["max_lost"]),
        levels=int(row["levels"]) if row["levels"] else None,
        options=row["options"],
        bands=row["bands"],
        critical=row["critical"],
        gates=split_list(row["gates"]),
        channels=split_list(row["channels"]),
        unit_kinds=split_list(row["unit_kinds"]),
    )


def _milli(text: str) -> int | None:
    return parse_milli(text) if text else None
