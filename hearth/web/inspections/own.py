"""What of the checks waits for one inspector or shopper, as lists that lead on."""

from __future__ import annotations

from datetime import date
from typing import Any

from hearth.inspections.models import Assignment, Draft, Inspection


def to_do(user_id: int, today: date, most: int) -> dict[str, Any]:
    """Context of ``inspections/_to_do.html``: returned checks, assignments, drafts of one user.

    Args:
        user_id: whose.
        today: assignments due before it are overdue.
        most: so many of each at most; the assignments by their day, the drafts newest first.
    """
    assigned = Assignment.objects.filter(assignee_id=user_id, status=Assignment.Status.OPEN)
    returned = Inspection.objects.filter(
        inspector_id=user_id, is_current=True, status=Inspection.Status.RETURNED
    )
    begun = Draft.objects.filter(owner_id=user_id).select_related("unit")
    return {
        "returned": list(returned.select_related("unit").defer("document")[:most]),
        "assignments": list(assigned.select_related("unit").order_by("due_on", "pk")[:most]),
        "drafts": list(begun.defer("document").order_by("-saved_at")[:most]),
        "today": today,
    }
