"""Forms of this area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.bulletins.domain.report_language import LONGEST_TEXT
from hearth.bulletins.models import ReportTemplate, TemplateVersion
from hearth.bulletins.reports.services import TemplateText
from hearth.web.forms import HearthForm

RESERVED = ("new", "check")  # addresses of their own


class AskForm(HearthForm):
    """Of which unit and day, compared with which, from which template."""

    unit = forms.CharField(label=gettext_lazy("Unit (code)"), max_length=40, required=False)
    as_of = forms.DateField(label=pgettext_lazy("figure", "As of"))
    earlier = forms.DateField(label=gettext_lazy("Compared with"), required=False)
    since = forms.DateField(label=gettext_lazy("Span from"), required=False)
    template = forms.ChoiceField(label=pgettext_lazy("report", "Template"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}
        named: Any = self.fields["template"]
        named.choices = [(one.code, one.label) for one in ReportTemplate.objects.in_use()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        day, earlier, since = (given.get(name) for name in ("as_of", "earlier", "since"))
        if day and day > timezone.localdate():
            self.add_error("as_of", _("The day has not come yet. Choose today or earlier."))
        if day and earlier and earlier >= day:
            self.add_error("earlier", _("The day to compare with has to be an earlier one."))
        if day and since and since > day:
            self.add_error("since", _("The span has to begin before its last day."))
        return given


class TemplateForm(HearthForm):
    """A template's names and texts."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    name = forms.CharField(label=gettext_lazy("Chinese name"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)
    zh = forms.CharField(label=gettext_lazy("Chinese text"), max_length=LONGEST_TEXT)
    en = forms.CharField(label=gettext_lazy("English text"), max_length=LONGEST_TEXT)
    note = forms.CharField(label=gettext_lazy("What was changed"), max_length=200, required=False)
    preview_on = forms.DateField(label=gettext_lazy("Preview as of"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, tag in (("zh", "zh-CN"), ("en", "en")):
            attrs = {**self.fields[name].widget.attrs, "rows": 18, "lang": tag}
            attrs["class"] = "form-control template-input"
            attrs["spellcheck"] = "false"
            self.fields[name].widget = forms.Textarea(attrs=attrs)
            self.fields[name].strip = False  # type: ignore[attr-defined]  # places are told

    @staticmethod
    def initial_of(version: TemplateVersion) -> dict[str, Any]:
        """What a version says."""
        return {
            "based_on": version.number,
            "name": version.template.name,
            "name_en": version.template.name_en,
            "zh": version.text_zh,
            "en": version.text_en,
            "preview_on": timezone.localdate(),
        }

    def text(self) -> TemplateText:
        """What was written."""
        given = self.cleaned_data
        return TemplateText(
            given["name"], given["name_en"], given["zh"], given["en"], given["note"]
        )


class NewTemplateForm(TemplateForm):
    """A template that is not there yet."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        validators=[validate_slug],
        help_text=gettext_lazy("Latin letters, digits and hyphens; part of addresses."),
    )
    field_order = ("code", "name", "name_en")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if code in RESERVED:
            raise forms.ValidationError(_("This word is taken. Choose another code."))
        return code
