"""Pages of catalogue lines: what files and addresses call them by, their two names, saving one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import Refusal
from hearth.web.forms import HearthForm, put_edit_refusal
from hearth.web.http import AppRequest


class CodedForm(HearthForm):
    """A line of a catalogue; its code is given once, and version 0 is a line yet to be added."""

    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    code = forms.CharField(
        label=pgettext_lazy("facility", "Code"),
        max_length=40,
        help_text=_("For files and addresses: small letters, digits and _. It stays as it is."),
    )
    name = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80)


class LineForm(CodedForm):
    """A line that can be taken out of use; ``entry`` is the one that stands, None for a new one.

    Attributes:
        shown: columns of the line that the form shows as they are.
    """

    shown: ClassVar[tuple[str, ...]] = ("name", "name_en", "is_active", "version")

    is_active = forms.BooleanField(
        label=_("Offered when something is recorded"),
        required=False,
        initial=True,
        help_text=_("What was recorded before stays readable and counts."),
    )

    def __init__(self, entry: Any | None, *args: Any, **kwargs: Any) -> None:
        self.entry = entry
        if entry is not None:
            kwargs["initial"] = self.start(entry)
        super().__init__(*args, **kwargs)
        if entry is not None:
            del self.fields["code"]

    def start(self, entry: Any) -> dict[str, Any]:
        """What the form shows of a line that stands."""
        return {name: getattr(entry, name) for name in self.shown}

    def said_code(self) -> str:
        """Of the line that stands, or as it was typed for a new one."""
        return str(self.entry.code) if self.entry else self.cleaned_data["code"].strip()


def answered(
    request: AppRequest,
    form: forms.Form,
    save: Callable[[], Any],
    *,
    to: str,
    page: tuple[str, dict[str, Any]],
) -> HttpResponse:
    """Save what was posted and go to the catalogue, or show the form with what is wrong.

    Args:
        form: of one line.
        save: stores the valid form; gives the line.
        to: address of the catalogue, as for ``redirect``.
        page: the template, and what it shows beside ``form``.

    Raises:
        NotAllowed: the actor does not keep the catalogue.
    """
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, gettext("Saved: %(label)s.") % {"label": saved})
            return redirect(to)
    template, context = page
    status = 422 if form.errors else 200
    return render(request, template, context | {"form": form}, status=status)
