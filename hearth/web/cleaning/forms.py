"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hearth.network.scope import Actor
from hearth.premises.services.cleaning import DayText
from hearth.standards.models import Standard
from hearth.web.cleaning.words import STATE_NAMES
from hearth.web.forms import HearthForm
from hearth.web.premises.forms import ANY, UnitForm


class DayForm(UnitForm):
    """A new cleaning day."""

    held_on = forms.DateField(label=_("Cleaning day on"))
    report_by = forms.DateField(label=_("Outlets report until"))
    standard = forms.ModelChoiceField(
        Standard.objects.order_by("code"),
        label=_("Looked at by the standard"),
        required=False,
        empty_label=_("any"),
        help_text=_("A video check by it, within seven days, verifies the outlet's day."),
    )
    theme = forms.CharField(label=_("Theme"), max_length=120, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        self.order_fields(["unit", "held_on", "report_by", "standard", "theme"])

    def text(self) -> DayText:
        """What the service takes."""
        return DayText(**self.cleaned_data)


class StateForm(HearthForm):
    """Which outlets of a day are listed."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ANY, *STATE_NAMES.items()]
    )
