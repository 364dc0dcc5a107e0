"""Forms of this area."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.kernel.periods import Period
from hearth.web.forms import HearthForm


class DaysForm(HearthForm):
    """Staff as of a day, and tests from another day on; what cannot be read takes this year."""

    since = forms.DateField(label=_("Tests from"), required=False)
    on = forms.DateField(label=pgettext_lazy("day", "As of"), required=False)
    under = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, today: date) -> None:
        year = Period.of(today, "year").start
        super().__init__({"on": today.isoformat(), "since": year.isoformat(), **data})
        self.is_valid()
        self.day: date = self.cleaned_data.get("on") or today
        self.start: date = self.cleaned_data.get("since") or Period.of(self.day, "year").start


class PeopleForm(DaysForm):
    """The same, narrowed to who is covered or not, and to words."""

    q = forms.CharField(label=_("Name, staff number or pinyin"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("test", "all")),
            ("missing", _("not yet")),
            ("covered", _("covered")),
        ],
    )
    field_order = ("q", "state", "since", "on", "under")
