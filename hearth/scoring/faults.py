"""Which criteria are not met most often, where, and how often of how many looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import Substr

from hearth.inspections.models import Finding, Inspection
from hearth.kernel.periods import Period
from hearth.network.scope import Scope
from hearth.standards.models import Criterion


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One criterion that was not met in a period.

    ``share`` is findings of checks that asked it (0 to 1; a check counts once); ``lost_milli``
    the points it cost in all.
    """

    criterion: Criterion
    findings: int
    outlets: int
    checks: int
    lost_milli: int

    @property
    def share(self) -> float | None:
        """Findings of the checks that could see it; None when none could."""
        return self.findings / self.checks if self.checks else None


def common_faults(
    period: Period, scope: Scope, *, limit: int = 20, channel: str = ""
) -> list[FaultRow]:
    """The criteria most often not met in released checks, the largest share first; 4 queries."""
    findings = Finding.objects.counted().filter(
        scope.q("unit_path"), inspected_on__gte=period.start, inspected_on__lt=period.end
    )
    looks = Inspection.objects.counted().filter(
        scope.q("unit_path"), inspected_on__gte=period.start, inspected_on__lt=period.end
    )
    if channel:
        findings, looks = findings.filter(channel=channel), looks.filter(channel=channel)
    counted: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for edition, *looked in (
        looks.order_by().values_list("edition_id", "channel", "unit_kind").annotate(n=Count("pk"))
    ):
        counted[edition].append(tuple(looked))
    # By way of its criteria the findings come in the order of the index, with nothing to sort.
    top = list(
        findings.filter(criterion__in=Criterion.objects.values("pk"))
        .order_by()
        .values_list("criterion_id")
        .annotate(n=Count("pk"))
        .order_by("-n", "criterion_id")[:limit]
    )
    keys = [pk for pk, _n in top]
    criteria = Criterion.objects.select_related("module").in_bulk(keys)
    worth = {
        pk: (outlets, int(lost or 0))
        for pk, outlets, lost in findings.filter(criterion__in=keys)
        .order_by()
        .values_list("criterion_id")
        .annotate(outlets=Count("unit_id", distinct=True), lost=Sum("lost_milli"))
    }
    rows = [
        FaultRow(
            criteria[pk],
            n,
            outlets=worth[pk][0],
            checks=_asked(criteria[pk], counted),
            lost_milli=worth[pk][1],
        )
        for pk, n in top
    ]
    return sorted(rows, key=lambda row: -(row.share or 0))  # as the pictures draw them


def _asked(criterion: Criterion, counted: dict[int, list[tuple[str, str, int]]]) -> int:
    """How many checks had the criterion on their sheet (``Rulebook.for_check``)."""
    return sum(
        n
        for channel, unit_kind, n in counted.get(criterion.edition_id, ())
        if (not criterion.channels or channel in criterion.channels)
        and (not criterion.unit_kinds or unit_kind in criterion.unit_kinds)
    )


def faults_by_part(
    period: Period, scope: Scope, criteria: Iterable[int], *, depth: int
) -> dict[tuple[int, str], int]:
    """Findings of some criteria by (criterion key, path prefix of ``depth`` digits); one query."""
    rows = (
        Finding.objects.counted()
        .filter(
            scope.q("unit_path"),
            inspected_on__gte=period.start,
            inspected_on__lt=period.end,
            criterion_id__in=list(criteria),
        )
        .order_by()
        .annotate(part=Substr("unit_path", 1, depth))
        .values_list("criterion_id", "part")
        .annotate(n=Count("pk"))
    )
    return {(criterion, part): n for criterion, part, n in rows}
