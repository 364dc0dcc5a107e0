"""Forms of tasks: filter, one task, what a unit reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.declared import FIGURES
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.programme.enums import PillarKey, Priority, State
from hearth.programme.models import Measure, Programme, Task
from hearth.programme.queries.people import EDIT
from hearth.programme.queries.tasks import TaskFilter
from hearth.programme.services.worklist import TaskText
from hearth.web.forms import HearthForm
from hearth.web.programme.common import unit_named, units_named

ANY = [("", _("all"))]
OWNER, BRANCHES, OUTLETS, CHOSEN = "owner", "branches", "outlets", "chosen"
_LEVEL = {BRANCHES: Unit.Level.BRANCH, OUTLETS: Unit.Level.OUTLET}


class TaskFilterForm(HearthForm):
    """What a list of tasks is narrowed to."""

    q = forms.CharField(label=_("Code or words"), required=False, max_length=80)
    pillar = forms.ChoiceField(
        label=_("Pillar"), required=False, choices=[*ANY, *PillarKey.choices]
    )
    unit = forms.CharField(label=_("Unit (code)"), required=False, max_length=40)
    post = forms.ChoiceField(label=pgettext_lazy("person", "Post"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            *ANY,
            ("late", pgettext_lazy("task", "Late")),
            ("open", pgettext_lazy("task", "Not finished")),
            *State.choices,
        ],
    )
    source = forms.ChoiceField(
        label=pgettext_lazy("task", "From"),
        required=False,
        choices=[
            *ANY,
            ("plan", _("the work list of the plan")),
            ("given", _("given by a unit")),
        ],
    )

    def __init__(self, posts: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [*ANY, *((post, post) for post in posts)]  # type: ignore[attr-defined]
        self.fields["q"].widget.input_type = "search"
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def chosen(self) -> TaskFilter:
        """The filter; what cannot be read narrows nothing."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return TaskFilter(**{name: data.get(name, "") for name in self.fields})


class _MeasureField(forms.ModelChoiceField):
    def label_from_instance(self, measure: Measure) -> str:
        return f"{measure.code} {measure.title}"


class TaskForm(HearthForm):
    """One task: what, who, when, and how it is proven."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    detail = forms.CharField(
        label=_("In detail"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    unit = forms.CharField(label=_("Owner unit (code)"), max_length=40)
    post = forms.CharField(
        label=pgettext_lazy("task", "Post of who does it"), required=False, max_length=60
    )
    starts_on = forms.DateField(label=pgettext_lazy("task", "Begins on"))
    due_on = forms.DateField(label=_("Due on"))
    reporting = forms.ChoiceField(
        label=_("Who reports how far they are"),
        choices=[
            (OWNER, _("the owner unit")),
            (BRANCHES, _("every branch at or below it")),
            (OUTLETS, _("every outlet at or below it")),
            (CHOSEN, _("these units:")),
        ],
    )
    reporters = forms.CharField(
        label=_("Units (codes)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only with “these units”; codes apart by blanks or commas."),
    )
    evidence = forms.CharField(
        label=_("What proves that it is done"), required=False, max_length=400
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices)
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=20,
        help_text=_("Empty: the next free number."),
    )
    measure = _MeasureField(
        Measure.objects.none(), label=_("Measure"), required=False, empty_label=_("none")
    )
    figure = forms.ChoiceField(label=_("Figure it shall move"), required=False)
    depends_on = forms.CharField(
        label=_("Waits for (codes of tasks)"), required=False, max_length=400
    )
    is_planned = forms.BooleanField(label=_("On the work list of the plan"), required=False)

    def __init__(self, actor: Actor, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        measures = Measure.objects.filter(programme=programme).order_by("code")
        self.fields["measure"].queryset = measures  # type: ignore[attr-defined]
        names = [(key, str(figure.name)) for key, figure in FIGURES.items()]
        self.fields["figure"].choices = [("", _("none")), *names]  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}
        if not actor.can(EDIT):
            del self.fields["is_planned"]

    def clean_unit(self) -> Unit:
        return unit_named(self.cleaned_data["unit"], self.actor.scope)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        how, owner = data.get("reporting"), data.get("unit")
        if how == CHOSEN:
            try:
                data["units"] = units_named(data.get("reporters") or "", self.actor.scope)
            except forms.ValidationError as error:
                self.add_error("reporters", error)
        elif how in _LEVEL and owner is not None:
            below = Unit.objects.visible_to(self.actor.scope).under(owner.path)
            below = below.open_on(timezone.localdate()).filter(level=_LEVEL[how])
            data["units"] = list(below.order_by("path"))
        if how != OWNER and not data.get("units") and not self.errors:
            self.add_error("reporting", _("There is no such unit at or below the owner."))
        return data

    def text(self) -> TaskText:
        """What was written, for the service."""
        said = self.cleaned_data
        names = ("title", "detail", "unit", "post", "starts_on", "due_on", "evidence", "priority")
        codes = said["depends_on"].replace("；", ";").replace(",", ";").replace(" ", ";").split(";")
        return TaskText(
            **{name: said[name] for name in names},
            code=said["code"],
            measure=said["measure"],
            figure=said["figure"],
            is_planned=said.get("is_planned", False),
            depends_on=tuple(dict.fromkeys(filter(None, codes))),
            reporters=tuple(said.get("units", ())),
        )


def first_values(figure: str, title: str, unit: str) -> dict[str, Any]:
    """What a new task begins with, as a link from elsewhere may say it."""
    today = timezone.localdate()
    return {
        "figure": figure if figure in FIGURES else "",
        "title": title[:200],
        "unit": unit[:40],
        "starts_on": today,
        "due_on": today + timedelta(days=30),
        "reporting": OWNER,
        "priority": Priority.NORMAL.value,
    }


def written(task: Task) -> dict[str, Any]:
    """What stands in a task, as the form shows it."""
    names = ("version", "code", "title", "detail", "post", "starts_on", "due_on", "evidence")
    shown: dict[str, Any] = {name: getattr(task, name) for name in names}
    codes = list(task.shares.order_by("unit__path").values_list("unit__code", flat=True))
    alone = codes == [task.unit.code]
    waits = task.depends_on.standing().order_by("code").values_list("code", flat=True)
    return shown | {
        "priority": task.priority,
        "figure": task.figure,
        "is_planned": task.is_planned,
        "unit": task.unit.code,
        "measure": task.measure_id,
        "reporting": OWNER if alone else CHOSEN,
        "reporters": "" if alone else " ".join(codes),
        "depends_on": ";".join(waits),
    }


class ReportForm(HearthForm):
    """How far a unit is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[choice for choice in State.choices if choice[0] != State.VERIFIED],
    )
    note = forms.CharField(
        label=_("What was done, or what stands in the way"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    done_on = forms.DateField(label=_("Finished on"), required=False)


class ReasonForm(HearthForm):
    """An act that needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
