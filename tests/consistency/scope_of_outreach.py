"""What opens the addresses of outreach; the records are made when they are first asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from hearth.outreach.models import (
    Activity,
    ActivityPhoto,
    ExperienceVisit,
    Feature,
    FeaturePhoto,
    Observation,
    Sample,
    SampleItem,
    SamplePhoto,
    ServiceTarget,
    Station,
    StationPhoto,
    Trip,
    TripStop,
)
from hearth.platform import files
from tests.consistency.scope_pages import (
    BOTH,
    POST,
    Args,
    Case,
    FillSide,
    below,
    general,
    page,
    placed,
)
from tests.consistency.scope_world import Side
from tests.factories_inspections import photo
from tests.factories_outreach import (
    kind,
    make_activity,
    make_feature,
    make_peer,
    make_station,
    make_target,
)

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


def feature(side: Side) -> Args:
    """A special service of the side's outlet."""
    return ((Feature.objects.filter(unit=side.outlet).first() or make_feature(side.outlet)).pk,)


def station(side: Side) -> Args:
    """A station at the side's outlet."""
    return ((Station.objects.filter(unit=side.outlet).first() or make_station(side.outlet)).pk,)


def sample(side: Side) -> Args:
    """A sample drawn below the side's branch."""
    start = {"unit_path": side.branch.path, "permille": 50, "seed": "1", "population": 1}
    made, _new = Sample.objects.get_or_create(unit=side.branch, period="2021Q1", defaults=start)
    return (made.pk,)


def item(side: Side) -> Args:
    """The one activity of that sample."""
    found = {"sample_id": sample(side)[0], "activity_id": activity(side)[0]}
    return (SampleItem.objects.get_or_create(**found)[0].pk,)


def target(side: Side) -> Args:
    """A target that the side's branch looks after."""
    found = ServiceTarget.objects.filter(unit=side.branch).first()
    return ((found or make_target(side.branch)).pk,)


def trip(side: Side) -> Args:
    """A trip of the side's branch."""
    start = {"unit_path": side.branch.path, "day": date(2021, 6, 1)}
    return (Trip.objects.get_or_create(unit=side.branch, title="范围", defaults=start)[0].pk,)


def stop(side: Side) -> Args:
    """Its one stop."""
    found = {"trip_id": trip(side)[0], "target_id": target(side)[0], "position": 1}
    return (TripStop.objects.get_or_create(**found)[0].pk,)


def visit(side: Side) -> Args:
    """An experience visit of the side's outlet at another bank's."""
    start = {
        "uuid": side.photos["submitted"].uuid,
        "unit_path": side.outlet.path,
        "visited_on": date(2021, 6, 1),
    }
    found = ExperienceVisit.objects.filter(unit=side.outlet).first()
    made = found or ExperienceVisit.objects.create(
        unit=side.outlet, peer=make_peer(side.branch), **start
    )
    return (made.pk,)


def idea(side: Side) -> Args:
    """An idea that it brought."""
    found = {"visit_id": visit(side)[0], "kind": "idea", "text": "设叫号大屏"}
    return (Observation.objects.get_or_create(**found)[0].pk,)


def _kind(_world: Any, _me: Any) -> Args:
    return (kind().code,)


def _table(_world: Any, _me: Any) -> Args:
    return ("services",)


def _line(_world: Any, _me: Any) -> Args:
    return ("activities", kind().code)


PAGES: dict[str, tuple[Case, ...]] = {
    "outreach:overview": (page(VIEW), below(lambda w: (), VIEW)),
    "outreach:rows": (page(VIEW), below(lambda w: (), VIEW)),
    "outreach:rows-export": (page("exchange.export", VIEW),),
    "outreach:catalogue": (page(VIEW),),
    "outreach:catalogue-add": (Case(("programme.edit",), _table, methods=BOTH),),
    "outreach:catalogue-line": (Case(("programme.edit",), _line, methods=BOTH),),
    "outreach:choose": (page(EDIT),),
    "outreach:create": (Case((EDIT,), _kind, methods=BOTH),),
    "outreach:confirm-many": (page(CONFIRM, methods=BOTH),),
    "outreach:confirm-past": (page(CONFIRM, methods=BOTH),),
    "outreach:activity": (placed(activity, VIEW),),
    "outreach:edit": (placed(activity, EDIT, methods=BOTH),),
    "outreach:decide": (placed(activity, CONFIRM, methods=POST),),
    "outreach:sheet": (placed(activity, EDIT, methods=BOTH),),
    "outreach:sheet-close": (placed(activity, EDIT, methods=POST),),
    "outreach:photo-add": (
        placed(of("activity", activity), VIEW, methods=POST, acts=EDIT),
        placed(of("feature", feature), VIEW, methods=POST, acts=EDIT),
        placed(of("station", station), VIEW, methods=POST, acts=EDIT),
        placed(of("sample", item), VIEW, methods=POST, acts=CONFIRM),
    ),
    "outreach:photo": (
        placed(shot("activity", ActivityPhoto, activity), VIEW),
        placed(shot("feature", FeaturePhoto, feature), VIEW),
        placed(shot("station", StationPhoto, station), VIEW),
        placed(shot("sample", SamplePhoto, item), VIEW),
    ),
    "outreach:features": (page(VIEW),),
    "outreach:feature": (placed(feature, VIEW),),
    "outreach:stations": (page(VIEW),),
    "outreach:station": (placed(station, VIEW),),
    "outreach:samples": (page(VIEW, methods=BOTH, acts=CONFIRM),),
    "outreach:sample-rate": (page("programme.edit", methods=BOTH),),
    "outreach:sample": (placed(sample, VIEW),),
    "outreach:sample-item": (placed(item, VIEW, methods=BOTH, acts=CONFIRM),),
    "outreach:mobile": (page(VIEW),),
    "outreach:mobile-calendar": (page(VIEW),),
    "outreach:target": (placed(target, VIEW),),
    "outreach:trip-create": (page(EDIT, methods=BOTH),),
    "outreach:trip": (placed(trip, VIEW),),
    "outreach:pick": (general(lambda _world: "target", VIEW),),
    "outreach:trip-edit": (placed(trip, EDIT, methods=BOTH),),
    "outreach:trip-cancel": (placed(trip, EDIT, methods=BOTH),),
    "outreach:stop": (placed(stop, EDIT, methods=BOTH),),
    "outreach:experience": (page(VIEW),),
    "outreach:experience-create": (page(EDIT, methods=BOTH),),
    "outreach:experience-visit": (placed(visit, VIEW),),
    "outreach:idea": (placed(idea, CONFIRM, methods=POST),),
    "outreach:photo-remove": (
        placed(shot("activity", ActivityPhoto, activity), VIEW, methods=POST, acts=EDIT),
    ),
}
PUBLIC = {"outreach:here": BOTH, "outreach:finder": BOTH}
PUBLIC_ARGS = {"outreach:here": ("guessed",)}
