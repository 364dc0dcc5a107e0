"""What the network's pages read from other rooms: checks with findings, closed quarters."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime
from typing import Any

from hearth.inspections.models import Finding, Inspection
from hearth.network.models import Unit
from hearth.scoring.models import Closing, Result
from hearth.standards.models import Criterion, Edition, Module, Standard

NOON = datetime(2021, 1, 1, 4, tzinfo=UTC)
_numbers = itertools.count(1)


def make_criterion(**fields: Any) -> Criterion:
    """A criterion of a published edition of its own, worth two points."""
    number = next(_numbers)
    standard = Standard.objects.create(code=f"ST{number}", title="网点服务检查标准")
    edition = Edition.objects.create(
        standard=standard,
        edition="2021",
        status="published",
        effective_from=date(2021, 1, 1),
        published_at=NOON,
        content_hash="0" * 64,
    )
    module = Module.objects.create(edition=edition, code="A", title="室外环境", position=1)
    fields = {"code": "A01", "text": "招牌完好", "text_en": "The sign is whole"} | fields
    return Criterion.objects.create(
        edition=edition,
        module=module,
        method="pass_fail",
        points_milli=2000,
        position=1,
        **fields,
    )


def make_check(
    unit: Unit, criterion: Criterion, on: date, *, faults: int = 0, **fields: Any
) -> Inspection:
    """A released video check of ``unit``; with ``faults`` the criterion was not met."""
    fields = {"channel": "video", "status": "released", "released_at": NOON} | fields
    is_counted = fields["status"] == "released"
    inspection = Inspection.objects.create(
        uuid=uuid.uuid4(),
        unit=unit,
        unit_path=unit.path,
        edition=criterion.edition,
        inspected_at=datetime.combine(on, NOON.timetz()),
        inspected_on=on,
        document={},
        document_hash="0" * 64,
        earned_milli=8000,
        possible_milli=10000,
        lost_milli=2000,
        score_centi=8000,
        findings_count=faults,
        submitted_at=NOON,
        **fields,
    )
    for _number in range(faults):
        Finding.objects.create(
            inspection=inspection,
            criterion=criterion,
            unit=unit,
            unit_path=unit.path,
            channel=inspection.channel,
            inspected_on=on,
            severity=criterion.severity,
            lost_milli=2000,
            is_counted=is_counted,
        )
    return inspection


def make_closing(period: str, scores: dict[Unit, int | None], *, of: int = 2) -> Closing:
    """A closed period in which these units got these scores (hundredths), ranked in that order.

    A unit whose score is None is not ranked.
    """
    closing = Closing.objects.create(
        period=period,
        revision=1,
        policy_content={"pass_centi": 8500},
        records_hash="0" * 64,
        policy_hash="0" * 64,
        editions_hash="0" * 64,
        result_hash="0" * 64,
        inspections=len(scores),
        summary={},
        closed_at=NOON,
    )
    for rank, (unit, score) in enumerate(scores.items(), start=1):
        Result.objects.create(
            closing=closing,
            unit=unit,
            level=unit.level,
            path=unit.path,
            code=unit.code,
            name=unit.name,
            score_centi=score,
            is_ranked=score is not None,
            reason="" if score is not None else "no_inspections",
            rank=rank if score is not None else None,
            ranked_of=len(scores),
            low_rank=1,
            high_rank=of,
            outlets=of,
            outlets_ranked=of,
            outlets_below_pass=1,
            movement=1,
        )
    return closing
