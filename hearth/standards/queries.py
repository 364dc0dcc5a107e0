"""Editions as plain content: for hashing, for comparing, and as the rules scoring understands."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache

from hearth.standards.domain.rulebook import CriterionRule, Rulebook
from hearth.standards.models import Criterion, Edition, Module


@dataclass(frozen=True, slots=True)
class ModuleContent:
    """A chapter as written in a standard's spreadsheet."""

    code: str
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class CriterionContent:
    """A criterion as written in a standard's spreadsheet; points in thousandths."""

    module: str
    code: str
    text: str
    method: str
    points_milli: int
    text_en: str = ""
    guidance: str = ""
    guidance_en: str = ""
    step_milli: int | None = None
    max_lost_milli: int | None = None
    levels: int | None = None
    options: str = ""
    bands: str = ""
    critical: str = "none"
    gates: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    evidence: str = "none"
    pillar: str = ""
    severity: str = "minor"
    due_days: int | None = None


CRITERION_FIELDS = tuple(f.name for f in fields(CriterionContent) if f.name != "module")
_TUPLES = ("gates", "channels", "unit_kinds")


@dataclass(frozen=True, slots=True)
class EditionContent:
    """All that an edition says, free of the database."""

    standard: str
    title: str
    edition: str
    effective_from: str  # ISO date
    scheme: str = "share"
    title_en: str = ""
    base_milli: int | None = None
    total_milli: int | None = None
    not_applicable: str = "rescale"
    pass_centi: int | None = None
    modules: tuple[ModuleContent, ...] = ()
    criteria: tuple[CriterionContent, ...] = ()


def content_of(edition: Edition) -> EditionContent:
    """What the stored edition says, in its own order; three queries."""
    modules = list(edition.modules.order_by("position"))
    names = {module.pk: module.code for module in modules}
    criteria = edition.criteria.order_by("position")
    return EditionContent(
        standard=edition.standard.code,
        title=edition.standard.title,
        title_en=edition.standard.title_en,
        edition=edition.edition,
        effective_from=edition.effective_from.isoformat(),
        scheme=edition.scheme,
        base_milli=edition.base_milli,
        total_milli=edition.total_milli,
        not_applicable=edition.not_applicable,
        pass_centi=edition.pass_centi,
        modules=tuple(ModuleContent(m.code, m.title, m.title_en) for m in modules),
        criteria=tuple(_criterion_content(c, names[c.module_id]) for c in criteria),
    )


def _criterion_content(row: Criterion, module: str) -> CriterionContent:
    values = {name: getattr(row, name) for name in CRITERION_FIELDS}
    values |= {name: tuple(values[name]) for name in _TUPLES}
    return CriterionContent(module=module, **values)


def hash_of(content: EditionContent) -> str:
    """SHA-256 of the canonical content; what a published edition is known by.

    The title is left out: it names the standard, and a later edition may rename it without
    touching what the earlier ones ask.
    """
    said = asdict(replace(content, title="", title_en=""))
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CriterionInfo:
    """What recording needs to know of a stored criterion."""

    pk: int
    code: str
    module: str
    severity: str
    position: int


def criteria_of(edition: Edition) -> dict[str, CriterionInfo]:
    """Stored criteria by code, in order; kept in memory for published editions."""
    return _criteria(edition.pk, edition.version, edition.content_hash)


@lru_cache(maxsize=64)
def _criteria(edition_id: int, version: int, content_hash: str) -> dict[str, CriterionInfo]:
    rows = Criterion.objects.filter(edition_id=edition_id).order_by("position")
    found = rows.values_list("pk", "code", "module__code", "severity", "position")
    return {row[1]: CriterionInfo(*row) for row in found}


def modules_of(edition: Edition) -> list[Module]:
    """Chapters in their order."""
    return list(edition.modules.order_by("position"))


def rulebook_of(edition: Edition) -> Rulebook:
    """The rules of a stored edition as scoring understands them; kept in memory."""
    return _rulebook(edition.pk, edition.version, edition.content_hash)


@lru_cache(maxsize=64)
def _rulebook(edition_id: int, version: int, content_hash: str) -> Rulebook:
    edition = Edition.objects.select_related("standard").get(pk=edition_id)
    return rules_in(content_of(edition))


def rules_in(content: EditionContent) -> Rulebook:
    """The rules in plain content, whether or not they are without problems."""
    names = {field.name for field in fields(CriterionRule)}
    return Rulebook(
        scheme=content.scheme,
        base_milli=content.base_milli,
        not_applicable=content.not_applicable,
        pass_centi=content.pass_centi,
        criteria=tuple(
            CriterionRule(**{k: v for k, v in asdict(c).items() if k in names})
            for c in content.criteria
        ),
        modules=tuple(module.code for module in content.modules),
        total_milli=content.total_milli,
    )
