"""Forms of catalogue lines: what files and addresses call them by, and their two names."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.web.forms import HearthForm


class CodedForm(HearthForm):
    """A line of a catalogue; its code is given once, and version 0 is a line yet to be added."""

    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    code = forms.CharField(
        label=pgettext_lazy("facility", "Code"),
        max_length=40,
        help_text=_("For files and addresses: small letters, digits and _. It stays as it is."),
    )
    name = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80)
