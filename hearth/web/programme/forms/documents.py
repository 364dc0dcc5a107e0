"""Forms of documents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.programme.models import Programme
from hearth.programme.queries.documents import DocumentFilter, units_below
from hearth.programme.services.documents import DocumentText
from hearth.web.forms import HearthForm
from hearth.web.programme.common import unit_named, units_named

CHOSEN = "chosen"


class DocumentFilterForm(HearthForm):
    """What the list of documents is narrowed to."""

    q = forms.CharField(label=_("Title or number"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("all")),
            ("mine", _("to be acknowledged by me")),
            ("open", _("not acknowledged by all")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"

    def chosen(self) -> DocumentFilter:
        """The filter; what cannot be read narrows nothing."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return DocumentFilter(**{name: data.get(name, "") for name in self.fields})


class DocumentForm(HearthForm):
    """What is sent, to whom, and by when it must be acknowledged."""

    number = forms.CharField(
        label=pgettext_lazy("document", "Number"), required=False, max_length=60
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=pgettext_lazy("document", "Text"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    acknowledge_by = forms.DateField(label=_("To be acknowledged by"))
    to = forms.ChoiceField(
        label=_("Goes to"),
        choices=[
            ("branches", pgettext_lazy("document", "every branch")),
            ("outlets", pgettext_lazy("document", "every outlet")),
            ("all", pgettext_lazy("document", "every unit")),
            (CHOSEN, _("these units:")),
        ],
    )
    below = forms.CharField(
        label=_("Only at or below this unit (code)"), required=False, max_length=40
    )
    codes = forms.CharField(
        label=_("Units (codes)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only with “these units”; codes apart by blanks or commas."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["acknowledge_by"].initial = timezone.localdate() + timedelta(days=7)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        scope = self.actor.scope
        field = "codes" if data.get("to") == CHOSEN else "below"
        try:
            if field == "codes":
                data["units"] = units_named(data.get("codes") or "", scope)
            elif data.get("to"):
                data["units"] = self._below(data["to"], data.get("below") or "")
        except forms.ValidationError as error:
            self.add_error(field, error)
        return data

    def _below(self, to: str, code: str) -> list[Unit]:
        scope, today = self.actor.scope, timezone.localdate()
        tops = [unit_named(code, scope)] if code else []
        if not tops:
            tops = list(Unit.objects.visible_to(scope).filter(parent__isnull=True))
        return [unit for top in tops for unit in units_below(self.actor, to, top, today)]

    def text(self, programme: Programme | None, files: list[tuple[str, bytes]]) -> DocumentText:
        """What was written, for the service."""
        said = self.cleaned_data
        names = ("title", "number", "body", "acknowledge_by", "units")
        return DocumentText(
            **{name: said[name] for name in names}, programme=programme, files=files
        )
