"""Inspections in as spreadsheets: two sheets, ``inspections`` and ``marks``."""

from __future__ import annotations

import uuid as uuids
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.inspections.services.admission import is_own_unit
from hearth.inspections.services.recording import Outcome, Submission, hash_of, record_many
from hearth.kernel.errors import RuleViolation
from hearth.kernel.memory import collector_at_rest
from hearth.ledgers.lookups import batches
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
    load_sets,
    report_of,
)
from hearth.platform.spreadsheets.report import cell_error
from hearth.rectification.services.opening import follow, open_for
from hearth.scoring.domain.marks import MET, BadMarks, Mark, MarkProblem
from hearth.scoring.evaluation import evaluate_marks, mark_problem_text, rules_for
from hearth.standards.domain.rulebook import Rulebook
from hearth.standards.models import Edition
from hearth.standards.queries import criteria_of

NAMESPACE = uuids.UUID("6f0a3f55-2b5c-4a38-9f56-0d6a4f0f6a11")  # of UUIDs made from outside ids
BATCH = 500
_BEYOND = gettext_lazy("This id belongs to a check of another unit. Give this one its own.")
_NOT_RANKED = gettext_lazy(
    "Checks by this standard do not count in the ranking, and this one does not either. Write n, "
    "or let them count on the page of the standard and import again."
)
_OF_CRITERION = frozenset({"unknown_criterion", "repeated"})

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
        Column(
            "ranked",
            gettext_lazy("Counts in the ranking"),
            "boolean",
            note=gettext_lazy("Empty: yes, where checks by the standard count at all."),
        ),
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


IMPORT, RELEASE = "exchange.import", "inspections.release"


class InspectionsImport:
    """Imports whole inspections; each is scored by its edition as it comes in.

    They count without anybody's review, so it takes the right to release checks: outlets import
    their ledgers, and must not bring checks of themselves (design rule 6.2).
    """

    key = "inspections"
    title = gettext_lazy("Inspections")
    permission = RELEASE

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

        Any number of workbooks may come at once, each with both sheets. Option ``as`` is
        ``released`` (default: they count) or ``submitted`` (they wait for review). A known
        outside id with other content becomes the next revision. With option ``rectify`` the
        findings of released ones are to be put right from today on (ADR 0008); without it only
        those whose earlier revision was.

        Raises:
            UnreadableFile: a file or sheet cannot be read.
            NotAllowed: lacks ``exchange.import`` or ``inspections.release``.
            RuleViolation: ``status_unknown``; an option that is neither.
        """
        for permission in (IMPORT, RELEASE):
            actor.require(permission)
        status = (options or {}).get("as") or Inspection.Status.RELEASED
        if status not in {Inspection.Status.RELEASED, Inspection.Status.SUBMITTED}:
            raise RuleViolation(
                "status_unknown", _("Inspections come in as released or as submitted.")
            )
        rectify = bool((options or {}).get("rectify"))
        with collector_at_rest():  # all rows are gone when it wakes
            return _imported(actor, sources, status, dry_run, rectify, progress)


def _imported(
    actor: Actor,
    sources: Sequence[Source],
    status: str,
    dry_run: bool,
    rectify: bool,
    progress: Progress | None,
) -> ImportReport:
    prepared, report = _gathered(actor, sources, status, progress)
    report.dry_run = dry_run
    if not report.ok:
        return report
    with transaction.atomic():
        new = list(_against_stored(actor, prepared, report))
        if report.ok and new and not dry_run:
            rows = record_many(actor, new, one_event="inspections.imported")
            if status == Inspection.Status.RELEASED:
                opens = open_for if rectify else follow
                opens(actor=actor, inspections=rows)
    return report


def read_and_score(
    actor: Actor, sources: Sequence[Source], progress: Progress | None = None
) -> tuple[list[tuple[Submission, Outcome]], ImportReport]:
    """Inspections of the files with what they are worth, without storing anything."""
    return _gathered(actor, sources, Inspection.Status.RELEASED, progress, stores=False)


Pairs = list[tuple[Submission, Outcome]]


def _gathered(
    actor: Actor,
    sources: Sequence[Source],
    status: str,
    progress: Progress | None,
    *,
    stores: bool = True,
) -> tuple[Pairs, ImportReport]:
    """Everything the files hold, scored workbook by workbook; of each only the faults are kept."""
    gatherer = _Gatherer(actor, status, stores=stores)
    sheets: list[Parsed] = []
    zone = timezone.get_default_timezone()
    for parsed in load_sets(sources, (INSPECTIONS, MARKS), zone=zone, progress=progress):
        heads, marks = parsed["inspections"], parsed["marks"]
        gatherer.take(heads, marks)
        heads.rows, marks.rows = [], []
        sheets += (heads, marks)
    return list(gatherer.pairs.values()), report_of("inspections", *sheets)


class _Gatherer:
    """Checks and scores the inspections of one workbook after another.

    Attributes:
        pairs: submission and worth of each sound inspection, by its outside id.
    """

    def __init__(self, actor: Actor, status: str, *, stores: bool = True) -> None:
        self.status = status
        self.pairs: dict[str, tuple[Submission, Outcome]] = {}
        self.now = timezone.now()
        self.actor = actor
        reach = actor.scope_for(IMPORT).both(actor.scope_for(RELEASE))
        self.reach = reach if stores else None
        visible = Unit.objects.visible_to(reach)
        self.units = {unit.code: unit for unit in visible}
        published = Edition.objects.exclude(status=Edition.Status.DRAFT).select_related("standard")
        self.editions = {(e.standard.code, e.edition): e for e in published}
        self.places = _places({unit.pk for unit in self.units.values()})
        self.inspectors: dict[str, int] = {}

    def take(self, heads: Parsed, marks: Parsed) -> None:
        """Enter one workbook; what is wrong goes to the sheets' errors.

        Beside a cell that cannot be read, a row is judged by what its other cells say.
        """
        by_inspection: dict[str, list[Row]] = defaultdict(list)
        for inspection, found in groupby(marks.rows, attrgetter("inspection")):
            by_inspection[inspection] += found
        spoiled: dict[str, list[Row]] = defaultdict(list)
        for row in marks.spoiled:
            if "inspection" not in marks.unread(row):
                spoiled[row.inspection].append(row)
        if "inspection" in heads.columns:
            self._check_marks_belong(heads, marks, by_inspection, spoiled)
        self._check_ids(heads)
        self.inspectors |= _inspectors({row.inspector for row in heads.rows if row.inspector})
        for row in heads.every_row():
            unread = heads.unread(row)
            is_known = self._is_known(heads, row, unread)
            if not is_known or "inspection" in unread:
                continue
            unlisted = MET if "unlisted" in unread else row.unlisted
            rules = rules_for(self._edition(row), row.channel, self.units[row.unit].kind)
            _check_criteria(marks, spoiled.get(row.inspection, ()), rules)
            rows = by_inspection.get(row.inspection, [])
            if unlisted == MET:
                rows = _telling(rows, rules.sheet.items)
            outcome = self._outcome(marks, row, rows, rules, unlisted)
            if outcome is not None and not unread:
                self._enter(heads, row, rows, outcome)

    def _check_marks_belong(
        self, heads: Parsed, marks: Parsed, *by_inspection: Mapping[str, list[Row]]
    ) -> None:
        named = {row.inspection for row in (*heads.rows, *heads.spoiled)}
        for found in by_inspection:
            for inspection in found.keys() - named:
                for row in found[inspection]:
                    reason = _("No inspection of this id stands in the sheet of inspections.")
                    marks.fault(row, "inspection", reason)

    def _check_ids(self, heads: Parsed) -> None:
        """Report ids of stored checks that lie beyond the actor's reach."""
        if self.reach is None:
            return
        named = {r.inspection: r for r in heads.every_row() if "inspection" not in heads.unread(r)}
        for part in batches(sorted(named)):
            taken = Inspection.objects.filter(reference__in=list(part), is_current=True)
            beyond = taken.exclude(self.reach.q("unit_path"))
            for reference in beyond.values_list("reference", flat=True):
                heads.fault(named[reference], "inspection", _BEYOND)

    def _edition(self, row: Row) -> Edition:
        return self.editions[row.standard, row.edition]

    def _is_known(self, heads: Parsed, row: Row, unread: frozenset[str]) -> bool:
        """Whether its marks can be judged: unit, edition and channel are known.

        What is wrong is reported.
        """
        unit = None if "unit" in unread else self.units.get(row.unit)
        if unit is None and "unit" not in unread:
            heads.fault(row, "unit", _("There is no such unit. Import units first."))
        elif unit is not None and not unit.is_outlet:
            reason = _("Only outlets are checked; this unit is none. Choose one below it.")
            heads.fault(row, "unit", reason)
        elif unit is not None and is_own_unit(self.actor, unit):
            heads.fault(row, "unit", _("Nobody inspects their own unit. Choose another."))
        if "inspected_at" not in unread and row.inspected_at > self.now:
            at = timezone.localtime(row.inspected_at).isoformat(" ", "minutes")
            heads.fault(row, "inspected_at", _("This time lies in the future."), at)
        if unread & {"standard", "edition"}:
            return False
        if (row.standard, row.edition) not in self.editions:
            reason = _("This edition does not exist or is a draft. Import and publish it first.")
            heads.fault(row, "edition", reason)
            return False
        if "ranked" not in unread and row.ranked and not self._edition(row).standard.is_ranked:
            heads.warn(row, "ranked", _NOT_RANKED)
        return unit is not None and "channel" not in unread

    def _outcome(
        self, marks: Parsed, row: Row, rows: list[Row], rules: Rulebook, unlisted: str
    ) -> Outcome | None:
        """What one inspection is worth; None where marks do not fit, which is reported."""
        try:
            return evaluate_marks(
                rules,
                criteria_of(self._edition(row)),
                [Mark(r.criterion, r.verdict, r.value, r.note) for r in rows],
                unlisted,
            )
        except BadMarks as bad:
            for problem in bad.problems:
                column = "criterion" if problem.code in _OF_CRITERION else "value"
                marks.fault(rows[problem.position], column, mark_problem_text(problem))
            return None

    def _enter(self, heads: Parsed, row: Row, rows: list[Row], outcome: Outcome) -> None:
        """Take one inspection with what it is worth."""
        unit, edition = self.units[row.unit], self._edition(row)
        user = self.inspectors.get(row.inspector)
        submission = Submission(
            uuid=uuids.uuid5(NAMESPACE, row.inspection),
            unit=unit,
            unit_path=_place_on(self.places, unit, row.inspected_at),
            edition=edition,
            channel=row.channel,
            inspected_at=row.inspected_at,
            document={"unlisted": row.unlisted, "marks": _marks(rows)},
            inspector_id=user,
            inspector_name="" if user else row.inspector,
            reference=row.inspection,
            is_ranked=row.ranked is not False and edition.standard.is_ranked,
            status=self.status,
        )
        self._keep(heads, row, submission, outcome)

    def _keep(self, heads: Parsed, row: Row, submission: Submission, outcome: Outcome) -> None:
        earlier = self.pairs.setdefault(row.inspection, (submission, outcome))[0]
        if earlier is submission:
            return
        if _says(earlier) == _says(submission):
            heads.skipped += 1
            return
        reason = _("Another workbook holds this inspection with other content. Keep one of them.")
        heads.fault(row, "inspection", reason)


def _check_criteria(marks: Parsed, rows: Iterable[Row], rules: Rulebook) -> None:
    """Report marks with a bad cell that name a criterion which is not asked, too."""
    for row in rows:
        if "criterion" not in marks.unread(row) and row.criterion not in rules.sheet.items:
            unknown = MarkProblem("unknown_criterion", row.criterion, "", {}, 0)
            marks.fault(row, "criterion", mark_problem_text(unknown))


def _says(what: Submission) -> tuple[object, ...]:
    """All that an import states of one inspection."""
    return (hash_of(what), what.inspector_id, what.inspector_name, what.is_ranked)


def _telling(rows: list[Row], known: Container[str]) -> list[Row]:
    """The rows that say more than "met" where all the others are met anyway.

    They are a few in a hundred. Where a criterion is unknown or stands twice, all rows are needed
    to say what is wrong.
    """
    codes = {row.criterion for row in rows}
    if len(codes) < len(rows) or not all(code in known for code in codes):
        return rows
    return [row for row in rows if row.verdict != MET or row.value or row.note]


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
    actor: Actor, prepared: Sequence[tuple[Submission, Outcome]], report: ImportReport
) -> Iterator[tuple[Submission, Outcome]]:
    """Those that are new or say something else than what is stored; counts go to the report.

    An outside id that belongs to a unit beyond the actor's reach is reported as a fault.
    """
    reach = actor.scope_for(IMPORT).both(actor.scope_for(RELEASE))
    for start in range(0, len(prepared), BATCH):
        batch = prepared[start : start + BATCH]
        references = [submission.reference for submission, _outcome in batch]
        rows = Inspection.objects.filter(reference__in=references, is_current=True)
        known = rows.exclude(reference="").defer("document", "modules")
        stored = {inspection.reference: inspection for inspection in known}
        people = User.objects.filter(pk__in={what.inspector_id for what, _worth in batch} - {None})
        usernames = dict(people.values_list("pk", "username"))
        for submission, outcome in batch:
            before = stored.get(submission.reference)
            if before is None:
                report.created += 1
                yield submission, outcome
            elif not reach.covers(before.unit_path):
                name = submission.reference  # its row was in order when it was read
                report.errors.add(cell_error("inspections", 0, "inspection", name, _BEYOND))
            elif _is_stored(submission, before, usernames.get(submission.inspector_id or 0, "")):
                report.unchanged += 1
            else:
                report.updated += 1
                yield _revised(submission, before), outcome


def _is_stored(what: Submission, before: Inspection, username: str) -> bool:
    """Whether the stored inspection says the same.

    Who carried it out is the same person, too, where an account was made for the name since.
    """
    if what.inspector_id is not None and before.inspector_id is None:
        same_person = before.inspector_name == username
    else:
        stored = (before.inspector_id, before.inspector_name)
        same_person = stored == (what.inspector_id, what.inspector_name)
    # what a standard says meanwhile changes no check that is there
    counts = what.is_ranked if what.edition.standard.is_ranked else before.is_ranked
    said = (before.document_hash, before.is_ranked)
    return same_person and said == (hash_of(what), counts)


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
