"""Forms of home visits, for staff and for the public page."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.outreach.models import Visit, VisitRules
from hearth.outreach.queries.visits import possible_visitors, rules_on, usual_pair
from hearth.outreach.services.visits import LENGTHS, Appointment, Request, Triage
from hearth.outreach.services.visits_at_door import Call
from hearth.outreach.services.visits_kept import RulesEntry
from hearth.web.forms import HearthForm
from hearth.web.picking import Source, picked
from hearth.web.visits.words import CALLS, CANCELLED, GROUPS, NEEDS, REASONS, STAGES

EDIT = "outreach.edit"
MINUTE = "%Y-%m-%dT%H:%M"


def _pairs(words: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(words.items())


def _note(label: Any, most: int, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=most, widget=area, **more)


OUTLETS = Source("network:unit-options")


class UnitChoice(forms.ModelChoiceField):
    """A unit by its code, named by its name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Unit.objects.none(), to_field_name="code", **more)

    def label_from_instance(self, unit: Unit) -> str:
        return unit.name


class CityChoice(UnitChoice):
    """A branch by its city, which people know, and its name."""

    def label_from_instance(self, unit: Unit) -> str:
        return f"{unit.city} · {unit.name}" if unit.city else unit.name


class PersonChoice(forms.ModelChoiceField):
    """A member of staff by name and number: two may have one name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Person.objects.none(), **more)

    def label_from_instance(self, person: Person) -> str:
        return f"{person.name} {person.staff_no}"


def open_outlets(actor: Actor) -> Any:
    """Outlets for which the actor may record, open today."""
    reach = Unit.objects.visible_to(actor.scope_for(EDIT))
    return reach.outlets().open_on(timezone.localdate()).order_by("path")


class _Asking(HearthForm):
    """What both ways of asking share."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the person to be visited"), max_length=LENGTHS["name"])
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(label=_("Address"), max_length=LENGTHS["address"])
    group = forms.ChoiceField(label=_("Who is served"), choices=_pairs(GROUPS))
    need = forms.ChoiceField(label=_("What is needed"), choices=_pairs(NEEDS))
    circumstances = _note(
        _("Anything we should know"),
        LENGTHS["circumstances"],
        required=False,
        help_text=_("Such as: hard of hearing, second floor without a lift."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uuid"].initial = uuid.uuid4
        for name in ("name", "address"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def request(self) -> Request:
        """What was typed, for the service."""
        said = self.cleaned_data
        names = ("name", "phone", "address", "group", "need", "circumstances", "consents")
        return Request(**{name: said[name] for name in names})


class RequestForm(_Asking):
    """A request that staff take down."""

    unit = UnitChoice(label=_("Outlet"), empty_label=None)
    channel = forms.ChoiceField(
        label=_("How they asked"),
        choices=[("phone", _("By telephone")), ("outlet", _("At the outlet"))],
    )
    consents = forms.BooleanField(
        label=_("I read out the purpose and how long we keep this, and they agree."),
        required=False,
    )
    field_order = [
        "uuid", "unit", "channel", "name", "phone", "address", "group", "need",
        "circumstances", "consents",
    ]  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outlet: Any = self.fields["unit"]
        self.fields["unit"] = picked(outlet, open_outlets(actor), OUTLETS)


class PublicForm(_Asking):
    """A request by someone without an account: few fields, in plain words."""

    unit = CityChoice(label=_("In which city?"), empty_label=_("Please choose"))
    name = forms.CharField(label=_("Name of the person we visit"), max_length=LENGTHS["name"])
    phone = forms.CharField(
        label=_("Your telephone"),
        help_text=_("We call you back on this number."),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    address = forms.CharField(label=_("Address we come to"), max_length=LENGTHS["address"])
    group = forms.ChoiceField(
        label=_("Why can they not come to us?"),
        choices=_pairs(GROUPS),
        widget=forms.RadioSelect,
    )
    need = forms.ChoiceField(
        label=_("What can we do for you?"), choices=_pairs(NEEDS), widget=forms.RadioSelect
    )
    circumstances = _note(
        _("Anything we should know (may stay empty)"),
        LENGTHS["circumstances"],
        required=False,
        help_text=_("Such as: hard of hearing, second floor without a lift."),
    )
    consents = forms.BooleanField(label=_("I have read this and agree."), required=False)
    field_order = [
        "uuid", "unit", "name", "phone", "address", "group", "need", "circumstances", "consents"
    ]  # fmt: skip

    def __init__(self, offered: Any, chosen: Unit | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = offered
        if chosen is not None:
            field.initial, field.widget = chosen.code, forms.HiddenInput()


class StateForm(HearthForm):
    """The code of a request."""

    code = forms.CharField(
        label=_("Number of your request"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ActForm(HearthForm):
    """An act on a visit as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, actor: Actor, visit: Visit, *args: Any, **kwargs: Any) -> None:
        initial = {"version": visit.version, **self.start(visit), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.offer(actor, visit)

    def start(self, visit: Visit) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def offer(self, actor: Actor, visit: Visit) -> None:
        """Fill what can be chosen."""


class TriageForm(ActForm):
    """What was found out on the telephone."""

    unit = UnitChoice(label=_("Outlet that goes"), empty_label=_("Please choose"))
    group = forms.ChoiceField(label=_("Who is served"), choices=_pairs(GROUPS))
    need = forms.ChoiceField(label=_("What is needed"), choices=_pairs(NEEDS))
    has_id = forms.BooleanField(
        label=_("A valid identity document and the papers are at hand"), required=False
    )
    has_family = forms.BooleanField(label=_("A relative will be there"), required=False)
    place = forms.CharField(
        label=_("Longitude, latitude"),
        required=False,
        max_length=60,
        help_text=_(
            "As a map shows them; for the way between visits. Empty: that of the outlet counts."
        ),
    )

    def start(self, visit: Visit) -> dict[str, Any]:
        code = visit.unit.code if visit.unit.is_outlet else ""
        return {"unit": code, "group": visit.group, "need": visit.need}

    def offer(self, actor: Actor, visit: Visit) -> None:
        outlet: Any = self.fields["unit"]
        self.fields["unit"] = picked(outlet, open_outlets(actor), OUTLETS)

    def found(self) -> Triage:
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Triage(**said)


class PlanForm(ActForm):
    """When, who, with what."""

    starts_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local", "step": "300"}),
    )
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=15, max_value=480)
    first = PersonChoice(label=_("First person"), empty_label=_("Please choose"))
    second = PersonChoice(label=_("Second person"), empty_label=_("Please choose"))
    device = forms.CharField(label=_("Device"), required=False, max_length=80)

    def start(self, visit: Visit) -> dict[str, Any]:
        rules = rules_on(timezone.localdate())
        if visit.starts_at and visit.ends_at:
            return {
                "starts_at": timezone.localtime(visit.starts_at),
                "minutes": (visit.ends_at - visit.starts_at) // timedelta(minutes=1),
                "first": visit.first_visitor_id,
                "second": visit.second_visitor_id,
                "device": visit.device,
            }
        pair = usual_pair(visit.unit, timezone.localdate())
        usual = {
            "first": pair.staff_id if pair else None,
            "second": pair.second_id if pair else None,
            "device": pair.device if pair else "",
        }
        return {"minutes": rules.visit_minutes} | usual

    def offer(self, actor: Actor, visit: Visit) -> None:
        people = possible_visitors(visit.unit, timezone.localdate())
        for name in ("first", "second"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def appointment(self) -> Appointment:
        said = self.cleaned_data
        start: datetime = said["starts_at"]
        return Appointment(start, said["minutes"], said["first"], said["second"], said["device"])


class DecisionForm(ActForm):
    """Approve, or send back with a reason."""

    reason = forms.CharField(
        label=_("What has to be changed"),
        required=False,
        max_length=200,
        help_text=_("Needed to send it back. No names or numbers of customers."),
    )


class CancelForm(ActForm):
    """Why a visit will not be."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[pair for pair in _pairs(CANCELLED) if pair[0] != "idle"]
    )
    note = _note(_("More"), 500, required=False, help_text=_("Kept encrypted, and deleted later."))


class HandInForm(ActForm):
    """What was brought back."""

    vouchers = forms.IntegerField(label=_("Vouchers handed in"), min_value=0, max_value=200)


class CallForm(ActForm):
    """What came of calling."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("What came of the call"), choices=_pairs(CALLS))
    note = _note(_("Note"), 500, required=False, help_text=_("Kept encrypted, and deleted later."))

    def start(self, visit: Visit) -> dict[str, Any]:
        return {"uuid": uuid.uuid4()}

    def call(self) -> Call:
        said = self.cleaned_data
        return Call(said["uuid"], said["result"], said["note"])


class DoorForm(HearthForm):
    """One step at the door; each is a button of its own."""

    version = forms.IntegerField()
    uuid = forms.UUIDField(required=False)
    both_here = forms.BooleanField(required=False)
    drawn = forms.CharField(required=False)
    photo = forms.FileField(required=False)
    outcome = forms.CharField(required=False)


class PersonalForm(HearthForm):
    """Why personal data are opened."""

    reason = forms.ChoiceField(label=_("Why do you need it?"), choices=_pairs(REASONS))
    words = forms.CharField(
        label=_("More of the reason"),
        required=False,
        max_length=200,
        help_text=_("No names or numbers of customers: it stays in the audit trail."),
    )
    with_papers = forms.BooleanField(label=_("Signature and photos as well"), required=False)


class FindForm(HearthForm):
    """A telephone number or the code of a request; sent in the body, never in the address."""

    text = forms.CharField(
        label=_("Telephone or number of the request"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class ListFilter(HearthForm):
    """What the list is narrowed to."""

    stage = forms.ChoiceField(label=_("Step"), required=False, choices=[])
    under = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [("", _("All steps")), *_pairs(STAGES)]  # type: ignore[attr-defined]


class RulesForm(HearthForm):
    """What visits go by, from a day on."""

    valid_from = forms.DateField(label=_("Holds from"))
    detour_permille = forms.IntegerField(
        label=_("Road, in thousandths of the straight line"), min_value=1000, max_value=5000
    )
    speed_kmh = forms.IntegerField(label=_("Speed in km/h"), min_value=1, max_value=120)
    margin_minutes = forms.IntegerField(
        label=_("Minutes to add on every way"), min_value=0, max_value=120
    )
    visit_minutes = forms.IntegerField(
        label=_("Usual length of a visit in minutes"), min_value=15, max_value=480
    )
    day_from = forms.TimeField(label=_("Visits from"), widget=forms.TimeInput(format="%H:%M"))
    day_to = forms.TimeField(label=_("Visits until"), widget=forms.TimeInput(format="%H:%M"))
    keep_days = forms.IntegerField(
        label=_("Personal data are deleted so many days after the end"), min_value=1, max_value=3650
    )
    idle_days = forms.IntegerField(
        label=_("A visit that nobody moves is cancelled after so many days"),
        min_value=14,
        max_value=730,
    )

    @classmethod
    def beginning_with(cls, rules: VisitRules, data: Any = None) -> RulesForm:
        """A form that shows what holds now."""
        names = RulesEntry.__dataclass_fields__
        shown = {name: getattr(rules, name) for name in names} | {"valid_from": None}
        return cls(data, initial=shown)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        opens, closes = said.get("day_from"), said.get("day_to")
        if opens and closes and opens >= closes:
            self.add_error("day_to", _("The last day lies before the first. Choose a later one."))
        return said

    def entry(self) -> RulesEntry:
        return RulesEntry(**self.cleaned_data)
