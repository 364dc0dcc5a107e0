"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hearth.bulletins.composition.defaults import SECTIONS
from hearth.bulletins.composition.wording import LANGUAGES
from hearth.bulletins.models import Bulletin
from hearth.bulletins.services import LONGEST_PROSE, BulletinText
from hearth.web.forms import HearthForm

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
STATES = {
    Bulletin.Status.DRAFT: _("draft"),
    Bulletin.Status.PROPOSED: _("waiting for approval"),
    Bulletin.Status.APPROVED: _("approved"),
    Bulletin.Status.PUBLISHED: _("published"),
}


class ListFilter(HearthForm):
    q = forms.CharField(label=_("Title or period"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *STATES.items()]
    )


class DraftForm(HearthForm):
    """How the computed parts are to be made."""

    named_examples = forms.BooleanField(
        label=_("Examples of faults name their outlet"),
        required=False,
        help_text=_("What a mystery shopper saw never says where; nobody’s name is ever shown."),
    )


class ReviseForm(HearthForm):
    """Why a published bulletin is revised."""

    reason = forms.CharField(
        label=_("Reason of the revision"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Printed at the head of the new revision, with what differs."),
    )


class TextForm(HearthForm):
    """Everything that people write: the head, and prose by language and section."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("Chinese, the official language."),
        widget=forms.TextInput(attrs={"lang": "zh-CN"}),
    )
    title_en = forms.CharField(
        label=_("English title"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"lang": "en"}),
    )
    issuer = forms.CharField(
        label=_("Issuing organ"),
        max_length=80,
        required=False,
        help_text=_("Stands in red at the head and below the text. Empty: neither is printed."),
    )
    number = forms.CharField(label=_("Document number"), max_length=80, required=False)
    addressees = forms.CharField(label=_("Addressees"), max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            for key in SECTIONS:
                self.fields[prose_name(language, key)] = forms.CharField(
                    label=_("Chinese text") if language == "zh" else _("English text"),
                    required=False,
                    max_length=LONGEST_PROSE,
                    widget=forms.Textarea(
                        attrs={
                            "class": "form-control prose-input",
                            "rows": 3,
                            "lang": LANGUAGE_TAGS[language],
                        }
                    ),
                )

    @staticmethod
    def initial_of(bulletin: Bulletin) -> dict[str, Any]:
        head = ("version", "title", "title_en", "issuer", "number", "addressees")
        values: dict[str, Any] = {name: getattr(bulletin, name) for name in head}
        for language in LANGUAGES:
            written = bulletin.prose.get(language, {})
            values |= {prose_name(language, key): written.get(key, "") for key in SECTIONS}
        return values

    def text(self) -> BulletinText:
        given = self.cleaned_data
        return BulletinText(
            title=given["title"],
            title_en=given["title_en"],
            issuer=given["issuer"],
            number=given["number"],
            addressees=given["addressees"],
            prose={
                language: {key: given[prose_name(language, key)] for key in SECTIONS}
                for language in LANGUAGES
            },
        )


def prose_name(language: str, key: str) -> str:
    """Name of the field of one section in one language."""
    return f"prose_{language}_{key}"
