"""A stay on a list follows the work orders that are its measures."""

from __future__ import annotations

from hearth.platform import audit
from hearth.premises.domain.measures import Work, stage_of
from hearth.premises.models import WatchlistEntry, WorkOrder


def follow(actor: audit.Doer, order: WorkOrder) -> None:
    """Bring the stage of the stay, and the day its measures were done, to what its orders say.

    Called inside the transaction that changed the order. What a person wrote stays where no order
    says otherwise.
    """
    if order.watch_entry_id is None:
        return
    entry = WatchlistEntry.objects.select_for_update(of=("self",)).get(pk=order.watch_entry_id)
    orders = WorkOrder.objects.standing().filter(watch_entry=entry, refused_at__isnull=True)
    stage, done_on = stage_of(
        [Work(one.underway_on is not None, one.done_on) for one in orders.order_by("pk")]
    )
    measure = entry.measure or str(order.get_kind_display())
    before = (entry.stage, entry.measure_done_on, entry.measure)
    if not stage or before == (stage, done_on, measure):
        return
    entry.stage, entry.measure_done_on, entry.measure = stage, done_on, measure
    entry.version += 1
    entry.save(update_fields=["stage", "measure_done_on", "measure", "version"])
    audit.record(
        actor,
        "watchlist.followed",
        entry,
        unit_path=entry.unit_path,
        order=order.order_no,
        stage=stage,
    )
