"""Adjustments in as a spreadsheet: one sheet, ``adjustments``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hearth.ledgers.lookups import batches
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import (
    CellError,
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
from hearth.scoring.models import Adjustment
from hearth.scoring.services.adjustments import AdjustmentText, record_adjustments
from hearth.scoring.services.adjustments_decided import decide_adjustments

ADJUSTMENTS = SheetSpec(
    "adjustments",
    [
        Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
        Column("period", gettext_lazy("Period"), "period", required=True),
        Column(
            "kind",
            gettext_lazy("Kind"),
            "choice",
            required=True,
            choices=[
                ("bonus", gettext_lazy("Bonus")),
                ("deduction", gettext_lazy("Deduction")),
                ("veto", gettext_lazy("Veto")),
            ],
        ),
        Column("points", gettext_lazy("Points"), "centi", minimum=0, maximum=100),
        Column("reason", gettext_lazy("Reason"), required=True, max_length=400),
        Column("evidence", gettext_lazy("Evidence"), max_length=400),
        Column("decided_on", gettext_lazy("Decided on"), "date", required=True),
    ],
    natural_key=("unit", "period", "kind", "reason", "decided_on"),
    title=gettext_lazy("Adjustments"),
)


class AdjustmentsImport:
    """Adds adjustments; one that stands already (same unit, day, kind and reason) is skipped.

    What a person imports is proposed. What the operator of the machine imports counts at once,
    also where a person had proposed the same before (design rule 6.2, ADR 0014).
    """

    key = "adjustments"
    title = ADJUSTMENTS.title
    permission = "adjustments.record"

    def specs(self) -> Sequence[SheetSpec]:
        """Its one sheet."""
        return (ADJUSTMENTS,)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and record all adjustments, or nothing; there are no options.

        Raises:
            UnreadableFile: the file cannot be read at all.
            NotAllowed: lacks ``adjustments.record``.
        """
        actor.require(self.permission)
        zone = timezone.get_default_timezone()
        parsed = load(sources, (ADJUSTMENTS,), zone=zone, progress=progress)["adjustments"]
        reach = Unit.objects.visible_to(actor.scope_for(self.permission))
        rows = parsed.every_row()
        named = {row.unit for row in rows if "unit" not in parsed.unread(row)}
        units = {
            unit.code: unit
            for part in batches(sorted(named))
            for unit in reach.filter(code__in=list(part))
        }
        for row in rows:
            _check(parsed, row, units)
        report = report_of(self.key, parsed)
        report.dry_run = dry_run
        if not report.ok:
            return report
        known = _known(parsed.rows)
        new = [row for row in parsed.rows if _key(row) not in known]
        waiting = _waiting(parsed.rows, known) if actor.is_operator else []
        report.created, report.updated = len(new), len(waiting)
        report.unchanged = len(parsed.rows) - len(new) - len(waiting)
        if new and not actor.is_operator:
            report.warnings.add(_proposed(len(new)))
        if not dry_run:
            record_adjustments(actor=actor, texts=[_text(row, units) for row in new])
            if waiting:
                decide_adjustments(actor=actor, chosen=waiting, approve=True)
        return report


def _proposed(n: int) -> CellError:
    """What whoever imports has to know: these do not count yet."""
    said = ngettext(
        "%(n)s adjustment is proposed. It counts once another person has approved it.",
        "%(n)s adjustments are proposed. They count once another person has approved them.",
        n,
    )
    return CellError(ADJUSTMENTS.kind, 0, "", "", said % {"n": f"{n:,}"})


def _check(parsed: Parsed, row: Row, units: Mapping[str, Unit]) -> None:
    unread = parsed.unread(row)
    if "unit" in unread:
        pass  # reported already
    elif row.unit not in units:
        parsed.fault(row, "unit", _("There is no such unit. Import units first."))
    elif not units[row.unit].is_outlet:
        reason = _("Only outlets are adjusted; this unit is none. Choose one below it.")
        parsed.fault(row, "unit", reason)
    if unread & {"kind", "points"}:
        return
    if row.kind == "veto" and row.points:
        parsed.fault(row, "points", _("A veto limits the score; it has no points."))
    if row.kind != "veto" and not row.points:
        parsed.fault(row, "points", _("Say how many points; more than 0."))


_KEY = ("unit__code", "period", "kind", "points_centi", "reason", "decided_on")


def _key(row: Row) -> tuple[Any, ...]:
    return (row.unit, row.period, row.kind, row.points or 0, row.reason, row.decided_on)


def _known(rows: Sequence[Row]) -> dict[tuple[Any, ...], str]:
    """Those that stand, by key: 'key:version' of one that is only proposed, else ''."""
    found: dict[tuple[Any, ...], str] = {}
    stored = Adjustment.objects.standing().filter(period__in={row.period for row in rows})
    for pk, version, status, *rest in stored.values_list("pk", "version", "status", *_KEY):
        key, waits = tuple(rest), status == Adjustment.Status.PROPOSED
        found[key] = f"{pk}:{version}" if waits and found.get(key) != "" else ""
    return found


def _waiting(rows: Sequence[Row], known: Mapping[tuple[Any, ...], str]) -> list[str]:
    """Proposals ('key:version') that say the same as rows of the file."""
    return [known[_key(row)] for row in rows if known.get(_key(row))]


def _text(row: Row, units: Mapping[str, Unit]) -> AdjustmentText:
    return AdjustmentText(
        unit=units[row.unit],
        period=row.period,
        kind=row.kind,
        reason=row.reason,
        decided_on=row.decided_on,
        points_centi=row.points or 0,
        evidence=row.evidence,
    )
