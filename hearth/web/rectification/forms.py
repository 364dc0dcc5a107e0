"""Forms of this area, and what its words are."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.inspections.enums import Channel
from hearth.rectification.labels import SEVERITIES
from hearth.rectification.services.deadlines import MOST_DAYS
from hearth.rectification.services.work import MOST_PHOTOS, Taken
from hearth.web.forms import HearthForm

MOST_PHOTO_BYTES = 25 * 1024 * 1024
NAMESPACE = uuids.UUID("a6a5f1de-4d0c-5f0e-9d5f-6f2b3f2f1b9c")
SHOWN_STATES = (
    "all",
    "outlet",
    "overdue",
    "verify",
    "closed",
    "in_time",
    "closed_late",
    "withdrawn",
)


class ListFilter(HearthForm):
    """What the list is narrowed to."""

    q = forms.CharField(label=_("Outlet or criterion"), required=False, max_length=80)
    under = forms.CharField(label=_("Unit (code)"), required=False, max_length=40)
    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("All severities")), *SEVERITIES.items()],
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All channels")), *Channel.choices]
    )
    state = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    since = forms.DateField(required=False, widget=forms.HiddenInput)
    until = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):  # every date field shows a calendar; these are carried on
            self.fields[name].widget = forms.HiddenInput()
        self.fields["q"].widget.input_type = "search"
        self.fields["under"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}


class VersionForm(HearthForm):
    """The version that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class Photos(forms.ClearableFileInput):
    """Lets people choose or take more than one photo."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of photos, each within the size allowed."""

    widget = Photos

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        items = data if isinstance(data, list | tuple) else [data] if data else []
        found = [super(PhotosField, self).clean(item, initial) for item in items]
        if any((upload.size or 0) > MOST_PHOTO_BYTES for upload in found):
            raise forms.ValidationError(_("Choose photos of at most 25 MB each."))
        return found


class FixForm(VersionForm):
    """What was done, with photos."""

    note = forms.CharField(
        label=pgettext_lazy("rectification", "What was done"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = PhotosField(label=_("Photos"), required=False)
    sent = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_photo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["photos"]
        field.help_text = (
            _("At least one: the standard asks for a picture of this.")
            if needs_photo
            else _("As many as %(n)s.") % {"n": MOST_PHOTOS}
        )
        field.widget.attrs |= {"accept": "image/jpeg,image/png,image/webp"}

    def taken(self) -> list[Taken]:
        """The photos, named after this form, so that a second sending is known as such."""
        sent = str(self.cleaned_data["sent"])
        return [
            Taken(uuids.uuid5(NAMESPACE, f"{sent} {number}"), upload.read())
            for number, upload in enumerate(self.cleaned_data["photos"])
        ]


class VerifyForm(VersionForm):
    """Whether it was put right, and if not, what is still wrong and by when."""

    note = forms.CharField(
        label=_("Note, or what is still wrong"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(label=_("New last day, if it is sent back"), required=False)


class SpanForm(HearthForm):
    """First deadlines from a day to a day, both included; below one unit."""

    since = forms.DateField(label=_("Due from"))
    until = forms.DateField(label=pgettext_lazy("day", "to"))
    under = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class DeadlineForm(HearthForm):
    """A rule of deadlines."""

    effective_from = forms.DateField(label=_("In force from"))
    red_days = forms.IntegerField(label=_("Red line"), min_value=1, max_value=MOST_DAYS)
    major_days = forms.IntegerField(
        label=pgettext_lazy("severity", "Major"), min_value=1, max_value=MOST_DAYS
    )
    minor_days = forms.IntegerField(
        label=pgettext_lazy("severity", "Minor"), min_value=1, max_value=MOST_DAYS
    )
    escalate_days = forms.IntegerField(
        label=_("Late by more than so many: the branch is told"), min_value=0, max_value=MOST_DAYS
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=400)
