"""Records that hold at a point in time, counted where their unit lies on that day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

PLACE = "lies__path"
"""Path column of rows that went through ``placed``."""


def placed(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Rows with the place that their unit has at the end of ``day``, as ``lies__path``.

    What a station or a sign is counted for is where its outlet lies when one asks; what was done
    once is counted where the outlet lay when it was done, by the record's own path.
    """
    on_the_day = Q(unit__placements__valid_from__lte=day) & (
        Q(unit__placements__valid_to__isnull=True) | Q(unit__placements__valid_to__gt=day)
    )
    found: QuerySet[Any] = rows.annotate(
        lies=FilteredRelation("unit__placements", condition=on_the_day)
    )
    return found
