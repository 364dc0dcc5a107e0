"""Reading the figures of the ledgers for a bulletin: the registry is asked, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.bulletins.composition.facts import BranchLedgers, LedgerFacts, UnitFacts
from hearth.bulletins.composition.ledgers import ALL, BY_BRANCH
from hearth.bulletins.domain.report_telling import Known
from hearth.bulletins.reports.asking import reading_of
from hearth.figures.engine import values
from hearth.figures.registry import FIGURES
from hearth.kernel.periods import Period
from hearth.network.models import Unit


def ledgers_of(
    root: UnitFacts | None, branches: Sequence[UnitFacts], period: Period, before: str | None
) -> LedgerFacts | None:
    """Figures of the whole network over the period and the one before, and of the branches.

    One query for each source and time, however many units there are.

    Args:
        root: the network as it was closed; None where it has no result: nothing is told.
        branches: those of the closing.
        period: of the bulletin.
        before: key of the period compared with.
    """
    if root is None:
        return None
    wanted = {root.code, *(branch.code for branch in branches)}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=wanted)}
    top = units.pop(root.code, None)
    if top is None:
        return None
    known = [branch for branch in branches if branch.code in units]
    now = values(ALL, [top], period.last_day, period.start)
    then = {}
    if before:
        past = Period.parse(before)
        then = values(ALL, [top], past.last_day, past.start)
    parts = values(BY_BRANCH, units.values(), period.last_day, period.start) if units else {}
    return LedgerFacts(
        root.code,
        root.path,
        {
            key: Known(
                FIGURES[key].measure,
                "",
                reading_of(now[key, top.pk]),
                reading_of(then[key, top.pk]) if before else None,
            )
            for key in ALL
        },
        tuple(
            BranchLedgers(
                branch.code,
                branch.name,
                branch.path,
                {key: reading_of(parts[key, units[branch.code].pk]) for key in BY_BRANCH},
            )
            for branch in known
        ),
    )
