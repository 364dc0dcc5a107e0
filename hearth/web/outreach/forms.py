"""Forms of this area."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.outreach.domain.kinds import ExtraField, read_fields
from hearth.outreach.models import Activity, ActivityKind, ServiceTarget, ServiceVehicle
from hearth.outreach.services.activities import ActivityEntry
from hearth.outreach.services.words import EDIT
from hearth.web.forms import HearthForm
from hearth.web.outreach.own import heading, in_chinese, shown
from hearth.web.picking import AT_MOST, Source, picked

ANY = [("", _("all"))]
TARGETS = Source("outreach:pick", ("target",), "target")
VEHICLES = Source("outreach:pick", ("vehicle",), "vehicle")
OWN = "own_"
STATION = "station"
MOST_PHOTO_BYTES = 25 * 1024 * 1024
YES_NO = [("y", _("yes")), ("n", _("no"))]


class OfUnitField(forms.ModelChoiceField):
    """A choice of what units keep, such as vehicles: each line says whose it is."""

    def label_from_instance(self, held: Any) -> str:
        return named_with_unit(held)


def named_with_unit(held: ServiceTarget | ServiceVehicle) -> str:
    """'枫岸机械厂 · 沈阳示范分行', with the township of a target; names repeat among units."""
    township = getattr(held, "township", "")
    return " · ".join(filter(None, (held.name, township, held.unit.name)))


def unit_field(actor: Actor, permission: str) -> forms.Field:
    """A choice of the units where the actor holds ``permission``; of many, the code is typed."""
    reach = Unit.objects.visible_to(actor.scope_for(permission))
    units = list(reach.open_on(timezone.localdate()).order_by("path")[: AT_MOST + 1])
    label = pgettext_lazy("ledger", "Unit")
    if len(units) <= AT_MOST:
        return forms.ChoiceField(label=label, choices=[(one.code, one.name) for one in units])
    typed = forms.TextInput(attrs={"list": "unit-options", "autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=40, widget=typed, help_text=_("Type its name, then choose.")
    )


class UnitChoiceMixin:
    """Reads the code in ``unit`` as a unit that the actor may write for."""

    actor: Actor
    cleaned_data: dict[str, Any]
    permission = EDIT

    def clean_unit(self) -> Unit:
        code = self.cleaned_data["unit"].strip()
        unit = Unit.objects.visible_to(self.actor.scope_for(self.permission)).filter(code=code)
        found = unit.first()
        if found is None:
            raise forms.ValidationError(
                _("There is no unit with the code %(code)s in your part of the tree."),
                params={"code": code},
            )
        return found


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of photos; gives a list, empty where none was chosen."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [one for one in (data if isinstance(data, list) else [data]) if one]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        for one in files:
            super().clean(one, initial)
            if one.size > MOST_PHOTO_BYTES:
                raise forms.ValidationError(_("Choose a photo of at most 25 MB."))
        return files


def photos_field(*, required: bool = False) -> PhotosField:
    """Photos from the camera or the gallery."""
    return PhotosField(
        label=_("Photos"),
        required=required,
        widget=SeveralFiles(attrs={"accept": "image/*"}),
    )


class PhotosForm(HearthForm):
    """Photos for a record that is there."""

    photos = photos_field(required=True)


class ActivityForm(UnitChoiceMixin, HearthForm):
    """One activity of one kind; the kind's own fields come last."""

    day = forms.DateField(label=_("Day"))
    begins = forms.TimeField(
        label=pgettext_lazy("time", "From"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=pgettext_lazy("time", "To"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    title = forms.CharField(
        label=pgettext_lazy("activity", "Title"), max_length=200, required=False
    )
    persons = forms.IntegerField(
        label=pgettext_lazy("activity", "Persons"),
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    photos = photos_field()
    place = forms.CharField(
        label=pgettext_lazy("activity", "Place"), max_length=200, required=False
    )
    audience = forms.CharField(
        label=pgettext_lazy("activity", "For whom"),
        max_length=200,
        required=False,
        help_text=_("Such as elderly customers, students or farmers. No names."),
    )
    staff = forms.CharField(
        label=pgettext_lazy("activity", "Held by"),
        max_length=40,
        required=False,
        help_text=_("Staff number of whoever held it."),
    )
    target = OfUnitField(
        ServiceTarget.objects.none(),
        label=pgettext_lazy("mobile service", "Target"),
        required=False,
    )
    vehicle = OfUnitField(ServiceVehicle.objects.none(), label=_("With"), required=False)
    note = forms.CharField(
        label=pgettext_lazy("activity", "Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No names or numbers of customers."),
    )
    accept_double = forms.BooleanField(
        label=_("It is another one. Record it all the same."), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    LATER = ("place", "audience", "staff", "note")
    FIRST = ("unit", "target", "vehicle", "day", "begins", "ends", "title", "persons", "photos")

    def __init__(self, actor: Actor, kind: ActivityKind, *args: Any, **kwargs: Any) -> None:
        self.actor, self.kind = actor, kind
        self.own = read_fields(kind.extra_fields)
        super().__init__(*args, **kwargs)
        self.fields["persons"].required = kind.counts_persons
        if kind.is_mobile:
            self._offer_targets()
        else:
            del self.fields["target"], self.fields["vehicle"]

    def _offer_targets(self) -> None:
        scope, today = self.actor.scope_for("outreach.view"), timezone.localdate()
        offered = (
            ("target", ServiceTarget, TARGETS),
            ("vehicle", ServiceVehicle, VEHICLES),
        )
        for name, model, source in offered:
            rows: Any = model.objects
            held = rows.visible_to(scope).held_on(today).select_related("unit")
            field: Any = self.fields[name]
            self.fields[name] = picked(field, held.order_by("unit__path", "name", "pk"), source)

    def first_fields(self) -> list[Any]:
        """What one fills in at once."""
        return [self[name] for name in self.FIRST if name in self.fields]

    def later_fields(self) -> list[Any]:
        """What one may add."""
        names = [OWN + one.key for one in self.own] + list(self.LATER)
        return [self[name] for name in names]

    @property
    def says_more(self) -> bool:
        """Whether one of the later fields holds or needs something."""
        return any(field.value() or field.errors for field in self.later_fields())

    def clean_staff(self) -> Person | None:
        number = self.cleaned_data["staff"].strip()
        if not number:
            return None
        reach = Person.objects.visible_to(self.actor.scope_for(EDIT))
        person = reach.filter(staff_no=number).first()
        if person is None:
            raise forms.ValidationError(
                _("There is no member of staff %(value)s in your part of the tree."),
                params={"value": number},
            )
        return person

    def entry(self) -> ActivityEntry:
        """What the service takes; the end of one that went past midnight lies on the next day."""
        data = self.cleaned_data
        zone = timezone.get_default_timezone()
        started = datetime.combine(data["day"], data["begins"], tzinfo=zone)
        ended = None
        if data["ends"] is not None:
            ended = datetime.combine(data["day"], data["ends"], tzinfo=zone)
            ended += timedelta(days=1) if ended < started else timedelta()
        details = {one.key: _own_value(one, data.get(OWN + one.key)) for one in self.own}
        return ActivityEntry(
            kind=self.kind,
            unit=data["unit"],
            started_at=started,
            ended_at=ended,
            title=data["title"],
            audience=data["audience"],
            persons=data["persons"],
            place=data["place"],
            staff=data["staff"],
            note=data["note"],
            details={key: value for key, value in details.items() if value not in (None, "")},
            target=data.get("target"),
            vehicle=data.get("vehicle"),
        )


def activity_form(actor: Actor, kind: ActivityKind, *args: Any, **kwargs: Any) -> ActivityForm:
    """The form of one kind, with the units of one actor and the kind's own fields."""
    fields: dict[str, forms.Field] = {"unit": unit_field(actor, EDIT)}
    fields |= {OWN + one.key: _own_field(one) for one in read_fields(kind.extra_fields)}
    made = type("KindForm", (ActivityForm,), fields)
    form: ActivityForm = made(actor, kind, *args, **kwargs)
    return form


def _own_field(one: ExtraField) -> forms.Field:
    said: dict[str, Any] = {
        "label": heading(one),
        "required": one.required,
    }
    if one.type == "integer":
        return forms.IntegerField(min_value=0, max_value=1_000_000, **said)
    if one.type == "yes_no":
        return forms.ChoiceField(choices=[("", "—"), *YES_NO], **said)
    if one.type == "choice":
        names = [(code, zh if in_chinese() else en) for code, zh, en in one.choices]
        return forms.ChoiceField(choices=[("", "—"), *names], **said)
    return forms.CharField(max_length=200, **said)


def _own_value(one: ExtraField, value: Any) -> Any:
    return {"y": True, "n": False}.get(value) if one.type == "yes_no" else value


def start_of(record: Activity, *, again: bool = False) -> dict[str, Any]:
    """What the form starts from: a record, or another of the same (today, without its count)."""
    local = timezone.localtime(record.started_at)
    end = timezone.localtime(record.ended_at) if record.ended_at else None
    start: dict[str, Any] = {
        "unit": record.unit.code,
        "day": timezone.localdate() if again else local.date(),
        "begins": local.time(),
        "ends": end.time() if end else None,
        "title": record.title,
        "place": record.place,
        "audience": record.audience,
        "staff": record.staff.staff_no if record.staff else "",
        "target": record.target_id,
        "vehicle": record.vehicle_id,
    }
    if not again:
        start |= {"persons": record.persons, "note": record.note, "version": record.version}
        start |= {OWN + key: _typed(value) for key, value in record.details.items()}
    return start


def _typed(value: Any) -> Any:
    return {True: "y", False: "n"}[value] if isinstance(value, bool) else value


def shown_details(record: Activity) -> list[tuple[str, Any]]:
    """The kind's own fields with what the record says, in the reader's words."""
    own = read_fields(record.kind.extra_fields)
    said = [(heading(one), shown(one, record.details)) for one in own]
    return [(name, text) for name, text in said if text is not None]


class DecisionForm(HearthForm):
    """What the branch says of an activity."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    without_proof = forms.CharField(
        label=_("Confirm without the evidence, because"), max_length=400, required=False
    )
    reason = forms.CharField(label=_("Or send it back, because"), max_length=400, required=False)


class VersionForm(HearthForm):
    """The version that the page showed, so that a newer one is not written over."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CountForm(VersionForm):
    """How many came without signing in."""

    others = forms.IntegerField(
        label=_("Came without a telephone"),
        min_value=0,
        max_value=100_000,
        initial=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class SignInForm(HearthForm):
    """What someone who came may say; all of it may stay empty."""

    visit = forms.CharField(widget=forms.HiddenInput, max_length=64)
    digits = forms.CharField(
        label=_("Last four digits of your telephone"),
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    nickname = forms.CharField(
        label=_("Or what you are called"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SpanForm(HearthForm):
    """Which activities the overview looks at, and beside which it puts them."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    against = forms.ChoiceField(
        label=_("Beside"),
        required=False,
        choices=[("year", _("the year before")), ("previous", _("the period before"))],
    )
    kind = forms.ChoiceField(label=pgettext_lazy("activity", "Kind"), required=False)
    under = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, periods: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = periods  # type: ignore[attr-defined]
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]


def kind_choices() -> list[tuple[str, Any]]:
    """All kinds, with 'all' first."""
    return [*ANY, *((kind.code, str(kind)) for kind in ActivityKind.objects.all())]


class RowsForm(HearthForm):
    """What the list of activities is narrowed to."""

    q = forms.CharField(label=_("Title, place or number"), required=False, max_length=80)
    kind = forms.ChoiceField(label=pgettext_lazy("activity", "Kind"), required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            *ANY,
            ("waiting", pgettext_lazy("activity", "to be confirmed")),
            ("returned", pgettext_lazy("activity", "sent back")),
            ("confirmed", pgettext_lazy("activity", "confirmed")),
        ],
    )
    under = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        self.fields["q"].widget.input_type = "search"
