"""Forms of this area."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.registry import FIGURES
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.premises.domain.watch import Terms
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry, WatchRule, WorkOrder
from hearth.premises.registers_watch import STAGE_NAMES
from hearth.premises.services.measures import Measure
from hearth.premises.services.watching import BUSINESS_MEAN
from hearth.premises.services.watchlists import Care, RuleText, Wish
from hearth.web.forms import HearthForm
from hearth.web.premises.forms import VersionForm
from hearth.web.watchlists.words import COMPARISONS, SORTS, measure_name

_TWO_LINES = forms.Textarea(attrs={"rows": 2})
_MONTHS = re.compile(r"[0-9]{1,2}")


def _time() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class EntryFilterForm(HearthForm):
    """Which stays on a list are shown."""

    show = forms.ChoiceField(
        label=_("Outlets"),
        required=False,
        choices=[("", _("on the list now")), ("left", _("left it")), ("all", _("all"))],
    )
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("all")), *STAGE_NAMES.items()]
    )


class ListForm(HearthForm):
    """A new list."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=400, required=False, widget=_TWO_LINES)


class WishForm(HearthForm):
    """That a unit enter or leave."""

    unit = forms.CharField(
        label=_("Unit"), max_length=40, widget=forms.TextInput(attrs={"list": "unit-options"})
    )
    sort = forms.ChoiceField(label=_("It should"), choices=list(SORTS.items()))
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=_TWO_LINES)
    measure = forms.CharField(label=_("Measure"), max_length=400, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_unit(self) -> Unit:
        reach = Unit.objects.visible_to(self.actor.scope_for("premises.edit"))
        unit = reach.filter(code=self.cleaned_data["unit"].strip()).first()
        if unit is None:
            raise forms.ValidationError(_("There is no such unit in your part of the tree."))
        return unit

    def wish(self, watchlist: Watchlist) -> Wish:
        said = self.cleaned_data
        return Wish(watchlist, said["unit"], said["sort"], said["reason"], said["measure"])


class DecisionForm(VersionForm):
    """Agreeing to a proposal."""

    on = forms.DateField(label=_("From which day"), required=False)
    words = forms.CharField(label=_("Remark"), max_length=400, required=False, widget=_TWO_LINES)


class DeclineForm(VersionForm):
    """Refusing a proposal."""

    words = forms.CharField(label=_("Reason"), max_length=400, widget=_TWO_LINES)


class CareForm(VersionForm):
    """What is done for a unit on a list."""

    measure = forms.CharField(label=_("Measure"), max_length=400, required=False, widget=_TWO_LINES)
    stage = forms.ChoiceField(label=_("Stage"), choices=list(STAGE_NAMES.items()))
    measure_done_on = forms.DateField(label=_("Measure done on"), required=False)

    def care(self) -> Care:
        said = self.cleaned_data
        return Care(said["measure"], said["stage"], said["measure_done_on"])

    @classmethod
    def of(cls, entry: WatchlistEntry) -> CareForm:
        start = {
            "version": entry.version,
            "measure": entry.measure,
            "stage": entry.stage,
            "measure_done_on": entry.measure_done_on,
        }
        return cls(initial=start)


class MeasureForm(HearthForm):
    """A measure as a work order; the budget in yuan."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("work order", "Kind of work"),
        choices=[
            (one.value, one.label)
            for one in (
                WorkOrder.Kind.ADD_AIR_CONDITIONER,
                WorkOrder.Kind.REWIRE,
                WorkOrder.Kind.REPAIR,
                WorkOrder.Kind.REPLACE,
                WorkOrder.Kind.OTHER,
            )
        ],
    )
    budget = forms.DecimalField(
        label=_("Budget in yuan"),
        required=False,
        min_value=0,
        max_value=Decimal(10**9),
        decimal_places=2,
    )
    due_on = forms.DateField(label=_("Due on"), required=False)
    contractor = forms.CharField(
        label=pgettext_lazy("work order", "Contractor"), max_length=120, required=False
    )
    note = forms.CharField(
        label=pgettext_lazy("work order", "Note"),
        max_length=1000,
        required=False,
        widget=_TWO_LINES,
    )

    def taken(self) -> Measure:
        """What the service takes."""
        said = self.cleaned_data
        budget = said["budget"]
        return Measure(
            said["kind"],
            None if budget is None else int(budget * 100),
            said["due_on"],
            said["contractor"],
            said["note"],
        )


class RuleForm(HearthForm):
    """A new rule of a list."""

    sort = forms.ChoiceField(
        label=_("A unit should"), choices=[(s.value, SORTS[s.value]) for s in WatchRule.Sort]
    )
    measure = forms.ChoiceField(label=_("Measured by"))
    comparison = forms.ChoiceField(label=_("Comparison"), choices=list(COMPARISONS.items()))
    threshold = forms.DecimalField(label=_("Threshold"), max_digits=12, decimal_places=3)
    days = forms.IntegerField(label=_("On so many days"), min_value=1, max_value=60)
    of_days = forms.IntegerField(label=_("of so many business days"), min_value=1, max_value=60)
    months = forms.CharField(
        label=_("Months"),
        required=False,
        max_length=40,
        help_text=_("1 to 12, for example 11 12 1 2 3; empty: all year."),
    )
    opens = forms.TimeField(
        label=_("Business hours from"),
        required=False,
        help_text=_("Of readings only."),
        widget=_time(),
    )
    closes = forms.TimeField(label=_("Business hours to"), required=False, widget=_time())
    least_half_hours = forms.IntegerField(
        label=_("Least half hours measured"), min_value=1, max_value=48, initial=12
    )
    since = forms.DateField(label=_("In force from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [BUSINESS_MEAN, *FIGURES]
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, measure_name(key)) for key in keys]
        self.fields["since"].initial = timezone.localdate()

    def text(self) -> RuleText:
        said = self.cleaned_data
        months = frozenset(int(found) for found in _MONTHS.findall(said["months"]))
        return RuleText(
            sort=said["sort"],
            measure=said["measure"],
            terms=Terms(
                said["comparison"],
                int(said["threshold"] * 1000),
                said["days"],
                said["of_days"],
                months,
            ),
            since=said["since"],
            opens=said["opens"],
            closes=said["closes"],
            least_half_hours=said["least_half_hours"],
        )


def decision_form(proposal: Proposal) -> DecisionForm:
    """A fresh form for ``proposal``."""
    return DecisionForm(initial={"version": proposal.version, "on": timezone.localdate()})


def decline_form(proposal: Proposal) -> DeclineForm:
    """A fresh form for ``proposal``."""
    return DeclineForm(initial={"version": proposal.version}, auto_id="id_decline_%s")
