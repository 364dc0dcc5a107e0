"""Inspections in as spreadsheets: two sheets, ``inspections`` and ``marks``."""

from __future__ import annotations

import uuid as uuids
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.inspections.services.recording import Outcome, Submission, hash_of, record_many
from hearth.network.models import Placement, Unit, User
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import (
    Column,
    ImportReport,
    Parsed,
    Progress,
    Row,
    SheetSpec,
    Source,
    load,
    report_of,
)
from hearth.scoring.domain.marks import BadMarks
from hearth.scoring.evaluation import evaluate, mark_problem_text, rules_for
from hearth.standards.models import Edition
from hearth.standards.queries import criteria_of

NAMESPACE = uuids.UUID("6f0a3f55-2b5c-4a38-9f56-0d6a4f0f6a11")  # of UUIDs made from outside ids

INSPECTIONS = SheetSpec(
    "inspections",
    [
        Column("inspection", gettext_lazy("Inspection"), "code", required=True, max_length=80),
        Column(
            "channel", gettext_lazy("Channel"), "choice", required=True, choices=Channel.choices
        ),
        Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
        Column("standard", gettext_lazy("Standard"), "code", required=True, max_length=40),
        Column("edition", gettext_lazy("Edition"), "code", required=True, max_length=40),
        Column("inspected_at", gettext_lazy("Inspected at"), "instant", required=True),
        Column("inspector", gettext_lazy("Inspector"), max_length=80),
        Column("ranked", gettext_lazy("Counts in the ranking"), "boolean", default=True),
        Column(
            "unlisted",
            gettext_lazy("Criteria not listed"),
            "choice",
            default="met",
            choices=[
                ("met", gettext_lazy("are met")),
                ("not_observable", gettext_lazy("could not be seen")),
            ],
        ),
    ],
    natural_key=("inspection",),
    title=gettext_lazy("Inspections"),
)
MARKS = SheetSpec(
    "marks",
    [
        Column("inspection", gettext_lazy("Inspection"), "code", required=True, max_length=80),
        Column("criterion", gettext_lazy("Criterion"), "code", required=True, max_length=40),
        Column(
            "verdict",
            gettext_lazy("Verdict"),
            "choice",
            required=True,
            choices=[
                ("met", gettext_lazy("Met")),
                ("not_met", gettext_lazy("Not met")),
                ("not_applicable", gettext_lazy("Not applicable")),
                ("not_observable", gettext_lazy("Cannot see")),
            ],
        ),
        Column("value", pgettext_lazy("mark", "Value"), "code", max_length=40),
        Column("note", gettext_lazy("Note"), max_length=1000),
    ],
    title=gettext_lazy("Marks"),
)


@dataclass(slots=True)
class _Reading:
    """What the files hold, joined to what is stored."""

    heads: Parsed
    marks: Parsed
    units: dict[str, Unit]
    editions: dict[tuple[str, str], Edition]
    by_inspection: dict[str, list[Row]]


class InspectionsImport:
    """Imports whole inspections; each is scored by its edition as it comes in."""

    key = "inspections"
    title = gettext_lazy("Inspections")
    permission = "exchange.import"

    def specs(self) -> Sequence[SheetSpec]:
        """Its two sheets."""
        return (INSPECTIONS, MARKS)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check, score and store all inspections, or none.

        Option ``as`` is ``released`` (default: they count) or ``submitted`` (they wait for
        review). A known outside id with other content becomes the next revision.

        Raises:
            UnreadableFile: a file or sheet cannot be read.
            NotAllowed: lacks ``exchange.import``.
        """
        actor.require(self.permission)
        reading = _read(actor, sources, progress)
        report = report_of("inspections", reading.heads, reading.marks)
        report.dry_run = dry_run
        if not report.ok:
            return report
        status = (options or {}).get("as") or Inspection.Status.RELEASED
        prepared = list(_prepared(actor, reading, status))
        report = report_of("inspections", reading.heads, reading.marks)
        report.dry_run = dry_run
        if not report.ok:
            return report
        new = list(_against_stored(prepared, report))
        if new and not dry_run:
            with transaction.atomic():
                record_many(actor, new, one_event="inspections.imported")
        return report


def read_and_score(
    actor: Actor, sources: Sequence[Source], progress: Progress | None = None
) -> tuple[list[tuple[Submission, Outcome]], ImportReport]:
    """Inspections of the files with what they are worth, without storing anything."""
    reading = _read(actor, sources, progress)
    prepared = []
    if not (len(reading.heads.errors) or len(reading.marks.errors)):
        prepared = list(_prepared(actor, reading, Inspection.Status.RELEASED))
    return prepared, report_of("inspections", reading.heads, reading.marks)


def _read(actor: Actor, sources: Sequence[Source], progress: Progress | None) -> _Reading:
    zone = timezone.get_default_timezone()
    parsed = load(sources, (INSPECTIONS, MARKS), zone=zone, progress=progress)
    heads, marks = parsed["inspections"], parsed["marks"]
    by_inspection: dict[str, list[Row]] = defaultdict(list)
    for row in marks.rows:
        by_inspection[row.inspection].append(row)
    visible = Unit.objects.visible_to(actor.scope_for("exchange.import"))
    units = {unit.code: unit for unit in visible}
    published = Edition.objects.exclude(status=Edition.Status.DRAFT).select_related("standard")
    editions = {(e.standard.code, e.edition): e for e in published}
    reading = _Reading(heads, marks, units, editions, by_inspection)
    _check_references(reading)
    return reading


def _check_references(reading: _Reading) -> None:
    """Units, editions and inspections that are named must exist."""
    heads, marks = reading.heads, reading.marks
    now = timezone.now()
    for row in heads.rows:
        if row.unit not in reading.units:
            heads.fault(row, "unit", _("There is no such unit. Import units first."))
        if (row.standard, row.edition) not in reading.editions:
            reason = _("This edition does not exist or is a draft. Import and publish it first.")
            heads.fault(row, "edition", reason)
        if row.inspected_at > now:
            heads.fault(row, "inspected_at", _("This time lies in the future."))
    known = {row.inspection for row in heads.rows}
    if len(known) + len(heads.errors) >= heads.read - heads.skipped:
        for row in marks.rows:
            if row.inspection not in known and not len(heads.errors):
                reason = _("No inspection of this id stands in the sheet of inspections.")
                marks.fault(row, "inspection", reason)


def _prepared(actor: Actor, reading: _Reading, status: str) -> Iterator[tuple[Submission, Outcome]]:
    """Each inspection scored; marks that do not fit are reported and left out."""
    places = _places({reading.units[row.unit].pk for row in reading.heads.rows})
    inspectors = _inspectors({row.inspector for row in reading.heads.rows if row.inspector})
    for row in reading.heads.rows:
        unit = reading.units[row.unit]
        edition = reading.editions[row.standard, row.edition]
        rows = reading.by_inspection.get(row.inspection, [])
        document: InspectionDocument = {"unlisted": row.unlisted, "marks": _marks(rows)}
        try:
            outcome = evaluate(
                rules_for(edition, row.channel, unit.kind), criteria_of(edition), document
            )
        except BadMarks as bad:
            for problem in bad.problems:
                column = "criterion" if problem.code == "unknown_criterion" else "value"
                reading.marks.fault(rows[problem.position], column, mark_problem_text(problem))
            continue
        user = inspectors.get(row.inspector)
        yield (
            Submission(
                uuid=uuids.uuid5(NAMESPACE, row.inspection),
                unit=unit,
                unit_path=_place_on(places, unit, row.inspected_at),
                edition=edition,
                channel=row.channel,
                inspected_at=row.inspected_at,
                document=document,
                inspector_id=user,
                inspector_name="" if user else row.inspector,
                reference=row.inspection,
                is_ranked=row.ranked,
                status=status,
            ),
            outcome,
        )


def _marks(rows: Iterable[Row]) -> list[Any]:
    marks = []
    for row in rows:
        mark = {"criterion": row.criterion, "verdict": row.verdict}
        if row.value:
            mark["value"] = row.value
        if row.note:
            mark["note"] = row.note
        marks.append(mark)
    return marks


def _inspectors(names: set[str]) -> dict[str, int]:
    """Accounts whose user name stands in the file."""
    return dict(User.objects.filter(username__in=names).values_list("username", "pk"))


def _places(units: set[int]) -> dict[int, list[tuple[Any, Any, str]]]:
    found: dict[int, list[tuple[Any, Any, str]]] = defaultdict(list)
    rows = Placement.objects.order_by("valid_from")
    for unit_id, start, end, path in rows.values_list("unit_id", "valid_from", "valid_to", "path"):
        if unit_id in units:
            found[unit_id].append((start, end, path))
    return found


def _place_on(places: dict[int, list[tuple[Any, Any, str]]], unit: Unit, at: datetime) -> str:
    day = timezone.localdate(at)
    for start, end, path in places.get(unit.pk, ()):
        if start <= day and (end is None or day < end):
            return path
    return unit.path


def _against_stored(
    prepared: Sequence[tuple[Submission, Outcome]], report: ImportReport
) -> Iterator[tuple[Submission, Outcome]]:
    """Those that are new or say something else than what is stored; counts go to the report."""
    stored = {
        inspection.reference: inspection
        for inspection in Inspection.objects.filter(is_current=True)
        .exclude(reference="")
        .defer("document", "modules")
    }
    for submission, outcome in prepared:
        before = stored.get(submission.reference)
        if before is None:
            report.created += 1
            yield submission, outcome
        elif before.document_hash == hash_of(submission):
            report.unchanged += 1
        else:
            report.updated += 1
            yield _revised(submission, before), outcome


def _revised(what: Submission, before: Inspection) -> Submission:
    values = {name: getattr(what, name) for name in Submission.__slots__}
    revision = before.revision + 1
    return Submission(
        **values
        | {
            "uuid": uuids.uuid5(NAMESPACE, f"{what.reference}#{revision}"),
            "replaces": before,
            "reason": _("imported again with other content"),
        }
    )
