"""Figures that the rooms' own pages state beside those of the programme's table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models import When as If
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.ledgers import ACTIVITIES, ATTEMPTS, FEATURES
from hearth.figures.registry import Figure, Source, When, declare
from hearth.figures.stock import PLACE, placed
from hearth.figures.tracing import NAME, UNIT, Layout, show
from hearth.outreach.labels import OBSERVATIONS
from hearth.outreach.models import ExperienceVisit, FeaturePhoto, Observation, SignIn, SignInSheet
from hearth.outreach.models.activities import midnight
from hearth.platform.spreadsheets import Column
from hearth.rectification.models import AT_OUTLET, DECISIVE, Rectification, Step

# --- activities and those who signed in -----------------------------------------------------------

_OF_SHEET = "sheet__activity"


def _within(when: When, of: str) -> Q:
    """Standing activities begun in the span, as seen from another table."""
    return Q(
        **{
            f"{of}__withdrawn_at__isnull": True,
            f"{of}__started_at__gte": midnight(when.since),
            f"{of}__started_at__lt": midnight(when.until),
        }
    )


def _sign_ins(when: When) -> QuerySet[SignIn]:
    return SignIn.objects.filter(_within(when, _OF_SHEET))


def _closed_sheets(when: When) -> QuerySet[SignInSheet]:
    return SignInSheet.objects.filter(_within(when, "activity"), closed_at__isnull=False)


def _person() -> Any:
    """Who signed in: the hash; of somebody who gave nothing, the attendance itself."""
    apart = Concat(Value("?"), Cast("pk", CharField()), output_field=CharField())
    return Case(If(person_hash="", then=apart), default=F("person_hash"))


def _through(activity: str) -> Source:
    """Sign-ins or their sheets, where the activity's unit lay on its day."""
    is_sheet = activity == "activity"
    return Source(
        _closed_sheets if is_sheet else _sign_ins,
        path=f"{activity}__unit_path",
        unit=f"{activity}__unit_id",
        permission="outreach.view",
        order=("closed_at" if is_sheet else "at", "pk"),
        splits={"kind": f"{activity}__kind__code", "activity": f"{activity}_id"},
    )


def _activities() -> None:
    signs, sheets = _through(_OF_SHEET), _through("activity")
    room: dict[str, Any] = {"group": "outreach", "begins": "year"}
    declare(
        Figure(
            "activities.sessions",
            _("Activities of every kind"),
            "count",
            True,
            True,
            ACTIVITIES,
            higher_is_better=True,
            **room,
        ),
        Figure(
            "activities.persons",
            _("Attendances at activities of every kind"),
            "persons",
            True,
            True,
            ACTIVITIES,
            value_of=Sum("persons"),
            higher_is_better=True,
            **room,
        ),
        Figure("sign_ins.attendances", _("Sign-ins by code"), "count", True, True, signs, **room),
        Figure(
            "sign_ins.persons",
            _("Different people who signed in by code, at most"),
            "persons",
            True,
            True,  # one is told from another at one outlet within one year only
            signs,
            value_of=Count(_person(), distinct=True),
            **room,
        ),
        Figure(
            "sign_ins.others",
            _("Attendances that staff counted beside the code"),
            "persons",
            True,
            True,
            sheets,
            value_of=Sum("others"),
            **room,
        ),
    )


def _sign_in_cells(row: SignIn) -> Sequence[Any]:
    of = row.sheet.activity
    return (of.activity, of.unit.code, of.unit.name, row.at)


def _sheet_cells(row: SignInSheet) -> Sequence[Any]:
    of = row.activity
    return (of.activity, of.unit.code, of.unit.name, row.others)


# --- what visitors noticed ------------------------------------------------------------------------


def _visits(when: When) -> QuerySet[ExperienceVisit]:
    rows = ExperienceVisit.objects.standing()
    return rows.filter(visited_on__gte=when.since, visited_on__lt=when.until)


def _observations(when: When) -> QuerySet[Observation]:
    return Observation.objects.filter(
        visit__withdrawn_at__isnull=True,
        visit__visited_on__gte=when.since,
        visit__visited_on__lt=when.until,
    )


def _experience() -> None:
    visits = Source(_visits, permission="outreach.view", order=("visited_on", "pk"))
    noticed = Source(
        _observations,
        path="visit__unit_path",
        unit="visit__unit_id",
        permission="outreach.view",
        order=("visit__visited_on", "pk"),
    )
    room: dict[str, Any] = {"group": "outreach", "begins": "year"}
    kinds: dict[str, Any] = {
        "strength": _("Strengths that visitors noticed"),
        "weakness": _("Weaknesses that visitors noticed"),
        "idea": _("Ideas that visitors brought back"),
    }
    at_peers = Q(peer__isnull=False)
    declare(
        Figure("experience.visits", _("Visits as a customer"), "count", True, True, visits, **room),
        Figure(
            "experience.at_peers",
            _("Visits as a customer at competitors"),
            "count",
            True,
            True,
            visits,
            at_peers,
            **room,
        ),
        *(
            Figure(f"experience.{kind}", name, "count", True, True, noticed, Q(kind=kind), **room)
            for kind, name in kinds.items()
        ),
    )


def _visit_cells(row: ExperienceVisit) -> Sequence[Any]:
    place = row.visited.name if row.visited else str(row.peer)
    return (place, row.unit.code, row.unit.name, row.visited_on)


def _observation_cells(row: Observation) -> Sequence[Any]:
    visit = row.visit
    return (row.text, visit.unit.code, visit.unit.name, row.kind, visit.visited_on)


# --- special services and tests -------------------------------------------------------------------


def _offers_and_tests() -> None:
    shown = FeaturePhoto.objects.filter(record_id=OuterRef("pk"))
    percent = Cast(F("score_centi"), FloatField()) * 100 / F("out_of_centi")
    declare(
        Figure(
            "features.outlets",
            _("Outlets with a special service"),
            "count",
            False,
            True,
            FEATURES,
            value_of=Count("unit_id", distinct=True),
            group="outreach",
            higher_is_better=True,
        ),
        Figure(
            "features.unproven",
            _("Special services without a photo as proof"),
            "count",
            False,
            True,
            FEATURES,
            ~Q(Exists(shown)),
            group="outreach",
            higher_is_better=False,
        ),
        Figure(
            "tests.mean",
            _("Mean result of tests, in percent of the points"),
            "score",
            True,
            False,
            ATTEMPTS,
            value_of=Avg(percent, output_field=FloatField()),
            least=1,
            group="learning",
            begins="year",
            higher_is_better=True,
        ),
    )


# --- rectification --------------------------------------------------------------------------------


def _due(when: When) -> QuerySet[Any]:
    """What was first due in the span, where its outlet lies on the day: work moves with it."""
    return placed(Rectification.objects.due_within(when.since, when.until), when.as_of)


def _closed(when: When) -> Q:
    return Q(closed_on__lte=when.as_of)


def _in_time(when: When) -> Q:
    """Closed by then, and the accepted fix was handed in by the first deadline (RC-02)."""
    return _closed(when) & Q(fixed_on__lte=F("first_due_on"))


def _late(when: When) -> Q:
    """With the outlet after the deadline that it had by then; a day to come is as of today.

    Of a day that is over the steps tell where each stood at its end, for what was put right, closed
    or sent back since says nothing of that day.
    """
    today = timezone.localdate()
    if when.as_of >= today:
        return Q(state__in=AT_OUTLET, due_on__lt=today)
    return Q(Exists(_at_outlet_late(when)))


def _at_outlet_late(when: When) -> QuerySet[Rectification]:
    """The row itself, where its last step by then left it with the outlet and its day was over."""
    told = Step.objects.filter(
        rectification=OuterRef("pk"), kind__in=DECISIVE, at__lt=midnight(when.until)
    ).order_by("-at", "-pk")
    row = Rectification.objects.filter(pk=OuterRef("pk")).annotate(
        last_kind=Coalesce(Subquery(told.values("kind")[:1]), Value(Step.Kind.REOPENED.value)),
        last_due=Coalesce(Subquery(told.values("due_on")[:1]), F("first_due_on")),
    )
    return row.filter(last_kind=Step.Kind.REOPENED, last_due__lt=when.as_of)


def _rectifications() -> None:
    due = Source(_due, path=PLACE, permission="rectification.view", order=("first_due_on", "pk"))
    room: dict[str, Any] = {"group": "rectification"}
    declare(
        Figure("rectification.due", _("Findings due"), "count", True, True, due, **room),
        Figure(
            "rectification.in_time",
            _("Findings closed in time"),
            "share",
            True,
            False,
            due,
            part=_in_time,
            higher_is_better=True,
            **room,
        ),
        Figure(
            "rectification.closed",
            _("Findings closed"),
            "share",
            True,
            False,
            due,
            part=_closed,
            higher_is_better=True,
            **room,
        ),
        Figure(
            "rectification.overdue",
            _("Findings overdue with the outlet"),
            "count",
            True,
            True,
            due,
            _late,
            higher_is_better=False,
            **room,
        ),
    )


# --- how their rows are shown ---------------------------------------------------------------------

_ACTIVITY = Column("activity", pgettext_lazy("ledger", "Activity"), "code")
_VISITED_ON = Column("visited_on", _("Date"), "date")


def _show_all() -> None:
    show(
        SignIn,
        Layout(
            (_ACTIVITY, UNIT, NAME, Column("at", _("Signed in at"), "instant")),
            _sign_in_cells,
            ("sheet__activity__unit",),
        ),
    )
    show(
        SignInSheet,
        Layout(
            (_ACTIVITY, UNIT, NAME, Column("others", _("Counted by staff"), "integer")),
            _sheet_cells,
            ("activity__unit",),
        ),
    )
    show(
        ExperienceVisit,
        Layout(
            (Column("place", _("Place visited")), UNIT, NAME, _VISITED_ON),
            _visit_cells,
            ("unit", "visited", "peer"),
        ),
    )
    show(
        Observation,
        Layout(
            (
                Column("text", _("What was noticed")),
                UNIT,
                NAME,
                Column(
                    "kind",
                    pgettext_lazy("observation", "Kind"),
                    "choice",
                    choices=tuple(OBSERVATIONS.items()),
                ),
                _VISITED_ON,
            ),
            _observation_cells,
            ("visit__unit",),
        ),
    )


_activities()
_experience()
_offers_and_tests()
_rectifications()
_show_all()
