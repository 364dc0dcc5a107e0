"""Choosing one of many: a list where there are few, a text with suggestions where there are many.

A drop-down of 797 outlets is sent whole with every form and cannot be searched by its middle. Past
``AT_MOST`` rows the field is a text that takes a code or a name; while one types, the server
suggests what the actor may choose. Without scripts it is that text field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.web.http import AppRequest

AT_MOST = 30
"""Rows that are offered as a list."""
SUGGESTED = 12
NAMED = 3
"""Namesakes that a refusal lists."""


@dataclass(frozen=True, slots=True)
class Source:
    """How records of one kind are picked.

    Attributes:
        address: of the suggestions, as for ``reverse``.
        args: of that address.
        code: attribute that names a record for good.
        name: attribute by which people call it.
    """

    address: str
    args: tuple[Any, ...] = ()
    code: str = "code"
    name: str = "name"


class PickInput(forms.TextInput):
    """A text field with a list of suggestions that the server keeps."""

    template_name = "forms/pick.html"

    def __init__(self, source: Source, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "maxlength": 80, **(attrs or {})})
        self.source = source

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id', name)}-options"
        context["widget"]["attrs"] |= {
            "list": listed,
            "hx-get": reverse(self.source.address, args=self.source.args),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{listed}",
            "hx-swap": "innerHTML",
        }
        return context | {"listed": listed}


class PickField(forms.Field):
    """One of ``rows`` by its code or its whole name; gives the record."""

    def __init__(self, rows: Any, source: Source, **more: Any) -> None:
        more.setdefault("help_text", _("Type its name, then choose."))
        super().__init__(widget=PickInput(source, {"class": "form-control"}), **more)
        self.rows, self.source = rows, source

    def prepare_value(self, value: Any) -> Any:
        """The code of a record that is given as such or by its key."""
        if isinstance(value, int):
            value = self.rows.filter(pk=value).first()
        return getattr(value, self.source.code) if isinstance(value, Model) else value

    def to_python(self, value: Any) -> Any:
        """The record.

        Raises:
            ValidationError: ``unknown``, or ``several`` of one name.
        """
        text = str(value or "").strip()
        if not text:
            return None
        code = self.source.code
        by_code = self.rows.filter(**{code: text}).first()
        if by_code is not None:
            return by_code
        found = list(self.rows.filter(**{self.source.name: text})[: NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                _(
                    "Nothing that you may choose is called “%(text)s”. Type a part of its name, "
                    "then choose one of the suggestions."
                ),
                code="unknown",
                params={"text": text},
            )
        codes = ", ".join(str(getattr(one, code)) for one in found[:NAMED])
        raise forms.ValidationError(
            _("Several are called “%(text)s”. Type the code of the one you mean: %(codes)s."),
            code="several",
            params={"text": text, "codes": codes + (" …" if len(found) > NAMED else "")},
        )


def are_many(rows: Any) -> bool:
    """Whether there are more of them than a list should offer."""
    return len(rows.values_list("pk", flat=True)[: AT_MOST + 1]) > AT_MOST


def picked(field: forms.ModelChoiceField, rows: Any, source: Source) -> forms.Field:
    """``field`` over ``rows`` where they are few; else one that is typed, with suggestions."""
    if are_many(rows):
        return PickField(rows, source, label=field.label, required=field.required)
    field.queryset = rows
    return field


def suggested(
    request: AppRequest, rows: Any, source: Source, searched: Iterable[str], label: Any
) -> HttpResponse:
    """What was typed as options: ``rows`` that have every word of it in one of ``searched``."""
    words = str(next(iter(request.GET.values()), "")).split()
    for word in words:
        either = Q()
        for name in searched:
            either |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(either)
    found = rows[:SUGGESTED] if words else []
    options = [(getattr(one, source.code), label(one)) for one in found]
    return render(request, "parts/options.html", {"options": options})
