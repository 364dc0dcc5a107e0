"""Forms of this area."""

from __future__ import annotations

import uuid as uuids
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.kernel.charts import prefectures
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.premises.models import FacilityKind, Sign, WorkOrder
from hearth.premises.queries.orders import LATE, OrderFilter
from hearth.premises.services.orders import Done, NewSign, OrderText
from hearth.premises.services.plans import PlanText
from hearth.premises.services.reports import LONGEST_WORDS
from hearth.premises.services.signs import SignText
from hearth.rectification.models import Rectification
from hearth.web.forms import HearthForm

ANY = [("", _("all"))]
STATES = [*ANY, *WorkOrder.State.choices, (LATE, pgettext_lazy("work order", "late"))]


class VersionForm(HearthForm):
    """The version that the page showed, so that a newer one is not written over."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class SpanForm(HearthForm):
    """Which days a page is about, and which part of the tree."""

    since = forms.DateField(label=_("From"), required=False)
    on = forms.DateField(label=_("As of"), required=False)
    unit = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class SignFilterForm(SpanForm):
    """Which signs are listed."""

    work = forms.ChoiceField(
        label=_("In these days"),
        required=False,
        choices=[
            ("", _("all that hang")),
            ("cleaned", _("cleaned")),
            ("uncleaned", _("not cleaned")),
            ("repaired", _("repaired")),
            ("replaced", _("replaced")),
        ],
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("sign", "Kind of sign"),
        required=False,
        choices=[*ANY, *Sign.Kind.choices],
    )
    area = forms.ChoiceField(
        required=False,
        choices=[("", ""), *((one.code, one.code) for one in prefectures())],
        widget=forms.HiddenInput,
    )


class OrderFilterForm(HearthForm):
    """What the list of orders is narrowed to."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    under = forms.CharField(label=_("Unit (code)"), required=False, max_length=40)
    kind = forms.ChoiceField(
        label=pgettext_lazy("work order", "Kind of work"),
        required=False,
        choices=[*ANY, *WorkOrder.Kind.choices],
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        self.fields["under"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def chosen(self) -> OrderFilter:
        """The filter; what cannot be read narrows nothing."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return OrderFilter(**{name: data[name] for name in self.fields if data.get(name)})


class UnitForm(HearthForm):
    """A form about a unit whose premises the actor keeps."""

    unit = forms.CharField(label=_("Unit (code)"), max_length=40)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def clean_unit(self) -> Unit:
        code = self.cleaned_data["unit"].strip()
        reach = Unit.objects.visible_to(self.actor.scope_for("premises.edit"))
        unit = reach.filter(code=code).first()
        if unit is None:
            raise forms.ValidationError(
                _("There is no unit with the code %(code)s in your part of the tree."),
                params={"code": code},
            )
        return unit


class OrderForm(UnitForm):
    """A new order: at which outlet, on what, and what is to be done."""

    unit = forms.CharField(label=_("Outlet (code)"), max_length=40)
    kind = forms.ChoiceField(
        label=pgettext_lazy("work order", "Kind of work"), choices=WorkOrder.Kind.choices
    )
    sign = forms.CharField(
        label=pgettext_lazy("work order", "Sign"),
        max_length=64,
        required=False,
        help_text=_("Number of the sign that the work is on; empty where it is on none."),
        widget=forms.TextInput(attrs={"list": "sign-options", "autocomplete": "off"}),
    )
    facility = forms.ModelChoiceField(
        FacilityKind.objects.all(), label=pgettext_lazy("work order", "Facility"), required=False
    )
    due_on = forms.DateField(label=_("Due on"), required=False)
    contractor = forms.CharField(
        label=pgettext_lazy("work order", "Contractor"), max_length=120, required=False
    )
    note = forms.CharField(
        label=pgettext_lazy("work order", "Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    rectification = forms.IntegerField(required=False, widget=forms.HiddenInput)
    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuids.uuid4)

    def clean_rectification(self) -> Rectification | None:
        key = self.cleaned_data["rectification"]
        seen = Rectification.objects.visible_to(self.actor.scope_for("rectification.view"))
        found = seen.select_related("finding").filter(pk=key).first() if key else None
        if key and found is None:
            raise forms.ValidationError(_("There is no such finding in your part of the tree."))
        return found

    def clean_sign(self) -> Sign | None:
        number = self.cleaned_data["sign"].strip()
        if not number:
            return None
        seen = Sign.objects.visible_to(self.actor.scope_for("premises.view")).standing()
        sign = seen.filter(sign_no=number).first()
        if sign is None:
            raise forms.ValidationError(
                _("There is no sign %(value)s. Enter it among the signs first."),
                params={"value": number},
            )
        return sign

    def text(self) -> OrderText:
        """What the service takes."""
        said = self.cleaned_data
        return OrderText(
            unit=said["unit"],
            kind=said["kind"],
            opened_on=timezone.localdate(),
            sign=said["sign"],
            facility=said["facility"],
            due_on=said["due_on"],
            contractor=said["contractor"],
            note=said["note"],
            finding=said["rectification"].finding if said["rectification"] else None,
            uuid=said["uuid"],
        )


class PlanForm(UnitForm):
    """Which work on which assets of a unit and below, every so many months."""

    sign_kind = forms.ChoiceField(
        label=pgettext_lazy("sign", "Kind of sign"),
        choices=[("", _("none")), *Sign.Kind.choices],
        required=False,
    )
    facility = forms.ModelChoiceField(
        FacilityKind.objects.all(),
        label=_("or a facility"),
        required=False,
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("work order", "Kind of work"), choices=WorkOrder.Kind.choices
    )
    months = forms.IntegerField(label=_("Every so many months"), min_value=1, max_value=60)
    starts_on = forms.DateField(
        label=_("First due on"), help_text=_("Later where the sign is new or was worked on.")
    )
    contractor = forms.CharField(
        label=pgettext_lazy("work order", "Contractor"), max_length=120, required=False
    )
    note = forms.CharField(
        label=pgettext_lazy("work order", "Note"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def text(self) -> PlanText:
        """What the service takes."""
        return PlanText(**self.cleaned_data)


class StartForm(VersionForm):
    """Who does it, and by when."""

    contractor = forms.CharField(
        label=pgettext_lazy("work order", "Contractor"), max_length=120, required=False
    )
    due_on = forms.DateField(label=_("Due on"), required=False)


class AcceptForm(VersionForm):
    """What is to be done about a report."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("work order", "Kind of work"), choices=WorkOrder.Kind.choices
    )


class FinishForm(VersionForm):
    """How it was done; the cost in yuan. A replacement names the new sign."""

    done_on = forms.DateField(label=pgettext_lazy("work order", "Done on"))
    cost = forms.DecimalField(
        label=_("Cost in yuan"),
        required=False,
        min_value=0,
        max_value=Decimal(10**9),
        decimal_places=2,
    )
    contractor = forms.CharField(
        label=pgettext_lazy("work order", "Contractor"), max_length=120, required=False
    )
    warranty_until = forms.DateField(
        label=_("Warranty until"), required=False, help_text=_("First day without.")
    )
    new_sign_no = forms.CharField(label=_("Number of the new sign"), max_length=64, required=False)
    new_sign_kind = forms.ChoiceField(
        label=pgettext_lazy("sign", "Kind of sign"), choices=Sign.Kind.choices, required=False
    )
    new_sign_make = forms.CharField(label=_("Maker and model"), max_length=80, required=False)
    note = forms.CharField(
        label=pgettext_lazy("work order", "Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, order: WorkOrder, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        if order.kind != WorkOrder.Kind.REPLACE or order.sign is None:
            for name in ("new_sign_no", "new_sign_kind", "new_sign_make"):
                del self.fields[name]
        else:
            self.fields["new_sign_no"].required = True

    def done(self) -> Done:
        """What the service takes."""
        said = self.cleaned_data
        new = None
        if said.get("new_sign_no"):
            new = NewSign(said["new_sign_no"], said["new_sign_kind"], said["new_sign_make"])
        cost = said["cost"]
        return Done(
            done_on=said["done_on"],
            cost_fen=None if cost is None else int(cost * 100),
            contractor=said["contractor"],
            warranty_until=said["warranty_until"],
            note=said["note"],
            new_sign=new,
        )


class SignForm(VersionForm):
    """What a sign's page keeps beside the ledger."""

    make = forms.CharField(label=_("Maker and model"), max_length=80, required=False)
    place = forms.CharField(
        label=_("Where it hangs"),
        max_length=80,
        required=False,
        help_text=_("Such as “over the main door”."),
    )
    lit_from = forms.TimeField(
        label=_("Lit from"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    lit_until = forms.TimeField(
        label=_("Lit until"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )

    def text(self) -> SignText:
        """What the service takes."""
        said = self.cleaned_data
        return SignText(said["make"], said["place"], said["lit_from"], said["lit_until"])


class PhotoForm(HearthForm):
    """One photo; the UUID is made with the page, so that sending twice stores it once."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    caption = forms.ChoiceField(
        label=_("Shows"),
        choices=[("before", _("before the work")), ("after", _("after the work"))],
        required=False,
    )
    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class ReportForm(HearthForm):
    """What a visitor reports: one choice, and a few words and a photo if they like."""

    problem = forms.ChoiceField(
        label=_("What is wrong?"), choices=WorkOrder.Problem.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("A few words, if you like"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Please write no names and no telephone numbers."),
    )
    photo = forms.FileField(
        label=_("A photo, if you like"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, is_sign: bool = True, **kwargs: Any) -> None:
        """A ramp or an umbrella has no light that could fail: that is asked of signs."""
        super().__init__(*args, **kwargs)
        if not is_sign:
            unlit = WorkOrder.Problem.UNLIT
            kept = [(key, text) for key, text in WorkOrder.Problem.choices if key != unlit]
            self.fields["problem"].choices = kept  # type: ignore[attr-defined]
