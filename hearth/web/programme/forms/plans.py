"""The form of a yearly plan."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.programme.enums import Missing, PillarKey
from hearth.programme.models import Programme
from hearth.programme.services.plans import MeasureText, PlanText
from hearth.web.forms import HearthForm

_LINE = re.compile(r"(\S{1,20})\s+([^:：]{1,120})(?:[:：](.*))?")


def measures_in(pillar: str, text: str) -> list[MeasureText]:
    """Measures written one a line: code, a blank, the title, and after a colon the detail."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise forms.ValidationError(
                _("Write a code, a blank and the title: %(line)s"), params={"line": line[:60]}
            )
        code, title, detail = match.groups(default="")
        found.append(MeasureText(pillar, code, title.strip(), detail.strip()))
    return found


def measures_written(programme: Programme, pillar: str) -> str:
    """The measures of a pillar in the form in which ``measures_in`` reads them."""
    rows = programme.measures.filter(pillar__key=pillar).order_by("code")
    return "\n".join(
        f"{one.code} {one.title}" + (f"：{one.detail}" if one.detail else "") for one in rows
    )


class PlanForm(HearthForm):
    """Year, aim, and for each pillar its goal and measures."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    year = forms.IntegerField(label=gettext_lazy("Year"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    starts_on = forms.DateField(label=gettext_lazy("First day"))
    ends_on = forms.DateField(label=pgettext_lazy("plan", "Last day"))
    aim = forms.CharField(
        label=gettext_lazy("Aim"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    missing = forms.ChoiceField(
        label=gettext_lazy("A target whose figure has no value"), choices=Missing.choices
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, name in PillarKey.choices:
            self._add(f"goal_{key}", gettext_lazy("%(pillar)s: goal"), str(name), rows=2)
            self._add(f"measures_{key}", gettext_lazy("%(pillar)s: measures"), str(name), rows=5)
            self.fields[f"measures_{key}"].help_text = _(
                "One a line: code, a blank, the title, and after a colon what it means."
            )

    def _add(self, name: str, label: Any, pillar: str, *, rows: int) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
        self.fields[name] = forms.CharField(
            label=label % {"pillar": pillar}, required=False, max_length=8000, widget=widget
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        measures: list[MeasureText] = []
        for key in PillarKey.values:
            try:
                measures += measures_in(key, data.get(f"measures_{key}") or "")
            except forms.ValidationError as error:
                self.add_error(f"measures_{key}", error)
        return {**data, "measures": measures}

    def text(self) -> PlanText:
        """What was written, for the service."""
        said = self.cleaned_data
        plain = {name: said[name] for name in ("year", "title", "starts_on", "ends_on")}
        return PlanText(
            **plain,
            aim=said["aim"],
            missing=said["missing"],
            goals={key: said[f"goal_{key}"] for key in PillarKey.values},
            measures=said["measures"],
        )


def written(programme: Programme) -> dict[str, Any]:
    """What stands in a plan, as the form shows it."""
    shown: dict[str, Any] = {
        name: getattr(programme, name)
        for name in ("version", "year", "title", "starts_on", "ends_on", "aim", "missing")
    }
    goals = dict(programme.pillars.values_list("key", "goal"))
    for key in PillarKey.values:
        shown |= {
            f"goal_{key}": goals.get(key, ""),
            f"measures_{key}": measures_written(programme, key),
        }
    return shown
