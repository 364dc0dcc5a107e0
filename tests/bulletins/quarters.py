"""Quarters to write bulletins about: by hand for the sentences, closed ones for the services."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hearth.bulletins.composition import compose
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
from hearth.bulletins.composition.wording import Language, plain
from hearth.bulletins.models import Bulletin
from hearth.bulletins.services import draft_bulletin
from hearth.kernel.periods import Period
from hearth.network.actors import operator
from hearth.network.scope import Actor
from hearth.scoring.models import Closing
from hearth.workflows.publication import approve_bulletin, propose_bulletin, publish_bulletin
from tests.factories import Tree, make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close
from tests.factories_standards import make_edition

QUARTER = Period.parse("2021Q2")
WRITER, SECOND = "writer", "second"

# --- by hand --------------------------------------------------------------------------------------


def unit(code: str, score: int | None, before: int | None = None, **more: Any) -> UnitFacts:
    """A ranked unit with an error of 0.3 points now and before; ``name`` follows the code."""
    group = more.pop("group_before", "middle")
    fields: dict[str, Any] = {
        "code": code,
        "name": f"{code}分行",
        "path": f"0001{code}",
        "score_centi": score,
        "rank": None if score is None else 1,
        "low_rank": None if score is None else 1,
        "high_rank": None if score is None else 3,
        "group": "" if score is None else "middle",
        "error": 0.3,
        "outlets": 1,
        "outlets_ranked": 1,
        "before": None if before is None else Before(before, 0.3, group),
    }
    return UnitFacts(**fields | more)


def fault(code: str = "A01", findings: int = 30, checks: int = 100, **more: Any) -> FaultFacts:
    """A criterion that failed in 30 of 100 checks at 12 outlets."""
    fields: dict[str, Any] = {
        "pk": 7,
        "code": code,
        "text": "招牌完好。",
        "text_en": "The sign is whole.",
        "severity": "major",
        "findings": findings,
        "checks": checks,
        "outlets": 12,
    }
    return FaultFacts(**fields | more)


def facts(**changes: Any) -> Facts:
    """A first quarter: 100 checks by video, three ranked outlets in two branches, one fault."""
    fields: dict[str, Any] = {
        "period": QUARTER,
        "revision": 1,
        "hashes": {"result_hash": "a" * 64},
        "tally": Tally(100, 40, 90),
        "policy": PolicyFacts("计分办法", 1, (("video", "100"),), 60, 8500),
        "means_centi": {"branch": 9000, "outlet": 9000},
        "editions": (EditionFacts(1, "服务标准", "Service standard", "2021"),),
        "channels": (ChannelFacts("video", {"zh": "视频", "en": "Video"}, 100, 3, 9000, None),),
        "root": unit("P", 9000, name="省分行", path="0001", outlets=3),
        "branches": (unit("E", 9200), unit("W", 8800)),
        "outlets": (
            unit("E1", 9300, branch="E分行"),
            unit("E2", 9100, branch="E分行"),
            unit("W1", 8800, branch="W分行"),
        ),
        "modules": (ModuleFacts("A", "环境", "Outside", 8800, None),),
        "faults": (fault(),),
    }
    return Facts(**fields | changes)


def with_before(found: Facts, **changes: Any) -> Facts:
    """The same with the quarter before in which 90 checks found 60 faults."""
    fields: dict[str, Any] = {
        "previous": "2021Q1",
        "tally_before": Tally(90, 50, 60),
        "comparable": True,
    }
    return replace(found, **fields | changes)


def said(found: Facts, section: str, language: Language = "en") -> list[str]:
    """The paragraphs of one section, charts and tables left out."""
    parts = compose(found)[language]["sections"]
    blocks = next(part["blocks"] for part in parts if part["key"] == section)
    return [plain(block["runs"]) for block in blocks if "runs" in block]


def parts(found: Facts, section: str, kind: str, language: Language = "en") -> list[dict[str, Any]]:
    """The tables or charts of one section."""
    sections = compose(found)[language]["sections"]
    blocks = next(part["blocks"] for part in sections if part["key"] == section)
    return [block for block in blocks if block["kind"] == kind]


def example(**more: Any) -> Example:
    """A note without a place."""
    return Example("招牌缺一个笔画。", **more)


def part(code: str, findings: int, outlets: int = 10) -> PartFaults:
    """How often a fault was found in one branch."""
    return PartFaults(code, f"{code}分行", f"0001{code}", findings, outlets)


# --- closed ---------------------------------------------------------------------------------------


def closed_quarter(*, before: bool = False) -> tuple[Tree, Closing]:
    """2021Q2 closed over ten video checks, two an outlet; with 2021Q1 when ``before``.

    In both quarters the signs of the west are broken; in the second those of E1 as well.
    """
    tree, edition = make_tree(), make_edition()
    if before:
        for outlet in tree.outlets:
            marks = [mark("A01", note="门楣缺字")] if outlet in tree.west_outlets else []
            for day in ("2021-02-10", "2021-03-10"):
                make_inspection(outlet, edition, *marks, on=day)
        close("2021Q1")
    for outlet in tree.outlets:
        broken = outlet in (*tree.west_outlets, tree.outlets[0])
        marks = [mark("A01", note="门楣缺一个笔画")] if broken else []
        make_inspection(outlet, edition, *marks, on="2021-05-10")
        make_inspection(outlet, edition, *marks, mark("B03"), on="2021-06-10")
    return tree, close("2021Q2")


def writer() -> Actor:
    """Who drafts and proposes."""
    return operator(WRITER)


def second() -> Actor:
    """Who approves."""
    return operator(SECOND)


def drafted() -> Bulletin:
    """The draft of 2021Q2, which must be closed."""
    return draft_bulletin(actor=writer(), period=QUARTER)


def published(bulletin: Bulletin | None = None) -> Bulletin:
    """A bulletin taken through both persons to publication."""
    bulletin = bulletin or drafted()
    step = {"bulletin_id": bulletin.pk}
    done = propose_bulletin(actor=writer(), version=bulletin.version, **step)
    done = approve_bulletin(actor=second(), version=done.version, **step)
    return publish_bulletin(actor=writer(), version=done.version, **step)
