"""The figures of the ledgers: what the programme of 2021 counted, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models import When as If
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.declared import OUTLETS
from hearth.figures.registry import Figure, Source, Split, When, declare
from hearth.figures.stock import PLACE, placed
from hearth.honours.models import Award, ExternalRank
from hearth.learning.models import Attempt, Sitting
from hearth.network.models import Post
from hearth.outreach.models import Activity, Feature, HomeVisitCapability, Speciality, Station
from hearth.outreach.models.activities import midnight
from hearth.voices.models import Entry

# --- outreach -----------------------------------------------------------------------------------


def _activities(when: When) -> QuerySet[Activity]:
    return Activity.objects.standing().between(when.since, when.until)


def _held(
    model: type[Feature | Speciality | Station | Award],
) -> Callable[[When], QuerySet[Any]]:
    def rows(when: When) -> QuerySet[Any]:
        return placed(model.objects.held_on(when.as_of), when.as_of)

    return rows


def _capable(when: When) -> Q:
    able = HomeVisitCapability.objects.held_on(when.as_of)
    return Q(unit_id__in=able.values("unit_id"))


def _day_of_start() -> Any:
    return TruncDate("started_at", tzinfo=timezone.get_default_timezone())


ACTIVITIES = Source(
    _activities,
    permission="outreach.view",
    order=("started_at", "pk"),
    splits={"kind": "kind__code", "day": _day_of_start},
)


def _offered(
    model: type[Feature | Speciality | Station], splits: Mapping[str, Split] | None = None
) -> Source:
    order = ("unit__code", "pk")
    return Source(
        _held(model), path=PLACE, permission="outreach.view", order=order, splits=splits or {}
    )


FEATURES = _offered(Feature, {"feature": "feature_id"})
SPECIALITIES = _offered(Speciality, {"speciality": "speciality_id"})


def _of_kind(key: str, name: Any, kind: str, **more: Any) -> Figure:
    """Activities of one kind; with ``more``, something else of them than how many there were."""
    said: dict[str, Any] = {"group": "outreach", "begins": "year", "higher_is_better": True} | more
    measure = said.pop("measure", "count")
    return Figure(key, name, measure, True, True, ACTIVITIES, Q(kind__code=kind), **said)


def _activities_of_kinds() -> None:
    persons: dict[str, Any] = {"measure": "persons", "value_of": Sum("persons")}
    declare(
        _of_kind("cleaning.sessions", _("Cleaning days held by outlets"), "cleaning_day"),
        _of_kind("home_visits.count", _("Home visits made"), "home_visit"),
        _of_kind("lectures.sessions", _("Lectures on financial knowledge"), "lecture"),
        _of_kind("customer_events.sessions", _("Customer events"), "customer_event"),
        _of_kind("mobile_services.count", _("Mobile services"), "mobile_service"),
        _of_kind(
            "customer_experience.sessions",
            _("Sessions of customer experience"),
            "customer_experience",
        ),
        _of_kind(
            "customer_experience.persons",
            _("Customers who took part in an experience"),
            "customer_experience",
            **persons,
        ),
        _of_kind(
            "staff_experience.sessions", _("Sessions of staff experience"), "staff_experience"
        ),
        _of_kind(
            "staff_experience.persons",
            _("Staff who took part in an experience"),
            "staff_experience",
            **persons,
        ),
        _of_kind("training.sessions", _("Trainings"), "training"),
        _of_kind("training.persons", _("Attendances at trainings"), "training", **persons),
    )


def _offers() -> None:
    stations = _offered(Station)
    outlets = Count("unit_id", distinct=True)
    room: dict[str, Any] = {"group": "outreach", "higher_is_better": True}
    declare(
        Figure(
            "features.kinds",
            _("Kinds of special service offered"),
            "count",
            False,
            False,
            FEATURES,
            value_of=Count("feature_id", distinct=True),
            **room,
        ),
        Figure(
            "specialities.outlets",
            _("Specialised outlets"),
            "count",
            False,
            True,
            SPECIALITIES,
            value_of=outlets,
            **room,
        ),
        Figure(
            "stations.outlets",
            _("Outlets with a station of care"),
            "count",
            False,
            True,
            stations,
            value_of=outlets,
            **room,
        ),
        Figure(
            "home_visits.capable_share",
            _("Outlets able to make home visits"),
            "share",
            False,
            False,
            OUTLETS,
            part=_capable,
            **room,
        ),
    )


# --- learning -----------------------------------------------------------------------------------


def _sittings(when: When) -> QuerySet[Sitting]:
    return Sitting.objects.standing().filter(held_on__gte=when.since, held_on__lt=when.until)


def _attempts(when: When) -> QuerySet[Attempt]:
    return Attempt.objects.standing().filter(held_on__gte=when.since, held_on__lt=when.until)


def _to_be_covered(when: When) -> QuerySet[Any]:
    """Posts that basic operations staff hold on the day."""
    gone = Q(person__left_on__isnull=True) | Q(person__left_on__gt=when.as_of)
    posts = Post.objects.held_on(when.as_of).filter(gone, person__is_basic_operations=True)
    return placed(posts, when.as_of)


def _sat(when: When) -> Q:
    return Q(person_id__in=_attempts(when).values("person_id"))


ATTEMPTS = Source(
    _attempts,
    permission="people.view",
    order=("held_on", "pk"),
    splits={"sitting": "sitting_id"},
)


def _learning() -> None:
    sittings = Source(_sittings, permission="learning.view", order=("held_on", "pk"))
    staff = Source(
        _to_be_covered, path=PLACE, permission="people.view", order=("person__staff_no",)
    )
    room: dict[str, Any] = {"group": "learning", "begins": "year", "higher_is_better": True}
    declare(
        Figure(
            "tests.branches",
            _("Branches that held a knowledge test"),
            "count",
            True,
            True,
            sittings,
            value_of=Count("unit_id", distinct=True),
            **room,
        ),
        Figure("tests.sittings", _("Sittings of tests"), "count", True, True, sittings, **room),
        Figure(
            "tests.people",
            _("People who sat a test"),
            "persons",
            True,
            False,
            ATTEMPTS,
            value_of=Count("person_id", distinct=True),
            **room,
        ),
        Figure(
            "tests.coverage",
            _("Basic operations staff who sat a test"),
            "share",
            True,
            False,
            staff,
            part=_sat,
            counts="person_id",
            **room,
        ),
    )


# --- voices and honours ---------------------------------------------------------------------------


def _entries(when: When) -> QuerySet[Entry]:
    return Entry.objects.standing().filter(
        submitted_at__gte=midnight(when.since), submitted_at__lt=midnight(when.until)
    )


def _two_ranks(when: When) -> QuerySet[Any]:
    """Each unit's newest published rank and the last one of the year before, as + and −.

    Their sum is how many places the unit rose: the rank then, less the rank now.
    """
    year = date(when.as_of.year, 1, 1)
    known = _known_ranks(when)
    newest = _newest(known.filter(ends_on__gte=year))
    before = _newest(known.filter(ends_on__lt=year))
    return known.filter(Q(ends_on=newest) | Q(ends_on=before)).annotate(
        signed=Case(
            If(ends_on__gte=year, then=-1 * F("rank")),
            default=F("rank"),
            output_field=IntegerField(),
        )
    )


def _known_ranks(when: When) -> QuerySet[ExternalRank]:
    published = ExternalRank.objects.standing().filter(channel="head_office")
    return published.filter(ends_on__lte=when.as_of)


def _newest(ranks: QuerySet[ExternalRank]) -> Subquery:
    """The last day of the newest period of these ranks of the same unit."""
    own = ranks.order_by("-ends_on").filter(unit_id=OuterRef("unit_id"))
    return Subquery(own.values("ends_on")[:1])


def _newest_ranks(when: When) -> QuerySet[ExternalRank]:
    known = _known_ranks(when)
    return known.filter(ends_on=_newest(known))


def _voices() -> None:
    entries = Source(
        _entries,
        permission="voices.view",
        order=("submitted_at", "pk"),
        splits={"solicitation": "solicitation_id"},
    )
    year: dict[str, Any] = {"group": "voices", "begins": "year"}
    declare(
        Figure(
            "solicitation.names",
            _("Names of the service brand handed in"),
            "count",
            True,
            True,
            entries,
            Q(kind="name"),
            **year,
        ),
        Figure(
            "solicitation.slogans",
            _("Slogans handed in"),
            "count",
            True,
            True,
            entries,
            Q(kind="slogan"),
            **year,
        ),
    )


def _honours() -> None:
    awards = Source(_held(Award), path=PLACE, permission="honours.view", order=("unit__code", "pk"))
    named: dict[str, Any] = {
        "top100": _("Top hundred outlets"),
        "top1000": _("Top thousand outlets"),
        "star": _("Star-rated outlets"),
    }
    declare(
        *(
            Figure(
                f"awards.{kind}",
                name,
                "count",
                False,
                True,
                awards,
                Q(award__code=kind),
                value_of=Count("unit_id", distinct=True),
                group="honours",
                higher_is_better=True,
            )
            for kind, name in named.items()
        )
    )


def _head_office() -> None:
    both = Source(_two_ranks, is_own=True, permission="honours.view", order=("ends_on",))
    newest = Source(_newest_ranks, is_own=True, permission="honours.view")
    declare(
        Figure(
            "head_office.rank",
            pgettext_lazy("figure", "Rank in the head office's mystery shopping"),
            "rank",
            False,
            False,
            newest,
            value_of=Max("rank"),
            least=1,
            group="honours",
            higher_is_better=False,
        ),
        Figure(
            "head_office.score",
            _("Score in the head office's mystery shopping"),
            "score",
            False,
            False,
            newest,
            value_of=Max("score_centi"),
            scale=100,
            least=1,
            group="honours",
            higher_is_better=True,
        ),
        Figure(
            "head_office.rank_change",
            _("Places gained with the head office since the end of last year"),
            "change",
            False,
            False,
            both,
            value_of=Sum("signed"),
            least=2,
            group="honours",
            higher_is_better=True,
        ),
    )


_activities_of_kinds()
_offers()
_learning()
_voices()
_honours()
_head_office()
