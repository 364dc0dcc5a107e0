"""What samples found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from hearth.outreach.models import Sample, SampleItem


@dataclass(frozen=True, slots=True)
class Findings:
    """Items of a sample by result."""

    by_result: dict[str, int]

    @property
    def drawn(self) -> int:
        """All items."""
        return sum(self.by_result.values())

    @property
    def verified(self) -> int:
        """Items with a result."""
        return self.drawn - self.by_result.get(SampleItem.Result.PENDING, 0)

    @property
    def held(self) -> int:
        """Items that took place as recorded."""
        return self.by_result.get(SampleItem.Result.HELD, 0)


def findings(samples: list[Sample]) -> dict[int, Findings]:
    """Results by sample id; one query."""
    rows = SampleItem.objects.filter(sample__in=samples).order_by().values("sample", "result")
    found: dict[int, dict[str, int]] = {sample.pk: {} for sample in samples}
    for row in rows.annotate(n=Count("pk")):
        found[row["sample"]][row["result"]] = row["n"]
    return {pk: Findings(by_result) for pk, by_result in found.items()}
