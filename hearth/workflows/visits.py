"""A home visit that is over enters the ledger of activities, once."""

from __future__ import annotations

from django.db import transaction

from hearth.network.scope import Actor
from hearth.outreach.models import ActivityKind, Visit
from hearth.outreach.services.activities import ActivityEntry, record_activity
from hearth.outreach.services.visits_at_door import Call, facts_of, link_activity, record_call

KIND = "home_visit"


@transaction.atomic
def call_after_visit(*, actor: Actor, visit: Visit, version: int, call: Call) -> Visit:
    """Note the call; where it closes a visit at which something was done, record the activity.

    The record holds when, which outlet, who of the staff, for which group and for what; nothing
    of the person visited.

    Raises: as ``outreach.services.visits_at_door.record_call``.
    """
    called = record_call(actor=actor, visit=visit, version=version, call=call)
    if called.stage != Visit.Stage.CLOSED or called.activity_id is not None:
        return called
    facts = facts_of(called)
    if facts.counts:
        entry = ActivityEntry(
            kind=ActivityKind.objects.get(code=KIND),
            unit=facts.unit,
            started_at=facts.started_at,
            ended_at=facts.ended_at,
            staff=facts.staff,
            details={"business": facts.need, "reason": facts.group},
        )
        # Two visits of one outlet on one day are usual; each was asked for by itself.
        activity = record_activity(actor=actor, uuid=facts.uuid, entry=entry, accept_double=True)
        link_activity(actor=actor, visit=called, activity=activity)
        called.activity = activity
    return called
