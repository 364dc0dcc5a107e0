"""Forms made from a register's columns: what the sheet takes, the page takes, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import Refusal
from hearth.ledgers.queries import RecordFilter
from hearth.ledgers.registers import Field, Register
from hearth.platform.spreadsheets import Column
from hearth.platform.spreadsheets.formats import csv_cell
from hearth.platform.spreadsheets.values import reader_for, reason_of
from hearth.web.forms import HearthForm

ANY = [("", _("all"))]
LONG = 120  # characters from which a text gets several lines
YES_NO = [("y", _("yes")), ("n", _("no"))]
_TYPED = {"date": "date", "instant": "datetime-local"}
_NUMBERS = frozenset({"integer", "milli", "centi", "decimal", "longitude", "latitude"})


def _select(options: Iterable[tuple[Any, Any]]) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *options])


def _input(column: Column) -> forms.Field:
    """A plain field; the column's own reader judges what was typed."""
    if column.type == "boolean":
        return _select(YES_NO)
    if column.type == "choice":
        return _select(column.choices)
    if column.type in _TYPED:
        return forms.CharField(widget=forms.TextInput(attrs={"type": _TYPED[column.type]}))
    if column.type in _NUMBERS:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    widget = forms.Textarea(attrs={"rows": 3}) if column.length > LONG else forms.TextInput()
    return forms.CharField(max_length=column.length, widget=widget)


def _form_field(register: Register, one: Field, *, is_new: bool) -> forms.Field:
    options = one.lookup.options() if one.lookup is not None else ()
    field = _select(options) if options else _input(one.column)
    field.label, field.help_text = one.column.label, one.column.note
    field.required = one.column.required
    if one.name == "unit":
        field.widget.attrs |= {"list": "unit-options", "autocomplete": "off"}
    if not is_new and one.name in register.natural_key:
        field.disabled = True
    return field


class RecordForm(HearthForm):
    """One record; every field is read as the cell of the sheet would be."""

    register: Register

    def clean(self) -> dict[str, Any]:
        zone = timezone.get_default_timezone()
        for one in self.register.fields:
            if one.name in self.cleaned_data:
                try:
                    read: Callable[[Any], Any] = reader_for(one.column, zone)
                    self.cleaned_data[one.name] = read(self.cleaned_data[one.name])
                except (ValueError, Refusal) as error:
                    self.add_error(one.name, reason_of(error))
        return self.cleaned_data

    def row(self) -> Any:
        """The row that a sheet would have held."""
        return SimpleNamespace(**self.cleaned_data)


def record_form(register: Register, *args: Any, is_new: bool = True, **kwargs: Any) -> RecordForm:
    """The form of one register; a known record's natural key cannot be changed."""
    fields = {one.name: _form_field(register, one, is_new=is_new) for one in register.fields}
    made = type(f"{register.model.__name__}Form", (RecordForm,), {"register": register, **fields})
    form: RecordForm = made(*args, **kwargs)
    return form


def initial_of(register: Register, record: Any) -> dict[str, str]:
    """What stands in a record, as one would type it."""
    return {
        one.name: typed(one.column, register.cell(one, record), labels=False)
        for one in register.fields
    }


def shown(register: Register, record: Any) -> list[tuple[Field, str]]:
    """Each column with what the record says there, in the reader's words."""
    return [(one, shown_in(register, one, record)) for one in register.fields]


def shown_in(register: Register, one: Field, record: Any) -> str:
    """What one column says, in the reader's words; a unit, person or kind by its name."""
    if one.lookup is not None:
        related = getattr(record, one.relation)
        return "" if related is None else str(related)
    return typed(one.column, register.cell(one, record), labels=True)


def typed(column: Column, value: Any, *, labels: bool) -> str:
    """A value as one would type it, or with ``labels`` as the reader calls it."""
    if value is None or value == "":
        return ""
    if labels and column.type == "boolean":
        return yes_no(value)
    zone = timezone.get_default_timezone()
    if column.type == "instant":
        form = "%Y-%m-%d %H:%M" if labels else "%Y-%m-%dT%H:%M"
        return str(timezone.localtime(value, zone).strftime(form))
    return str(csv_cell(column, zone, labels)(value))


def yes_no(value: object) -> str:
    """As pages say it; files keep ``y`` and ``n``, which they are read by."""
    return str(_("Yes") if value else _("No"))


class FilterForm(HearthForm):
    """What a list of records is narrowed to."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    under = forms.CharField(label=_("Unit (code)"), required=False, max_length=40)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)


def filter_form(register: Register, data: Mapping[str, Any]) -> FilterForm:
    """The filters of one register's list."""
    picks: dict[str, forms.Field] = {}
    for one in register.fields:
        if one.filters:
            options = one.lookup.options() if one.lookup is not None else one.column.choices
            options = YES_NO if one.column.type == "boolean" else options
            field = forms.ChoiceField(choices=[*ANY, *options], required=False)
            field.label = one.column.label
            picks[one.name] = field
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("that stand")), ("withdrawn", _("taken back"))],
    )
    made = type("FilterForm", (FilterForm,), {**picks, "state": state})
    form: FilterForm = made(data)
    form.fields["q"].widget.input_type = "search"
    form.fields["under"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}
    return form


def is_narrowed(chosen: RecordFilter) -> bool:
    """Whether a filter leaves anything out."""
    said = (chosen.q, chosen.under, chosen.since, chosen.until, chosen.state)
    return any(said) or any(chosen.picked.values())
