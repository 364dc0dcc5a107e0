"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.voices.registers import KINDS
from hearth.voices.services.entries import LONGEST
from hearth.web.forms import HearthForm

PILLARS = [
    ("environment", pgettext_lazy("pillar", "Warmer environment")),
    ("service", pgettext_lazy("pillar", "Warmer service")),
    ("brand", pgettext_lazy("pillar", "Warmer brand")),
]


class EntryForm(HearthForm):
    """One name or slogan."""

    kind = forms.ChoiceField(label=_("Kind of entry"), choices=KINDS)
    text = forms.CharField(
        label=_("Your idea"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    sent = forms.UUIDField(widget=forms.HiddenInput)


class EntryFilter(HearthForm):
    """What the entries of one solicitation are narrowed to."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind of entry"), required=False, choices=[("", _("all")), *KINDS]
    )
    under = forms.CharField(label=_("Unit (code)"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        self.fields["under"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}


class VersionForm(HearthForm):
    """The version that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CaseForm(HearthForm):
    """What a case says."""

    title = forms.CharField(label=_("Title"), max_length=120)
    pillar = forms.ChoiceField(label=pgettext_lazy("case", "Pillar"), choices=PILLARS)
    text = forms.CharField(
        label=_("What was done, and what came of it"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ActForm(VersionForm):
    """A decision on a case."""

    note = forms.CharField(
        label=_("Note, or reason"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ColumnFilter(HearthForm):
    """What the column of cases is narrowed to."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    pillar = forms.ChoiceField(
        label=pgettext_lazy("case", "Pillar"),
        required=False,
        choices=[("", pgettext_lazy("case", "all")), *PILLARS],
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", pgettext_lazy("case", "latest first")),
            ("liked", pgettext_lazy("case", "most liked first")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
