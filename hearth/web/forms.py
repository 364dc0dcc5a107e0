"""How forms look: one field template for the whole house."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting

from hearth.kernel.periods import FIRST_YEAR, LAST_YEAR


class HearthFormRenderer(TemplatesSetting):
    """Renders forms and fields with our templates and Tabler's classes."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


_CLASSES: dict[type, str] = {
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
    forms.RadioSelect: "form-selectgroup-input",
    forms.CheckboxSelectMultiple: "form-check-input",
}


_DAYS_WE_RECKON_WITH = (
    MinValueValidator(date(FIRST_YEAR, 1, 1)),
    MaxValueValidator(date(LAST_YEAR, 12, 31)),
)
"""A slip in the year is told on the field; beyond these there is no period to count in."""


class StyledFormMixin:
    """Give every widget its class, and tie errors and help to it for screen readers."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = _CLASSES.get(type(field.widget), "form-control")
            present = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = f"{present} {css}".strip()
            if isinstance(field, forms.DateField):
                field.validators = [*field.validators, *_DAYS_WE_RECKON_WITH]
            if isinstance(field, forms.DateField) and not field.widget.is_hidden:
                field.widget = forms.DateInput(
                    format="%Y-%m-%d", attrs={**field.widget.attrs, "type": "date"}
                )


class HearthForm(StyledFormMixin, forms.Form):
    """Base of every form in the pages."""
