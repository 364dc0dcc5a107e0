"""The demonstration as one first looks at it: records, closed quarters and a published bulletin."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from hearth.bulletins import services
from hearth.exchange.demo.days import demo_quarters
from hearth.exchange.demo.load import DemoSize, Report, load_demo
from hearth.kernel.periods import Period
from hearth.network.actors import actor_of
from hearth.network.models import User
from hearth.network.scope import Actor
from hearth.workflows.publication import approve_bulletin, propose_bulletin, publish_bulletin


@transaction.atomic
def load_demonstration(
    *, actor: Actor, size: DemoSize, report: Report, today: date | None = None
) -> dict[str, int]:
    """Load the invented bank and publish the bulletin of its first closed quarter.

    The bulletin of the latest closed quarter is left for whoever tries Hearth.

    Returns:
        How many outlets, people and inspections there are.

    Raises: as ``exchange.demo.load.load_demo``.
    """
    today = today or timezone.localdate()
    counts = load_demo(actor=actor, size=size, report=report, today=today)
    if size.quarters > 1:
        _publish(Period.parse(demo_quarters(today, closed=size.quarters)[0]), today)
    return counts


def _publish(period: Period, today: date) -> None:
    writer, second = (
        actor_of(User.objects.get(username=name), on=today) for name in ("manager", "approver")
    )
    draft = services.draft_bulletin(actor=writer, period=period)
    proposed = propose_bulletin(actor=writer, bulletin_id=draft.pk, version=draft.version)
    approved = approve_bulletin(actor=second, bulletin_id=draft.pk, version=proposed.version)
    publish_bulletin(actor=writer, bulletin_id=draft.pk, version=approved.version)
