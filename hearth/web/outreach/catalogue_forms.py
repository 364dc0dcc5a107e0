"""Forms of the catalogues: one line each, and the own fields of a kind of activity."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.codes import is_code
from hearth.outreach.domain.kinds import MOST_FIELDS, ExtraField, FieldType, read_fields
from hearth.outreach.models import ActivityKind, FeatureKind, SpecialityKind
from hearth.outreach.services.catalogues import EntryText, KindRules
from hearth.web.catalogues import LineForm

SPARE = 3  # empty lines for fields that are added
TYPES = [
    ("text", pgettext_lazy("own field", "text")),
    ("integer", pgettext_lazy("own field", "whole number")),
    ("choice", pgettext_lazy("own field", "one of several")),
    ("yes_no", pgettext_lazy("own field", "yes or no")),
]
EVIDENCE = [
    ("none", pgettext_lazy("evidence", "none")),
    ("photo", pgettext_lazy("evidence", "a photo")),
    ("sign_in", pgettext_lazy("evidence", "sign-in by QR code, or a photo of the list")),
]
PARTS = ("label", "label_en", "type", "required", "choices", "key")
Line = ActivityKind | FeatureKind | SpecialityKind


class LineOfText(LineForm):
    """What every line here says."""

    def text(self) -> EntryText:
        """The common part, as the services take it."""
        said = self.cleaned_data
        return EntryText(self.said_code(), said["name"], said["name_en"], said["is_active"])


LONGEST_CHOICE = 60


class FeatureForm(LineOfText):
    """A special service."""

    is_searched = forms.BooleanField(
        label=_("Customers can look for it in the public finder"), required=False, initial=True
    )

    shown = (*LineForm.shown, "is_searched")


class KindForm(LineOfText):
    """A kind of activity: what proves it, what it counts, and its own fields."""

    shown = (*LineForm.shown, "evidence", "counts_persons", "is_mobile")

    evidence = forms.ChoiceField(label=_("Evidence asked for"), choices=EVIDENCE, initial="photo")
    counts_persons = forms.BooleanField(
        label=_("Counts the people who came"),
        required=False,
        help_text=_("Then every record says how many. It stays once something is recorded."),
    )
    is_mobile = forms.BooleanField(
        label=_("Goes to a target of mobile service"),
        required=False,
        help_text=_("Then a record says to whom, and with which vehicle or kit."),
    )

    def __init__(self, entry: Line | None, *args: Any, **kwargs: Any) -> None:
        self.own = read_fields(entry.extra_fields) if isinstance(entry, ActivityKind) else ()
        self.lines = range(min(len(self.own) + SPARE, max(MOST_FIELDS, len(self.own))))
        super().__init__(entry, *args, **kwargs)

    def start(self, entry: Line) -> dict[str, Any]:
        start = super().start(entry)
        for n, one in enumerate(self.own):
            start |= {
                f"key_{n}": one.key,
                f"label_{n}": one.label,
                f"label_en_{n}": one.label_en,
                f"type_{n}": one.type,
                f"required_{n}": one.required,
                f"choices_{n}": "\n".join(f"{c}={zh}/{en}" for c, zh, en in one.choices),
            }
        return start

    def plain_fields(self) -> list[Any]:
        """Everything but the own fields."""
        own = {f"{part}_{n}" for n in self.lines for part in PARTS}
        return [field for field in self if field.name not in own]

    def own_lines(self) -> list[tuple[int, list[Any]]]:
        """Each own field with its number, from 1."""
        return [(n + 1, [self[f"{part}_{n}"] for part in PARTS]) for n in self.lines]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.read: list[ExtraField] = []
        for n in self.lines:
            one = self._field(n, data)
            if one is None:
                continue
            if any(one.key == other.key for other in self.read):
                self.add_error(f"label_en_{n}", _g("Another field has the same English name."))
            self._look_at(n, one)
            self.read.append(one)
        return data

    def _look_at(self, n: int, one: ExtraField) -> None:
        """Say what is wrong with a field where it is typed; the service would refuse it whole."""
        if one.label_en and not is_code(one.key):
            said = _g("Write it in Latin letters, the first one a letter: its code is made of it.")
            self.add_error(f"label_en_{n}", said)
        if one.type == "choice" and not one.choices and f"choices_{n}" not in self.errors:
            self.add_error(f"choices_{n}", _g("Write what there is to choose from."))
        if one.type != "choice" and one.choices:
            self.add_error(f"choices_{n}", _g("Only a field to choose from has choices."))
        codes = [code for code, _zh, _en in one.choices]
        for code, chinese, english in one.choices:
            if not is_code(code) or codes.count(code) > 1:
                said = _g("“%(name)s”: each choice needs a code of its own, in Latin letters.")
                self.add_error(f"choices_{n}", said % {"name": chinese[:30]})
                break
            if len(chinese) > LONGEST_CHOICE or len(english) > LONGEST_CHOICE:
                said = _g("“%(name)s …” is too long: a choice has at most 60 characters.")
                self.add_error(f"choices_{n}", said % {"name": chinese[:30]})
                break

    def _field(self, n: int, data: dict[str, Any]) -> ExtraField | None:
        said = {part: data.get(f"{part}_{n}") or "" for part in PARTS}
        is_new = not said["key"]  # of one that is there, emptied names take it away
        is_begun = is_new and (said["required"] or said["type"] not in ("", "text"))
        if not is_begun and not any(said[part] for part in ("label", "label_en", "choices")):
            return None
        for part in ("label", "label_en"):
            if not said[part]:
                self.add_error(f"{part}_{n}", _g("A field needs its name in both languages."))
        return ExtraField(
            key=said["key"] or _code(said["label_en"]),
            label=said["label"],
            label_en=said["label_en"],
            type=cast(FieldType, said["type"] or "text"),
            required=bool(said["required"]),
            choices=self._choices(n, said["choices"]),
        )

    def _choices(self, n: int, text: str) -> tuple[tuple[str, str, str], ...]:
        found = []
        for line in filter(None, map(str.strip, text.splitlines())):
            code, sign, names = line.rpartition("=")
            chinese, slash, english = (part.strip() for part in names.partition("/"))
            if not (chinese and slash and english):
                said = _g("“%(line)s”: write Chinese/English, one choice a line.")
                self.add_error(f"choices_{n}", said % {"line": line[:60]})
                continue
            found.append((code.strip() if sign else _code(english), chinese, english))
        return tuple(found)

    def rules(self) -> KindRules:
        """What the service takes beside the names."""
        said = self.cleaned_data
        return KindRules(
            evidence=said["evidence"],
            counts_persons=said["counts_persons"],
            is_mobile=said["is_mobile"],
            fields=self.read,
        )


def _code(english: str) -> str:
    """A code from an English name: 'Leaflets handed out' is 'leaflets_handed_out'."""
    return slugify(english).replace("-", "_")[:40].strip("_")


def kind_form(entry: Line | None, *args: Any, **kwargs: Any) -> KindForm:
    """The form of a kind of activity, with a line for each own field and some to spare."""
    own = len(read_fields(entry.extra_fields)) if isinstance(entry, ActivityKind) else 0
    fields: dict[str, forms.Field] = {}
    for n in range(min(own + SPARE, max(MOST_FIELDS, own))):
        fields |= {
            f"label_{n}": forms.CharField(label=_("Chinese name"), max_length=60, required=False),
            f"label_en_{n}": forms.CharField(
                label=_("English name"), max_length=80, required=False
            ),
            f"type_{n}": forms.ChoiceField(
                label=pgettext_lazy("own field", "Holds"), choices=TYPES, required=False
            ),
            f"required_{n}": forms.BooleanField(label=_("Has to be filled in"), required=False),
            f"choices_{n}": forms.CharField(
                label=pgettext_lazy("own field", "Choices"),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("One a line: Chinese/English. A code may stand before it: code=…"),
            ),
            f"key_{n}": forms.CharField(widget=forms.HiddenInput, max_length=40, required=False),
        }
    form: KindForm = type("OwnKindForm", (KindForm,), fields)(entry, *args, **kwargs)
    return form
