"""Forms of this area."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.premises.domain.ramps import Ramp
from hearth.premises.models import FacilityKind
from hearth.premises.queries.facilities import Standing
from hearth.premises.services.facilities import KindText, Seen
from hearth.web.catalogues import CodedForm
from hearth.web.forms import HearthForm
from hearth.web.premises.forms import ANY

THERE, MISSING, NOT_NEEDED = "there", "missing", "not_needed"
SHOWN = [
    ("", pgettext_lazy("facility", "missing")),
    ("there", pgettext_lazy("facility", "there")),
    ("all", _("all that must be there")),
    ("ramps", _("ramps that the norm does not allow")),
]


class DayForm(HearthForm):
    """As of which day, and which part of the tree."""

    on = forms.DateField(label=_("As of"), required=False)
    unit = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class RowsForm(DayForm):
    """Which of the facilities that outlets must have are listed."""

    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOWN)
    facility = forms.ChoiceField(label=pgettext_lazy("facility", "Facility"), required=False)

    def __init__(self, kinds: Sequence[FacilityKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["facility"]
        field.choices = [*ANY, *((kind.code, kind.label) for kind in kinds)]  # type: ignore[attr-defined]


class SurveyForm(HearthForm):
    """A walk through an outlet: each facility there, missing or not needed; a ramp is measured.

    It begins with what the last look found, so that only what changed is touched.
    """

    day = forms.DateField(label=_("Seen on"))

    def __init__(self, standings: Sequence[Standing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standings = standings
        self.fields["day"].initial = timezone.localdate()
        for one in standings:
            self._add(one)
        # the fields came after the base class had dressed those it knew
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = css

    def _add(self, one: Standing) -> None:
        kind = one.kind
        not_needed = _g("not needed: the entrance is level") if kind.is_ramp else _g("not needed")
        self.fields[f"k{kind.pk}"] = forms.ChoiceField(
            label=f"{kind.label} *" if one.is_owed else kind.label,
            required=False,
            initial=_state_of(one),
            choices=[
                ("", _g("not looked at")),
                (THERE, _g("there and usable")),
                (MISSING, _g("missing or broken")),
                (NOT_NEEDED, not_needed),
            ],
        )
        if not kind.is_ramp:
            return
        ramp = (one.check.ramp if one.check else None) or Ramp()
        sizes = (
            ("rise", _g("Ramp: how high it rises, cm"), ramp.rise_mm),
            ("run", _g("Ramp: how long it is on the ground, cm"), ramp.run_mm),
            ("width", _g("Ramp: how wide it is between its edges, cm"), ramp.width_mm),
        )
        for name, label, size in sizes:
            self.fields[f"{name}{kind.pk}"] = forms.DecimalField(
                label=label,
                required=False,
                min_value=Decimal("0.1"),
                max_value=Decimal(10_000),
                decimal_places=1,
                initial=None if size is None else Decimal(size) / 10,
            )
        self.fields[f"rail{kind.pk}"] = forms.ChoiceField(
            label=_g("Ramp: has it handrails?"),
            required=False,
            initial="" if ramp.has_handrail is None else "yn"[not ramp.has_handrail],
            choices=[("", _g("not looked at")), ("y", _g("yes")), ("n", _g("no"))],
        )

    def seen(self, unit_kind: str) -> list[Seen]:
        """What the service takes: what was looked at.

        What the catalogue or the last look said that it must be there stays so, until somebody
        says that it is not needed here.
        """
        found = []
        for one in self.standings:
            said = self.cleaned_data[f"k{one.kind.pk}"]
            if said:
                owed = one.is_owed or one.kind.is_owed_by(unit_kind)
                found.append(
                    Seen(
                        one.kind,
                        required=owed and said != NOT_NEEDED,
                        present=said == THERE,
                        ramp=self._ramp(one.kind) if one.kind.is_ramp else None,
                    )
                )
        return found

    def _ramp(self, kind: FacilityKind) -> Ramp:
        said = self.cleaned_data
        rise, run, width = (_mm(said.get(f"{name}{kind.pk}")) for name in ("rise", "run", "width"))
        return Ramp(rise, run, width, {"y": True, "n": False}.get(said[f"rail{kind.pk}"]))


def _state_of(one: Standing) -> str:
    if one.check is None:
        return ""
    if one.check.present:
        return THERE
    owed_by_rule = one.kind.duty != FacilityKind.Duty.NONE
    return NOT_NEEDED if owed_by_rule and not one.check.required else MISSING


def _mm(centimetres: Decimal | None) -> int | None:
    return None if centimetres is None else int(centimetres * 10)


class KindForm(CodedForm):
    """One entry of the catalogue: its names, and who must have it."""

    duty = forms.ChoiceField(label=_("Who must have it"), choices=FacilityKind.Duty.choices)
    unit_kinds = forms.MultipleChoiceField(
        label=_("Kinds of outlet that must have it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_public = forms.BooleanField(
        label=_("Named on the card for everyone"),
        required=False,
    )
    is_asked = forms.BooleanField(
        label=_("Asked for in surveys"),
        required=False,
        help_text=_("What was seen of it before stays readable."),
    )

    def __init__(
        self, unit_kinds: Sequence[str], *args: Any, is_new: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
        self.fields["unit_kinds"].choices = [(one, one) for one in unit_kinds]  # type: ignore[attr-defined]

    def text(self) -> KindText:
        """What the service takes."""
        said = self.cleaned_data
        return KindText(
            said["name"],
            said["name_en"],
            said["duty"],
            tuple(said["unit_kinds"]),
            said["is_public"],
            said["is_asked"],
            said.get("code", "").strip(),
        )
