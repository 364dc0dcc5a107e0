"""Forms of targets."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.figures.declared import FIGURES
from hearth.kernel.rounding import milli_text
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.programme.domain.scoring import Scale, Step
from hearth.programme.enums import Rule
from hearth.programme.models import Target
from hearth.programme.queries.documents import units_below
from hearth.programme.queries.targets import scale_of
from hearth.programme.services.targets import TargetText
from hearth.programme.wording import milli_points
from hearth.web.forms import HearthForm
from hearth.web.programme.common import unit_named, units_named

_OF_UNITS = ("to", "below", "codes", "replace")
CHOSEN = "chosen"


def _number(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=15, decimal_places=3, **more)


class TargetForm(HearthForm):
    """Which figure, how much of it, how it is scored, and for whom."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    figure = forms.ChoiceField(label=gettext_lazy("Figure"))
    period = forms.CharField(
        label=gettext_lazy("Period"),
        max_length=8,
        help_text=gettext_lazy("2021Q2, 2021-06, 2021H1 or 2021"),
    )
    rule = forms.ChoiceField(label=gettext_lazy("Scored"), choices=Rule.choices)
    direction = forms.ChoiceField(
        label=gettext_lazy("Better is"),
        required=False,
        choices=[
            ("", gettext_lazy("as the figure is meant")),
            ("higher", gettext_lazy("a higher value")),
            ("lower", gettext_lazy("a lower value")),
        ],
    )
    target = _number(gettext_lazy("Target"))
    floor = _number(
        pgettext_lazy("target", "Floor"),
        required=False,
        help_text=gettext_lazy("Linear only: from here on nothing is earned."),
    )
    steps = forms.CharField(
        label=pgettext_lazy("target", "Steps"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("By steps only: value=points, such as 90=100; 80=60; 70=30."),
    )
    weight = forms.DecimalField(
        label=gettext_lazy("Weight"), max_digits=6, decimal_places=2, initial=1
    )
    to = forms.ChoiceField(
        label=pgettext_lazy("target", "Set for"),
        choices=[
            ("branches", pgettext_lazy("document", "every branch")),
            ("outlets", pgettext_lazy("document", "every outlet")),
            (CHOSEN, gettext_lazy("these units:")),
        ],
    )
    below = forms.CharField(
        label=gettext_lazy("Only at or below this unit (code)"), required=False, max_length=40
    )
    codes = forms.CharField(
        label=gettext_lazy("Units (codes)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Replace targets that stand already"), required=False
    )

    def __init__(self, actor: Actor, *args: Any, single: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        names = sorted((str(f.name), key) for key, f in FIGURES.items())
        self.fields["figure"].choices = [(key, name) for name, key in names]  # type: ignore[attr-defined]
        if single:
            for name in _OF_UNITS:
                del self.fields[name]

    def clean_steps(self) -> tuple[Step, ...]:
        """Pairs of a value and its points."""
        text = self.cleaned_data["steps"].replace("；", ";").replace("＝", "=")
        found = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            bound, _sign, earned = part.partition("=")
            try:
                found.append(Step(_scaled(bound, 3), _scaled(earned, 2)))
            except (InvalidOperation, ValueError) as wrong:
                raise forms.ValidationError(
                    _("Write value=points: %(part)s"), params={"part": part[:40]}
                ) from wrong
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "to" not in self.fields:
            return data
        field = "codes" if data.get("to") == CHOSEN else "below"
        try:
            data["units"] = self._units(data)
        except forms.ValidationError as error:
            self.add_error(field, error)
        return data

    def _units(self, data: dict[str, Any]) -> list[Unit]:
        scope = self.actor.scope
        if data.get("to") == CHOSEN:
            return units_named(data.get("codes") or "", scope)
        if data.get("below"):
            tops = [unit_named(data["below"], scope)]
        else:
            tops = list(Unit.objects.visible_to(scope).filter(parent__isnull=True))
        today = timezone.localdate()
        found = [units_below(self.actor, data.get("to", ""), top, today) for top in tops]
        return [unit for units in found for unit in units]

    def text(self) -> TargetText:
        """What was written, for the service."""
        said = self.cleaned_data
        figure = FIGURES[said["figure"]]
        lower = said["direction"] == "lower" or (
            not said["direction"] and figure.higher_is_better is False
        )
        return TargetText(
            figure=said["figure"],
            period=said["period"].strip().upper(),
            scale=Scale(
                rule=said["rule"],
                target_milli=_scaled(str(said["target"]), 3),
                floor_milli=None if said["floor"] is None else _scaled(str(said["floor"]), 3),
                steps=said["steps"],
                is_lower_better=lower,
            ),
            weight_centi=_scaled(str(said["weight"]), 2),
        )


def _scaled(text: str, places: int) -> int:
    """A written number as a whole count of its smallest places.

    Raises:
        ValueError: it has more places, or is no finite number.
    """
    number = Decimal(text.strip()).scaleb(places)
    if not number.is_finite() or number != int(number) or abs(number) > 10**15:
        raise ValueError(text)
    return int(number)


def written(target: Target) -> dict[str, Any]:
    """What stands in a target, as the form shows it."""
    scale = scale_of(target)
    return {
        "version": target.version,
        "figure": target.figure,
        "period": target.period,
        "rule": target.rule,
        "direction": "lower" if target.is_lower_better else "higher",
        "target": milli_text(target.target_milli),
        "floor": None if target.floor_milli is None else milli_text(target.floor_milli),
        "steps": "; ".join(
            f"{milli_text(step.bound_milli)}={milli_points(step.points_centi)}"
            for step in scale.steps
        ),
        "weight": milli_text(target.weight_centi * 10),
    }


class TargetFilterForm(HearthForm):
    """Which targets are listed."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    figure = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)
    unit = forms.CharField(label=gettext_lazy("Unit (code)"), required=False, max_length=40)

    def __init__(self, periods: list[str], figures: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(key, str(FIGURES[key].name) if key in FIGURES else key) for key in figures]
        self.fields["period"].choices = [(key, key) for key in periods]  # type: ignore[attr-defined]
        self.fields["figure"].choices = [("", _("all")), *names]  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}


class DayForm(HearthForm):
    """As of which day."""

    on = forms.DateField(label=gettext_lazy("As of"), required=False)
