"""What opens the addresses of outreach; the records are made when they are first asked for."""

from __future__ import annotations

from typing import Any

from hearth.outreach.models import Activity, ActivityPhoto
from hearth.platform import files
from tests.consistency.scope_pages import BOTH, POST, Args, Case, FillSide, below, page, placed
from tests.consistency.scope_world import Side
from tests.factories_inspections import photo
from tests.factories_outreach import kind, make_activity

VIEW, EDIT, CONFIRM = "outreach.view", "outreach.edit", "outreach.confirm"


def activity(side: Side) -> Args:
    """One activity of the side's outlet, waiting to be confirmed."""
    number = f"SCOPE-{side.outlet.code}"
    found = Activity.objects.filter(activity=number).first()
    return ((found or make_activity(side.outlet, activity=number)).pk,)


def _photo(table: Any, record: int, side: Side) -> Any:
    """A photo in ``table`` of the record with this key."""
    stored = files.store_picture(photo())
    start = {
        "uuid": side.photos["released"].uuid,
        "sha256": stored.sha256,
        "size": stored.size,
        "content_type": stored.content_type,
        "width": stored.width,
        "height": stored.height,
    }
    return table.objects.get_or_create(record_id=record, defaults=start)[0].uuid


def shot(name: str, table: Any, record: FillSide) -> FillSide:
    """A photo of a record of the side."""
    return lambda side: (name, _photo(table, record(side)[0], side))


def of(name: str, record: FillSide) -> FillSide:
    """The name of a table of photos, and a record of the side."""
    return lambda side: (name, record(side)[0])


def _kind(_world: Any, _me: Any) -> Args:
    return (kind().code,)


PAGES: dict[str, tuple[Case, ...]] = {
    "outreach:overview": (page(VIEW), below(lambda w: (), VIEW)),
    "outreach:rows": (page(VIEW), below(lambda w: (), VIEW)),
    "outreach:choose": (page(EDIT),),
    "outreach:create": (Case((EDIT,), _kind, methods=BOTH),),
    "outreach:confirm-many": (page(CONFIRM, methods=BOTH),),
    "outreach:activity": (placed(activity, VIEW),),
    "outreach:edit": (placed(activity, EDIT, methods=BOTH),),
    "outreach:decide": (placed(activity, CONFIRM, methods=POST),),
    "outreach:sheet": (placed(activity, EDIT, methods=BOTH),),
    "outreach:sheet-close": (placed(activity, EDIT, methods=POST),),
    "outreach:photo-add": (placed(of("activity", activity), VIEW, methods=POST, acts=EDIT),),
    "outreach:photo": (placed(shot("activity", ActivityPhoto, activity), VIEW),),
    "outreach:photo-remove": (
        placed(shot("activity", ActivityPhoto, activity), VIEW, methods=POST, acts=EDIT),
    ),
}
PUBLIC = {"outreach:here": BOTH}
PUBLIC_ARGS = {"outreach:here": ("guessed",)}
