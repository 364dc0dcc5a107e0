"""Forms of meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.programme.enums import MeetingKind
from hearth.programme.models import Meeting
from hearth.programme.queries.meetings import people_in_post, people_named
from hearth.programme.services.meetings import LONGEST_MINUTES, MeetingText
from hearth.web.forms import HearthForm
from hearth.web.programme.common import unit_named


class MeetingForm(HearthForm):
    """What, when, where, and who holds it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=MeetingKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    unit = forms.CharField(label=gettext_lazy("Held by (code of the unit)"), max_length=40)
    on = forms.DateField(label=pgettext_lazy("meeting", "Day"))
    at = forms.TimeField(
        label=pgettext_lazy("meeting", "Time"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), required=False, max_length=200)
    agenda = forms.CharField(
        label=gettext_lazy("Agenda"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def clean_unit(self) -> Unit:
        return unit_named(self.cleaned_data["unit"], self.actor.scope)

    def text(self) -> MeetingText:
        """What was written, for the service."""
        said = self.cleaned_data
        moment = datetime.combine(said["on"], said["at"])
        names = ("kind", "title", "unit", "place", "agenda")
        return MeetingText(
            **{name: said[name] for name in names}, held_at=timezone.make_aware(moment)
        )


def written(meeting: Meeting) -> dict[str, Any]:
    """What stands in a meeting, as the form shows it."""
    local = timezone.localtime(meeting.held_at)
    names = ("version", "kind", "title", "place", "agenda")
    shown = {name: getattr(meeting, name) for name in names}
    return shown | {"unit": meeting.unit.code, "on": local.date(), "at": local.time()}


class PeopleForm(HearthForm):
    """Who is called: by staff number, or everyone in a post at or below a unit."""

    staff_nos = forms.CharField(
        label=gettext_lazy("Staff numbers"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Apart by blanks or commas."),
    )
    post = forms.CharField(
        label=gettext_lazy("Or everyone in this post"), required=False, max_length=60
    )
    below = forms.CharField(
        label=gettext_lazy("at or below this unit (code)"), required=False, max_length=40
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_staff_nos(self) -> list[Person]:
        text = self.cleaned_data["staff_nos"]
        for sign in ",;，；、":
            text = text.replace(sign, " ")
        numbers = list(dict.fromkeys(text.split()))
        found = people_named(self.actor, numbers)
        unknown = [number for number in numbers if number not in found]
        if unknown:
            raise forms.ValidationError(
                _("There is no member of staff %(no)s in your part of the tree."),
                params={"no": ", ".join(unknown)[:120]},
            )
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        people = list(data.get("staff_nos") or [])
        if data.get("post"):
            if not data.get("below"):
                self.add_error("below", _("Say at or below which unit."))
            else:
                try:
                    top = unit_named(data["below"], self.actor.scope)
                    today = timezone.localdate()
                    people += people_in_post(self.actor, data["post"], top.path, today)
                except forms.ValidationError as error:
                    self.add_error("below", error)
        if not people and not self.errors:
            raise forms.ValidationError(_("Nobody is meant by this. Name someone."))
        return {**data, "people": people}


class MinutesForm(HearthForm):
    """What was said and decided."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    minutes = forms.CharField(
        label=pgettext_lazy("meeting", "Minutes"),
        required=False,
        max_length=LONGEST_MINUTES,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
