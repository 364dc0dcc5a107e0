"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.inspections.enums import Channel
from hearth.kernel.errors import Refusal
from hearth.kernel.periods import Period
from hearth.network.labels import LEVELS
from hearth.network.models import Unit
from hearth.network.queries import PersonFilter, UnitFilter
from hearth.network.scope import Scope
from hearth.network.services.rows import PersonRow
from hearth.platform.wording import period_title
from hearth.web import forms as web_forms
from hearth.web.forms import HearthForm

ANY = [("", _("all"))]


class UnitFilterForm(HearthForm):
    """What the list of units is narrowed to."""

    q = forms.CharField(label=_("Name, code or pinyin"), required=False, max_length=80)
    branch = forms.ChoiceField(label=pgettext_lazy("level", "Branch"), required=False)
    level = forms.ChoiceField(
        label=pgettext_lazy("unit", "Level"), required=False, choices=ANY + list(LEVELS.items())
    )
    kind = forms.ChoiceField(label=pgettext_lazy("unit", "Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            *ANY,
            ("open", pgettext_lazy("unit", "open")),
            ("closed", pgettext_lazy("unit", "closed")),
        ],
    )

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reached = Unit.objects.visible_to(scope)
        branches = reached.filter(level=Unit.Level.BRANCH).order_by("path")
        kinds = reached.exclude(kind="").order_by("kind").values_list("kind", flat=True).distinct()
        _choose(self, "branch", list(branches.values_list("code", "name")))
        _choose(self, "kind", [(kind, kind) for kind in kinds])
        self.fields["q"].widget.input_type = "search"

    def chosen(self) -> UnitFilter:
        """The filter; what cannot be read narrows nothing."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return UnitFilter(**{name: data.get(name, "") for name in self.fields})


class PersonFilterForm(HearthForm):
    """What the list of staff is narrowed to."""

    q = forms.CharField(label=_("Name, staff number or pinyin"), required=False, max_length=80)
    unit = forms.CharField(label=_("Unit (code)"), required=False, max_length=40)
    post = forms.ChoiceField(label=pgettext_lazy("person", "Post"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[*ANY, ("present", _("in post")), ("left", _("left"))],
    )
    basic = forms.ChoiceField(
        label=pgettext_lazy("person", "Basic operations"),
        required=False,
        choices=[*ANY, ("y", _("yes")), ("n", _("no"))],
    )

    def __init__(self, posts: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "post", [(post, post) for post in posts])
        self.fields["q"].widget.input_type = "search"
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def chosen(self) -> PersonFilter:
        """The filter; what cannot be read narrows nothing."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return PersonFilter(**{name: data.get(name, "") for name in self.fields})


class DayForm(HearthForm):
    """As of which day."""

    on = forms.DateField(label=_("As of"), required=False)


class MapForm(HearthForm):
    """What the map shows, and of which outlets."""

    show = forms.ChoiceField(
        label=_("Colour by"),
        required=False,
        choices=[("score", _("score")), ("coverage", _("share of outlets checked"))],
    )
    channel = forms.ChoiceField(
        label=_("Checked by"), required=False, choices=[("", _("any channel")), *Channel.choices]
    )
    outlets = forms.ChoiceField(
        label=_("Outlets"),
        required=False,
        choices=[
            *ANY,
            ("below", _("below the pass line")),
            ("pass", _("at or above the pass line")),
            ("unranked", _("not ranked")),
            ("unseen", _("not checked in the period")),
        ],
    )
    period = forms.ChoiceField(label=_("Period"), required=False)
    area = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, periods: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [(key, period_title(Period.parse(key))) for key in periods]
        self.fields["period"].choices = titles  # type: ignore[attr-defined]


class UnitForm(HearthForm):
    """What a unit is; where it lies has forms of its own."""

    name = forms.CharField(label=pgettext_lazy("unit", "Name"), max_length=120)
    level = forms.ChoiceField(label=pgettext_lazy("unit", "Level"), choices=list(LEVELS.items()))
    kind = forms.CharField(label=pgettext_lazy("unit", "Kind"), max_length=40, required=False)
    city = forms.CharField(label=pgettext_lazy("unit", "City"), max_length=40, required=False)
    district = forms.CharField(
        label=pgettext_lazy("unit", "District"), max_length=40, required=False
    )
    address = forms.CharField(
        label=pgettext_lazy("unit", "Address"), max_length=200, required=False
    )
    longitude = forms.FloatField(
        label=pgettext_lazy("unit", "Longitude"), required=False, min_value=-180, max_value=180
    )
    latitude = forms.FloatField(
        label=pgettext_lazy("unit", "Latitude"), required=False, min_value=-90, max_value=90
    )
    phone = forms.CharField(label=pgettext_lazy("unit", "Telephone"), max_length=40, required=False)
    opened_on = forms.DateField(label=pgettext_lazy("unit", "Opened on"), required=False)
    field_order = [
        *("name", "level", "kind", "phone", "city", "district"),
        *("longitude", "latitude", "opened_on", "address"),
    ]

    def __init__(self, *args: Any, kinds: list[str] = [], **kwargs: Any) -> None:  # noqa: B006 - read only
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self.fields["kind"].widget.attrs |= {"list": "kinds", "autocomplete": "off"}
        for name in ("longitude", "latitude"):
            self.fields[name].widget.attrs["step"] = "any"

    def sets(self) -> dict[str, Any]:
        """Columns to set."""
        return {name: self.cleaned_data[name] for name in UnitForm.base_fields}


class UnitCreateForm(UnitForm):
    """A new unit with its place."""

    code = forms.CharField(label=pgettext_lazy("unit", "Code"), max_length=40)
    parent = forms.CharField(
        label=_("Unit above (code)"),
        max_length=40,
        required=False,
        help_text=_("Type a name, code or pinyin initials and choose."),
    )
    valid_from = forms.DateField(
        label=pgettext_lazy("unit", "In this place from"),
        required=False,
        help_text=_("Empty: from its opening on, else since ever."),
    )
    field_order = [
        *("code", "name", "level", "parent", "valid_from", "opened_on", "kind", "phone"),
        *("city", "district", "longitude", "latitude", "address"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}


class UnitEditForm(UnitForm):
    """A known unit, with the version it was opened at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ChangeForm(HearthForm):
    """When and why something about the tree changes, and the version it was opened at."""

    on = forms.DateField(label=_("From which day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate

    def freeze(self) -> None:
        """Show what was filled in, to be confirmed and not to be changed."""
        for field in self.fields.values():
            field.widget.attrs["readonly"] = True


class CloseForm(ChangeForm):
    """Closing a unit."""


class _TargetForm(ChangeForm):
    """A change that names another unit by its code."""

    target = forms.CharField(
        max_length=40, help_text=_("Type a name, code or pinyin initials and choose.")
    )
    field_order = ["target", "on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}


class MoveForm(_TargetForm):
    """Moving a unit under another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].label = _("New unit above (code)")


class MergeForm(_TargetForm):
    """Merging a unit into another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].label = _("Merge into (code)")


class PersonForm(HearthForm):
    """A member of staff with the present post."""

    staff_no = forms.CharField(label=pgettext_lazy("person", "Staff number"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    unit = forms.CharField(
        label=_("Unit (code)"),
        max_length=40,
        help_text=_("Type a name, code or pinyin initials and choose."),
    )
    post = forms.CharField(label=pgettext_lazy("person", "Post"), max_length=60)
    basic = forms.BooleanField(
        label=pgettext_lazy("person", "Basic operations"),
        required=False,
        help_text=_("Belongs to those whom every knowledge test must cover."),
    )
    email = forms.EmailField(label=pgettext_lazy("person", "E-mail"), required=False)
    phone = forms.CharField(
        label=pgettext_lazy("person", "Telephone"), max_length=40, required=False
    )
    joined_on = forms.DateField(label=pgettext_lazy("person", "Joined on"), required=False)
    left_on = forms.DateField(
        label=pgettext_lazy("person", "Left on"),
        required=False,
        help_text=_("First day on which the person no longer works here."),
    )

    def __init__(self, *args: Any, posts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = posts
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}
        self.fields["post"].widget.attrs |= {"list": "posts", "autocomplete": "off"}

    def row(self) -> PersonRow:
        """What is to be stored."""
        data = self.cleaned_data
        sets = {name: data[name] for name in ("name", "email", "phone", "joined_on", "left_on")}
        sets["is_basic_operations"] = data["basic"]
        return PersonRow(data["staff_no"], data["unit"].strip(), data["post"], sets)


class PersonEditForm(PersonForm):
    """A known person, with the version it was opened at and the day of a changed post."""

    on = forms.DateField(label=_("A changed unit or post holds from"), initial=timezone.localdate)
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["staff_no", "name", "unit", "post", "on", "basic"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff_no"].disabled = True


class ReopenForm(HearthForm):
    """Why a closing is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


_FIELDS = {
    "parent": ("parent", "target"),
    "valid_from": ("valid_from", "on"),
    "closed_on": ("on",),
    "is_basic_operations": ("basic",),
}
"""Column that a refusal names -> fields that may stand for it."""


def put_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at the fields of these pages."""
    web_forms.put_refusal(form, refusal, _FIELDS)


def put_edit_refusal(form: forms.Form, refusal: Refusal) -> None:
    """The same on a page that edits; a newer version can be looked at and replaced."""
    web_forms.put_edit_refusal(form, refusal, _FIELDS)


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = ANY + choices  # type: ignore[attr-defined]
