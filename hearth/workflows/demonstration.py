"""The demonstration as one first looks at it: records, closed quarters and a published bulletin."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.bulletins import services
from hearth.exchange.demo.days import demo_quarters
from hearth.exchange.demo.load import DemoSize, Report, load_demo
from hearth.exchange.demo.present.playing import play_present
from hearth.exchange.demo.present.stage import Doings
from hearth.kernel.periods import Period
from hearth.network.actors import actor_of
from hearth.network.models import User
from hearth.network.scope import Actor
from hearth.workflows.fault_reports import report_fault
from hearth.workflows.publication import approve_bulletin, propose_bulletin, publish_bulletin
from hearth.workflows.visits import call_after_visit


@transaction.atomic
def load_demonstration(
    *, actor: Actor, size: DemoSize, report: Report, today: date | None = None
) -> dict[str, int]:
    """Load the invented bank, publish the bulletin of its first closed quarter, play its present.

    The bulletin of the latest closed quarter is left for whoever tries Hearth.

    Returns:
        How many outlets, people and inspections there are.

    Raises: as ``exchange.demo.load.load_demo``.
    """
    today = today or timezone.localdate()
    counts = load_demo(actor=actor, size=size, report=report, today=today)
    if size.quarters > 1:
        _publish(Period.parse(demo_quarters(today, closed=size.quarters)[0]), today)
    report(0, 1, _("work of the last weeks"))
    play_present(today=today, seed=size.seed, doings=Doings(report_fault, call_after_visit))
    report(1, 1, _("work of the last weeks"))
    return counts


def _publish(period: Period, today: date) -> None:
    writer, second = (
        actor_of(User.objects.get(username=name), on=today) for name in ("manager", "approver")
    )
    draft = services.draft_bulletin(actor=writer, period=period)
    proposed = propose_bulletin(actor=writer, bulletin_id=draft.pk, version=draft.version)
    approved = approve_bulletin(actor=second, bulletin_id=draft.pk, version=proposed.version)
    publish_bulletin(actor=writer, bulletin_id=draft.pk, version=approved.version)
