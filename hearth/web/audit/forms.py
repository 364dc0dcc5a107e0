"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hearth.web.audit.words import ACTIONS, OBJECTS
from hearth.web.forms import HearthForm


class TrailFilterForm(HearthForm):
    actor = forms.CharField(label=_("Who (name)"), required=False, max_length=80)
    action = forms.ChoiceField(label=_("What was done"), required=False)
    object_type = forms.ChoiceField(label=_("To what"), required=False)
    object_id = forms.CharField(label=_("Its number"), required=False, max_length=80)
    unit = forms.CharField(label=_("Unit (code), and below"), required=False, max_length=40)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until and including"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        self.fields["action"].choices = [*every, *ACTIONS.items()]  # type: ignore[attr-defined]
        self.fields["object_type"].choices = [*every, *OBJECTS.items()]  # type: ignore[attr-defined]
