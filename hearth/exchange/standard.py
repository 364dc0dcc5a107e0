"""Standards in and out as spreadsheets: two sheets, ``standard`` and ``criteria``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.inspections.enums import Channel
from hearth.kernel.errors import RuleViolation
from hearth.network.scope import Actor
from hearth.platform.spreadsheets.columns import Column
from hearth.platform.spreadsheets.reading import Source
from hearth.platform.spreadsheets.report import ImportReport
from hearth.platform.spreadsheets.sheet import Parsed, Progress, SheetSpec, load, report_of
from hearth.standards.models import Edition
from hearth.standards.problems import problems_of
from hearth.standards.queries import (
    CriterionContent,
    EditionContent,
    ModuleContent,
    content_of,
    hash_of,
)
from hearth.standards.services import publish_edition, save_draft_edition

STANDARD = SheetSpec(
    "standard",
    [
        Column("code", _("Standard code"), "code", required=True, max_length=40),
        Column("title", _("Title"), required=True, max_length=120),
        Column("title_en", _("Title (English)"), max_length=200),
        Column("edition", _("Edition"), "code", required=True, max_length=40),
        Column("effective_from", _("Effective from"), "date", required=True),
        Column(
            "scheme",
            _("Scheme"),
            "choice",
            required=True,
            choices=[("share", _("Share of points")), ("deduction", _("Deduction from a base"))],
        ),
        Column("base_points", _("Base points"), "milli", minimum=0),
        Column(
            "total_points",
            _("Total points"),
            "milli",
            minimum=0,
            note=_("Checked against the sum of the criteria."),
        ),
        Column(
            "not_applicable",
            _("Not applicable counts"),
            "choice",
            default="rescale",
            choices=[
                ("rescale", _("not at all; the others carry its weight")),
                ("full_marks", _("as met in full")),
            ],
        ),
        Column("pass_points", _("Pass line"), "centi", minimum=0, maximum=100),
    ],
    natural_key=("code", "edition"),
    title=_("Standard"),
)

CRITERIA = SheetSpec(
    "criteria",
    [
        Column("module", _("Module code"), "code", required=True, max_length=40),
        Column("module_title", _("Module title"), max_length=120),
        Column("module_title_en", _("Module title (English)"), max_length=200),
        Column("code", _("Criterion code"), "code", required=True, max_length=40),
        Column("text", _("Demand"), required=True, max_length=500),
        Column("text_en", _("Demand (English)"), max_length=800),
        Column("guidance", _("How to judge")),
        Column("guidance_en", _("How to judge (English)")),
        Column(
            "method",
            _("Method"),
            "choice",
            required=True,
            choices=[
                ("pass_fail", _("all or nothing")),
                ("deduct", _("deduct for each occurrence")),
                ("scale", _("level of a scale")),
                ("choice", _("one of several options")),
                ("number", _("measured number in bands")),
            ],
        ),
        Column("points", _("Points"), "milli", required=True),
        Column("step_points", _("Points for each occurrence"), "milli"),
        Column("max_lost", _("Lost at most"), "milli"),
        Column("levels", _("Levels"), "integer", minimum=1, maximum=100),
        Column("options", _("Options"), max_length=400, note=_("A=2;B=1;C=0")),
        Column("bands", _("Bands"), max_length=400, note=_("18..=2;16..18=1;..16=0")),
        Column(
            "critical",
            _("If it fails"),
            "code",
            default="none",
            max_length=20,
            note=_("none, zero_module, zero_total or cap:60"),
        ),
        Column("gates", _("Takes along"), "list", note=_("Codes of the criteria lost with it.")),
        Column("channels", _("Channels"), "list", choices=Channel.choices),
        Column("unit_kinds", _("Kinds of outlet"), "list"),
        Column(
            "evidence",
            _("Evidence"),
            "choice",
            default="none",
            choices=[
                ("none", _("none")),
                ("note", _("note")),
                ("photo", _("photo")),
                ("clip", _("clip")),
            ],
        ),
        Column(
            "pillar",
            _("Pillar"),
            "choice",
            choices=[
                ("environment", _("Warmer environment")),
                ("service", _("Warmer service")),
                ("brand", _("Warmer brand")),
            ],
        ),
        Column(
            "severity",
            _("Severity"),
            "choice",
            default="minor",
            choices=[("red", _("red line")), ("major", _("major")), ("minor", _("minor"))],
        ),
        Column("due_days", _("Days to put right"), "integer", minimum=0, maximum=3650),
    ],
    title=_("Criteria"),
)

_SAME = {
    "module",
    "code",
    "text",
    "text_en",
    "guidance",
    "guidance_en",
    "method",
    "levels",
    "options",
    "bands",
    "critical",
    "gates",
    "channels",
    "unit_kinds",
    "evidence",
    "pillar",
    "severity",
    "due_days",
}


class StandardImport:
    """Imports one edition; rules are checked with the cells, and nothing wrong is stored."""

    key = "standard"
    title = _("Inspection standard")
    permission = "standards.edit"

    def specs(self) -> Sequence[SheetSpec]:
        """Its two sheets."""
        return (STANDARD, CRITERIA)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and store one edition as a draft; publish it with option ``publish``.

        Raises:
            UnreadableFile: a file or sheet cannot be read.
            NotAllowed: lacks ``standards.edit`` (or ``standards.publish``).
            RuleViolation: ``edition_frozen``.
        """
        actor.require(self.permission)
        content, report = read_standard(sources, progress)
        report.dry_run = dry_run
        if content is None:
            return report
        before = _stored(content)
        _count(report, before, content)
        if not dry_run:
            with transaction.atomic():
                edition = save_draft_edition(actor=actor, content=content)
                if (options or {}).get("publish") and edition.status == Edition.Status.DRAFT:
                    publish_edition(actor=actor, edition_id=edition.pk, version=edition.version)
        elif before is not None and _differs_though_frozen(before, content):
            raise RuleViolation(
                "edition_frozen",
                _("This edition is published and never changes. Give the new text a new name."),
            )
        return report


def _differs_though_frozen(before: Edition, content: EditionContent) -> bool:
    frozen = before.status != Edition.Status.DRAFT
    return frozen and hash_of(content_of(before)) != hash_of(content)


def read_standard(
    sources: Sequence[Source], progress: Progress | None = None
) -> tuple[EditionContent | None, ImportReport]:
    """The edition in the files and the report; no content when any cell is wrong."""
    zone = timezone.get_default_timezone()
    parsed = load(sources, (STANDARD, CRITERIA), zone=zone, progress=progress)
    heads, criteria = parsed["standard"], parsed["criteria"]
    if len(heads.rows) > 1:
        for row in heads.rows[1:]:
            heads.fault(row, "code", _("One file holds one standard. Import the others apart."))
    if not heads.read and not len(heads.errors):
        heads.fault(2, "", _("There is no standard here. Write it in the row below the headings."))
    if len(heads.errors) or len(criteria.errors):
        _faults_beside(criteria)
        return None, report_of("standard", heads, criteria)
    content = _content(heads.rows[0], criteria.rows)
    _rule_faults(content, heads, criteria)
    report = report_of("standard", heads, criteria)
    return (content if report.ok else None), report


def _faults_beside(criteria: Parsed) -> None:
    """What the rules forbid in single criteria, beside bad cells: so that one run names all."""
    if criteria.missing:
        return
    unread = {row.code for row in criteria.spoiled}
    rows = [
        row._replace(gates=tuple(gate for gate in row.gates if gate not in unread))
        for row in criteria.rows
    ]
    content = EditionContent(
        "", "", "", "", modules=_modules(rows), criteria=tuple(map(_criterion, rows))
    )
    for problem in problems_of(content):
        if problem.position is not None:
            column = problem.column if problem.column in criteria.columns else "code"
            criteria.fault(criteria.rows[problem.position], column, problem.text)


def _modules(rows: Sequence[Any]) -> tuple[ModuleContent, ...]:
    modules: dict[str, ModuleContent] = {}
    for row in rows:
        known = modules.get(row.module, ModuleContent(row.module))
        modules[row.module] = ModuleContent(
            row.module,
            known.title or row.module_title,
            known.title_en or row.module_title_en,
        )
    return tuple(ModuleContent(m.code, m.title or m.code, m.title_en) for m in modules.values())


def _criterion(row: Any) -> CriterionContent:
    return CriterionContent(
        points_milli=row.points,
        step_milli=row.step_points,
        max_lost_milli=row.max_lost,
        **{name: getattr(row, name) for name in _SAME},
    )


def _content(head: Any, rows: Sequence[Any]) -> EditionContent:
    return EditionContent(
        standard=head.code,
        title=head.title,
        title_en=head.title_en,
        edition=head.edition,
        effective_from=head.effective_from.isoformat(),
        scheme=head.scheme,
        base_milli=head.base_points,
        total_milli=head.total_points,
        not_applicable=head.not_applicable,
        pass_centi=head.pass_points,
        modules=_modules(rows),
        criteria=tuple(map(_criterion, rows)),
    )


def _rule_faults(content: EditionContent, heads: Parsed, criteria: Parsed) -> None:
    """Report what the rules forbid at the cell that is to be mended."""
    rows = criteria.rows
    for problem in problems_of(content):
        if problem.position is not None:
            column = problem.column if problem.column in criteria.columns else "code"
            criteria.fault(rows[problem.position], column, problem.text)
        elif problem.where:
            row = next((r for r in rows if problem.where in (r.code, r.module)), rows[0])
            criteria.fault(row, "module", problem.text)
        else:
            column = problem.column if problem.column in heads.columns else "code"
            heads.fault(heads.rows[0], column, problem.text)


def _stored(content: EditionContent) -> Edition | None:
    return (
        Edition.objects.filter(standard__code=content.standard, edition=content.edition)
        .select_related("standard")
        .first()
    )


def _count(report: ImportReport, before: Edition | None, content: EditionContent) -> None:
    """Say how many criteria are new, changed or as they were."""
    old = {c.code: c for c in content_of(before).criteria} if before is not None else {}
    for criterion in content.criteria:
        known = old.get(criterion.code)
        if known is None:
            report.created += 1
        elif known == criterion:
            report.unchanged += 1
        else:
            report.updated += 1


def standard_rows(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """The two sheets of a stored edition, as they would be imported again."""
    content = content_of(edition)
    titles = {m.code: m for m in content.modules}
    head = {
        "code": content.standard,
        "title": content.title,
        "title_en": content.title_en,
        "edition": content.edition,
        "effective_from": edition.effective_from,
        "scheme": content.scheme,
        "base_points": content.base_milli,
        "total_points": content.total_milli,
        "not_applicable": content.not_applicable,
        "pass_points": content.pass_centi,
    }
    return {"standard": [head], "criteria": list(_criteria_rows(content, titles))}


def _criteria_rows(
    content: EditionContent, titles: Mapping[str, ModuleContent]
) -> Iterator[dict[str, Any]]:
    for c in content.criteria:
        yield {
            "module": c.module,
            "module_title": titles[c.module].title,
            "module_title_en": titles[c.module].title_en,
            "points": c.points_milli,
            "step_points": c.step_milli,
            "max_lost": c.max_lost_milli,
            **{name: getattr(c, name) for name in _SAME if name != "module"},
        }
