"""Forms of this area."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hearth.premises.domain.health import Limits
from hearth.web.forms import HearthForm

SPANS = (
    ("7", _("7 days, by the hour")),
    ("60", _("60 days")),
    ("180", _("180 days")),
)


class DayForm(HearthForm):
    """Which day, and which halls of it."""

    on = forms.DateField(label=_("Day"), required=False)
    show = forms.ChoiceField(
        label=_("Outlets"),
        required=False,
        choices=[("", _("all")), ("cold", _("colder than the norm")), ("none", _("no reading"))],
    )


class SpanForm(HearthForm):
    """Up to which day, and for how long."""

    on = forms.DateField(label=_("Up to"), required=False)
    span = forms.ChoiceField(label=_("Span"), required=False, choices=SPANS)


class HealthForm(HearthForm):
    """From when on a sensor needs a look."""

    condition = forms.ChoiceField(
        label=_("Condition"),
        required=False,
        choices=[
            ("", _("all")),
            ("silent", _("silent")),
            ("stuck", _("says the same all the time")),
            ("jumping", _("leaps")),
            ("well", _("well")),
        ],
    )
    silent = forms.IntegerField(
        label=_("Silent from, hours"),
        required=False,
        min_value=1,
        max_value=720,
        widget=forms.NumberInput(attrs={"placeholder": Limits().silent_hours}),
    )
    stuck = forms.IntegerField(
        label=_("The same from, hours"),
        required=False,
        min_value=1,
        max_value=720,
        widget=forms.NumberInput(attrs={"placeholder": Limits().stuck_hours}),
    )

    def limits(self) -> Limits:
        """What was asked for; where nothing or nonsense was, the usual."""
        usual = Limits()
        said = self.cleaned_data if self.is_valid() else {}
        return Limits(
            said.get("silent") or usual.silent_hours, said.get("stuck") or usual.stuck_hours
        )
