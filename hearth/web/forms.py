"""How forms look: one field template for the whole house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html
from django.utils.translation import gettext as _

from hearth.kernel.errors import Refusal, StaleWrite


class HearthFormRenderer(TemplatesSetting):
    """Renders forms and fields with our templates and Tabler's classes."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


NOTHING = "---------"
"""What Django calls an empty choice; pages write a dash."""

_CLASSES: dict[type, str] = {
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
    forms.RadioSelect: "form-selectgroup-input",
    forms.CheckboxSelectMultiple: "form-check-input",
}


def in_our_times(day: date) -> None:
    """A day that calendars and periods can reckon with, as in spreadsheets.

    Raises:
        ValidationError: it lies before 1900 or after 2199.
    """
    if not 1900 <= day.year <= 2199:
        raise ValidationError(_("The year must lie between 1900 and 2199."))


class StyledFormMixin:
    """Give every widget its class, and tie errors and help to it for screen readers."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = _CLASSES.get(type(field.widget), "form-control")
            present = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = f"{present} {css}".strip()
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == NOTHING:
                field.empty_label = "—"
            if isinstance(field, forms.DateField):
                field.validators = [*field.validators, in_our_times]
            if isinstance(field, forms.DateField) and not field.widget.is_hidden:
                field.widget = forms.DateInput(
                    format="%Y-%m-%d", attrs={**field.widget.attrs, "type": "date"}
                )


def put_refusal(
    form: forms.BaseForm,
    refusal: Refusal,
    stand_for: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Show what a service refused at the fields that it is about, else above the form.

    Args:
        form: which fields it has decides.
        refusal: names one field as ``facts['field']``, or several with a sentence each as
            ``facts['faults']``.
        stand_for: fields that may stand for a column that a service names.
    """
    alone = [(refusal.facts.get("field") or "", str(refusal))]
    for column, sentence in refusal.facts.get("faults") or alone:
        names = stand_for.get(column, (column,))
        form.add_error(next((name for name in names if name in form.fields), None), str(sentence))


def put_edit_refusal(
    form: forms.BaseForm,
    refusal: Refusal,
    stand_for: Mapping[str, Sequence[str]] = MappingProxyType({}),
    *,
    carrier: forms.BaseForm | None = None,
    field: str = "version",
) -> None:
    """As `put_refusal`, on a page that edits a record at the page's own address.

    Where somebody saved a newer version, what was typed stays, a link opens the newer one, and the
    form takes on its number: sent again, it replaces that knowingly. Without this the reader could
    only copy the text by hand, reload and type it again.

    Args:
        form: what was typed.
        refusal: what the service said.
        stand_for: as of `put_refusal`.
        carrier: the form with that field, where ``form`` has none.
        field: the hidden field that holds the version which was seen.
    """
    newer = refusal.facts.get("version") if isinstance(refusal, StaleWrite) else None
    if newer is None:
        put_refusal(form, refusal, stand_for)
        return
    bearer = carrier or form
    sent: Any = bearer.data  # a QueryDict: the page was posted
    typed = sent.copy()
    typed[bearer.add_prefix(field)] = str(newer)
    bearer.data = typed
    sentence = _(
        "Somebody saved a newer version meanwhile. What you typed stands below and is not saved. "
        "Look at the newer version first; sent again, yours takes its place."
    )
    words = _("Open the newer version beside this page")
    link = format_html('<a href="" target="_blank" rel="noopener">{}</a>', words)
    form.add_error(None, format_html("{} {}", sentence, link))


class HearthForm(StyledFormMixin, forms.Form):
    """Base of every form in the pages."""
