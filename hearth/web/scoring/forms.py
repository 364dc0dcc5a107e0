"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.inspections.enums import Channel
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.scoring.models import Policy
from hearth.scoring.services.policies import PolicyText
from hearth.web.forms import HearthForm

KINDS = [("bonus", _("Bonus")), ("deduction", _("Deduction")), ("veto", _("Veto"))]


class WeightsForm(HearthForm):
    """A weight for each channel; empty is 0."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        weights = kwargs.pop("weights", {})
        super().__init__(*args, **kwargs)
        for value, label in Channel.choices:
            self.fields[f"weight_{value}"] = forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=100,
                initial=weights.get(value, ""),
                widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
            )

    @property
    def weights(self) -> dict[str, int]:
        """What was filled in, zeros left out."""
        found = {c: self.cleaned_data.get(f"weight_{c}") or 0 for c in Channel.values}
        return {channel: weight for channel, weight in found.items() if weight}


class PolicyForm(WeightsForm):
    """A policy as people write it: points, not hundredths."""

    name = forms.CharField(label=pgettext_lazy("policy", "Name"), max_length=80)
    effective_from = forms.DateField(label=_("Effective from"))
    effective_to = forms.DateField(
        label=_("Effective to"), required=False, help_text=_("The first day it no longer holds.")
    )
    minimum_coverage_percent = forms.IntegerField(
        label=_("Minimum coverage, % of the weight"), min_value=0, max_value=100, initial=60
    )
    bonus_cap = forms.DecimalField(
        label=_("Bonus at most, points"), min_value=0, max_value=100, decimal_places=2, initial=3
    )
    veto_cap = forms.DecimalField(
        label=_("Score at most under a veto"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=60,
    )
    pass_points = forms.DecimalField(
        label=_("Pass line"), min_value=0, max_value=100, decimal_places=2, initial=85
    )
    note = forms.CharField(
        label=_("Why this policy"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, policy: Policy | None, data: Any) -> PolicyForm:
        """The form filled with a stored policy."""
        if policy is None:
            return cls(data)
        initial = {
            "name": policy.name,
            "effective_from": policy.effective_from,
            "effective_to": policy.effective_to,
            "minimum_coverage_percent": policy.minimum_coverage_percent,
            "bonus_cap": policy.bonus_cap_centi / 100,
            "veto_cap": policy.veto_cap_centi / 100,
            "pass_points": policy.pass_centi / 100,
            "note": policy.note,
            "version": policy.version,
        }
        return cls(data, initial=initial, weights=policy.weights)

    def text(self) -> PolicyText:
        """What was filled in, as the service takes it."""
        said = self.cleaned_data
        return PolicyText(
            name=said["name"],
            effective_from=said["effective_from"],
            effective_to=said["effective_to"],
            weights=self.weights,
            minimum_coverage_percent=said["minimum_coverage_percent"],
            bonus_cap_centi=int(said["bonus_cap"] * 100),
            veto_cap_centi=int(said["veto_cap"] * 100),
            pass_centi=int(said["pass_points"] * 100),
            note=said["note"],
        )


class AdjustmentForm(HearthForm):
    """One bonus, deduction or veto."""

    unit = forms.CharField(label=_("Unit (code)"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    points = forms.DecimalField(
        label=_("Points"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("Empty for a veto."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)
    evidence = forms.CharField(label=_("Evidence"), max_length=400, required=False)
    decided_on = forms.DateField(label=_("Decided on"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def clean_unit(self) -> Unit:
        code = self.cleaned_data["unit"].strip()
        reach = self.actor.scope_for("adjustments.record")
        unit = Unit.objects.visible_to(reach).filter(code=code).first()
        if unit is None:
            raise forms.ValidationError(
                _("There is no unit with the code %(code)s in your part of the tree."),
                params={"code": code},
            )
        return unit


class WithdrawForm(HearthForm):
    """Why an adjustment is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


class RejectForm(HearthForm):
    """Why the proposals that were ticked are rejected."""

    note = forms.CharField(label=_("Reason"), max_length=400)
    chosen = forms.Field(widget=forms.MultipleHiddenInput)
    reject = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)


KIND_NAMES = dict(KINDS)
STATE_NAMES: dict[str, Any] = {
    "proposed": _("Waiting for approval"),
    "approved": pgettext_lazy("adjustment", "Counts"),
    "rejected": _("Rejected"),
    "leaving": _("Counts; withdrawal proposed"),
    "withdrawn": pgettext_lazy("adjustment", "Withdrawn"),
}
"""What an adjustment's ``status`` is called, on the page and in lists that leave."""
