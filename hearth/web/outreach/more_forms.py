"""Forms of offers, samples, mobile service and experience visits."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.outreach.labels import OBSERVATIONS, OUTCOMES, RESULTS, TARGET_GROUPS
from hearth.outreach.models import PeerOutlet, ServiceTarget, ServiceVehicle, Trip
from hearth.outreach.queries.offers import cities, districts, searched_kinds
from hearth.outreach.services.words import CONFIRM, EDIT
from hearth.platform.wording import period_title
from hearth.premises.queries.facilities import public_kinds
from hearth.standards.models import Edition, Module
from hearth.web.forms import HearthForm
from hearth.web.naming import edition_name, title_of
from hearth.web.outreach.forms import (
    ANY,
    STATION,
    TARGETS,
    VEHICLES,
    OfUnitField,
    UnitChoiceMixin,
    VersionForm,
    named_with_unit,
    unit_field,
)
from hearth.web.picking import PickField, Source, are_many, picked

PEERS = Source("outreach:pick", ("peer",), "peer")
PERIODS = 6  # quarters that are over and may be drawn
STOPS = 8  # lines of the form; a longer trip is planned as two
MORE_STOPS = 2  # empty lines of the form of a longer trip that is changed
OBSERVED = 6
RATED = 12  # modules of an edition that are rated


class DayChoice(HearthForm):
    """As of which day."""

    on = forms.DateField(label=_("As of"), required=False)


FACILITY = "facility:"
"""Before the code of a facility, which may be that of a service too."""


class FinderForm(HearthForm):
    """What is looked for, and where; the place of a telephone comes by POST and is not kept."""

    service = forms.ChoiceField(label=_("What do you need?"))
    city = forms.ChoiceField(label=_("Where?"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, str(kind)) for kind in searched_kinds()]
        services = [*kinds, (STATION, _("Station of care for the elderly"))]
        facilities = [
            (f"{FACILITY}{kind.code}", str(kind)) for kind in public_kinds(timezone.localdate())
        ]
        self.sought = dict([*services, *facilities])
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (_("Services"), services),
            (_("Facilities"), facilities),
        ]
        places = [("", _("everywhere")), *((city, city) for city in cities())]
        self.fields["city"].choices = places  # type: ignore[attr-defined]
        inside = districts(str(self.data.get("city", ""))) if self.data.get("city") else []
        if inside:
            wanted = [("", _("all districts")), *((one, one) for one in inside)]
            self.fields["district"].choices = wanted  # type: ignore[attr-defined]
        else:
            del self.fields["district"]

    @property
    def near(self) -> tuple[float, float] | None:
        """Longitude and latitude that the telephone gave; None without both."""
        lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
        return None if lon is None or lat is None else (lon, lat)


# --- samples ------------------------------------------------------------------------------------


class DrawForm(HearthForm):
    """Of which unit and period the sample is drawn."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=pgettext_lazy("ledger", "Unit"), to_field_name="code"
    )
    period = forms.ChoiceField(label=_("Period"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = Unit.objects.visible_to(actor.scope_for(CONFIRM)).exclude(level="outlet")
        self.fields["unit"].queryset = reach.order_by("path")  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None  # type: ignore[attr-defined]
        self.fields["period"].choices = past_quarters()  # type: ignore[attr-defined]


def past_quarters() -> list[tuple[str, str]]:
    """The last quarters that are over."""
    period = Period.of(timezone.localdate(), "quarter")
    found = []
    for _number in range(PERIODS):
        period = period.previous()
        found.append((period.key, period_title(period)))
    return found


class RateForm(HearthForm):
    """The share from a day on."""

    percent = forms.DecimalField(
        label=_("Share in %"), min_value=0, max_value=100, decimal_places=1, max_digits=4
    )
    valid_from = forms.DateField(label=_("From"))


class VerifyForm(VersionForm):
    """What verification found."""

    result = forms.ChoiceField(
        label=_("Found"),
        choices=[(key, text) for key, text in RESULTS.items() if key != "pending"],
    )
    note = forms.CharField(
        label=_("What was seen"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


# --- mobile service -----------------------------------------------------------------------------


class TargetFilter(HearthForm):
    """Which targets."""

    group = forms.ChoiceField(
        label=_("Target group"), required=False, choices=ANY + list(TARGET_GROUPS.items())
    )


class TripForm(UnitChoiceMixin, HearthForm):
    """A trip: day, vehicle, and its stops in order."""

    day = forms.DateField(label=_("Day"))
    title = forms.CharField(label=pgettext_lazy("trip", "Name"), max_length=120)
    vehicle = OfUnitField(ServiceVehicle.objects.none(), label=_("With"), required=False)

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lines = STOPS

    def __init__(self, actor: Actor, trip: Trip | None, *args: Any, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        scope, today = actor.scope_for("outreach.view"), timezone.localdate()
        order = ("unit__path", "name", "pk")
        vehicles = ServiceVehicle.objects.visible_to(scope)
        targets = ServiceTarget.objects.visible_to(scope)
        held, wanted = vehicles.held_on(today), targets.held_on(today)
        if trip is not None:  # what it goes to and goes with stays to be chosen
            held |= vehicles.filter(pk=trip.vehicle_id or 0)
            wanted |= targets.filter(pk__in=trip.stops.values("target"))
        with_what: Any = self.fields["vehicle"]
        choices = held.select_related("unit").order_by(*order)
        self.fields["vehicle"] = picked(with_what, choices, VEHICLES)
        self._offer(wanted.select_related("unit").order_by(*order))

    def _offer(self, rows: Any) -> None:
        """The targets of each line: read once where they are few, typed where they are many."""
        lines = [f"target_{number}" for number in range(1, self.lines + 1)]
        self.targets: dict[str, ServiceTarget] = {}
        if are_many(rows):
            planned = {self.initial.get(line) for line in lines} - {None, ""}
            known = {one.pk: one for one in rows.filter(pk__in=planned)}
            for line in lines:
                label, one = self.fields[line].label, known.get(self.initial.get(line, 0))
                said = named_with_unit(one) if one else ""  # a code alone says little
                self.fields[line] = PickField(
                    rows, TARGETS, label=label, required=False, help_text=said
                )
                self.initial[line] = one.target if one else ""
            return
        names = [("", "—"), *((str(one.pk), named_with_unit(one)) for one in rows)]
        self.targets = {str(one.pk): one for one in rows}
        for line in lines:
            self.fields[line].choices = names  # type: ignore[attr-defined]

    def stop_fields(self) -> list[tuple[Any, Any]]:
        """Target and time of each line."""
        lines = range(1, self.lines + 1)
        return [(self[f"target_{n}"], self[f"at_{n}"]) for n in lines]

    def stops(self) -> list[tuple[ServiceTarget, time | None]]:
        """The stops that are filled in, in order."""
        data = self.cleaned_data
        return [
            (self._target(data[f"target_{n}"]), data[f"at_{n}"])
            for n in range(1, self.lines + 1)
            if data.get(f"target_{n}")
        ]

    def _target(self, chosen: ServiceTarget | str) -> ServiceTarget:
        return self.targets[chosen] if isinstance(chosen, str) else chosen


def trip_form(actor: Actor, *args: Any, trip: Trip | None = None, **kwargs: Any) -> TripForm:
    """The form of a trip with the units of one actor; of one that stands, with all its stops."""
    places = trip.stops.order_by("-position").values_list("position", flat=True) if trip else ()
    lines = max(STOPS, next(iter(places[:1]), 0) + MORE_STOPS)
    fields: dict[str, Any] = {"unit": unit_field(actor, EDIT), "lines": lines}
    for number in range(1, lines + 1):
        fields[f"target_{number}"] = forms.ChoiceField(
            label=_("Stop %(n)s") % {"n": number}, required=False
        )
        fields[f"at_{number}"] = forms.TimeField(
            label=_("At"),
            required=False,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        )
    form: TripForm = type("UnitTripForm", (TripForm,), fields)(actor, trip, *args, **kwargs)
    return form


class ReasonForm(HearthForm):
    """An act that needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=400)


# --- experience visits --------------------------------------------------------------------------


class EditionChoice(forms.ModelChoiceField):
    """A choice of editions by the titles that people know."""

    def label_from_instance(self, edition: Edition) -> str:
        return edition_name(edition)


class ExperienceForm(UnitChoiceMixin, HearthForm):
    """What a visitor found; the standard comes from the address, its modules are rated."""

    day = forms.DateField(label=_("Day of the visit"))
    target = forms.CharField(
        label=_("Our outlet (code)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "unit-options", "autocomplete": "off"}),
    )
    peer = forms.ModelChoiceField(
        PeerOutlet.objects.none(), label=_("Or another bank's outlet"), required=False
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, actor: Actor, modules: list[Module], *args: Any, **kwargs: Any) -> None:
        self.actor, self.modules = actor, modules
        super().__init__(*args, **kwargs)
        peers = PeerOutlet.objects.visible_to(actor.scope_for("outreach.view"))
        held = peers.held_on(timezone.localdate()).order_by("bank", "name")
        beside: Any = self.fields["peer"]
        self.fields["peer"] = picked(beside, held, PEERS)

    def clean_target(self) -> Unit | None:
        code = self.cleaned_data["target"].strip()
        if not code:
            return None
        unit = Unit.objects.visible_to(self.actor.scope).outlets().filter(code=code).first()
        if unit is None:
            raise forms.ValidationError(
                _("There is no unit with the code %(code)s in your part of the tree."),
                params={"code": code},
            )
        return unit

    def place_fields(self) -> list[Any]:
        """Who went where and when."""
        return [self[name] for name in ("unit", "day", "target", "peer")]

    def rating_fields(self) -> list[Any]:
        """One for each module."""
        return [self[f"rate_{one.pk}"] for one in self.modules]

    def observation_fields(self) -> list[tuple[Any, Any]]:
        """Kind and text of each line."""
        return [(self[f"kind_{n}"], self[f"text_{n}"]) for n in range(1, OBSERVED + 1)]

    def ratings(self) -> dict[str, int]:
        """Ratings given, by module code."""
        given = {one.code: self.cleaned_data[f"rate_{one.pk}"] for one in self.modules}
        return {code: int(value) for code, value in given.items() if value}

    def observations(self) -> list[tuple[str, str]]:
        """Lines that are filled in."""
        data = self.cleaned_data
        lines = [(data[f"kind_{n}"], data[f"text_{n}"]) for n in range(1, OBSERVED + 1)]
        return [(kind, text) for kind, text in lines if text.strip()]


def experience_form(
    actor: Actor, modules: list[Module], *args: Any, **kwargs: Any
) -> ExperienceForm:
    """The form of a visit with the units of one actor and the modules of one edition."""
    fields: dict[str, forms.Field] = {"unit": unit_field(actor, EDIT)}
    grades = [("", "—"), *((str(n), str(n)) for n in range(5, 0, -1))]
    for one in modules:
        fields[f"rate_{one.pk}"] = forms.ChoiceField(
            label=title_of(one), choices=grades, required=False
        )
    order = ("strength", "strength", "weakness", "weakness", "idea", "idea")
    for number, kind in enumerate(order, start=1):
        fields[f"kind_{number}"] = forms.ChoiceField(
            label=_("What"), choices=list(OBSERVATIONS.items()), initial=kind
        )
        fields[f"text_{number}"] = forms.CharField(
            label=_("What was noticed"), max_length=500, required=False
        )
    made = type("UnitExperienceForm", (ExperienceForm,), fields)
    form: ExperienceForm = made(actor, modules, *args, **kwargs)
    return form


class StandardChoice(HearthForm):
    """By which standard one looks."""

    edition = EditionChoice(Edition.objects.none(), label=_("Look by the standard"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = Edition.objects.in_force(timezone.localdate()).select_related("standard")
        self.fields["edition"].queryset = usable  # type: ignore[attr-defined]


class IdeaForm(HearthForm):
    """What becomes of an idea."""

    outcome = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[(key, text) for key, text in OUTCOMES.items() if key != "open"],
    )
    note = forms.CharField(label=_("Why, or who does it"), max_length=400, required=False)
