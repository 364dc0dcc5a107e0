"""The catalogues: kinds of activity, special services, specialities. For the whole network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import CharField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.catalogues import line_to_write, require_top
from hearth.ledgers.codes import is_code
from hearth.network.scope import Actor
from hearth.outreach.domain.kinds import ExtraField, dropped, read_fields, stored_fields
from hearth.outreach.models import Activity, ActivityKind, FeatureKind, SpecialityKind
from hearth.platform import audit

KEEP = "programme.edit"
Entry = TypeVar("Entry", ActivityKind, FeatureKind, SpecialityKind)


@dataclass(frozen=True, slots=True)
class EntryText:
    """What every line of a catalogue says; ``code`` of a line that stands is not changed."""

    code: str
    name: str
    name_en: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class KindRules:
    """What a kind of activity asks for and counts."""

    evidence: str
    counts_persons: bool = False
    is_mobile: bool = False
    fields: Sequence[ExtraField] = ()


@transaction.atomic
def save_activity_kind(
    *, actor: Actor, kind: ActivityKind | None, version: int, text: EntryText, rules: KindRules
) -> ActivityKind:
    """Add a kind of activity, or change one; what was recorded before stays as it was.

    Raises:
        NotAllowed: the actor keeps no programme for the whole network.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``code_malformed``, ``code_taken``, ``fields_wrong``; ``counted_otherwise``
            where records stand that counted by the other rule; ``field_in_use`` where records say
            a field or a choice that would be gone. ``facts['field']`` names the field.
    """
    current = _taken(actor, ActivityKind, kind, version, text)
    fields = _fields(rules.fields)
    if current.pk:
        _require_same_count(current, rules)
        _require_unused(current, fields)
    current.evidence, current.extra_fields = rules.evidence, fields
    current.counts_persons, current.is_mobile = rules.counts_persons, rules.is_mobile
    return _saved(actor, current, "activity_kind.saved")


@transaction.atomic
def save_feature_kind(
    *, actor: Actor, kind: FeatureKind | None, version: int, text: EntryText, is_searched: bool
) -> FeatureKind:
    """Add a special service to the catalogue, or change one.

    Raises:
        NotAllowed, StaleWrite, RuleViolation: as ``save_activity_kind``, of the common part.
    """
    current = _taken(actor, FeatureKind, kind, version, text)
    current.is_searched = is_searched
    return _saved(actor, current, "feature_kind.saved")


@transaction.atomic
def save_speciality_kind(
    *, actor: Actor, kind: SpecialityKind | None, version: int, text: EntryText
) -> SpecialityKind:
    """Add a speciality to the catalogue, or change one.

    Raises:
        NotAllowed, StaleWrite, RuleViolation: as ``save_activity_kind``, of the common part.
    """
    return _saved(
        actor, _taken(actor, SpecialityKind, kind, version, text), "speciality_kind.saved"
    )


def _taken(
    actor: Actor, model: type[Entry], entry: Entry | None, version: int, text: EntryText
) -> Entry:
    """The line to be written, locked, with the common part of its text."""
    require_top(actor, KEEP)
    current = line_to_write(model, entry, version=version, code=text.code)
    current.name, current.name_en = text.name.strip(), text.name_en.strip()
    current.is_active = text.is_active
    return current


def _saved(actor: Actor, entry: Entry, action: str) -> Entry:
    entry.version += 1
    entry.save()
    audit.record(actor, action, entry, code=entry.code, is_active=entry.is_active)
    return entry


def _fields(fields: Sequence[ExtraField]) -> list[dict[str, Any]]:
    for one in fields:
        codes = [choice[0] for choice in one.choices]
        if not all(map(is_code, (one.key, *codes))) or len(set(codes)) < len(codes):
            raise RuleViolation("fields_wrong", _wrong(one), field="fields")
    stored = stored_fields(fields)
    try:
        read_fields(stored)
    except ValueError as fault:
        named = next((one for one in fields if str(fault).startswith(f"{one.key}:")), None)
        said = _wrong(named) if named else _("Two fields have the same code. Each has its own.")
        raise RuleViolation("fields_wrong", said, field="fields") from fault
    return stored


def _wrong(one: ExtraField) -> str:
    return _(
        "“%(label)s”: a field to choose from needs its choices, the others have none. A code has "
        "small letters, digits and _ only, and no other choice has the same."
    ) % {"label": one.label}


def _require_same_count(kind: ActivityKind, rules: KindRules) -> None:
    """Figures count records by these two; a change would make the past mean something else."""
    same = (kind.counts_persons, kind.is_mobile) == (rules.counts_persons, rules.is_mobile)
    if not same and Activity.objects.standing().filter(kind=kind).exists():
        raise RuleViolation(
            "counted_otherwise",
            _(
                "Activities of this kind are recorded already, counted by the rule as it was. "
                "Make another kind, and take this one out of use."
            ),
            field="counts_persons",
        )


def _require_unused(kind: ActivityKind, fields: Sequence[dict[str, Any]]) -> None:
    old = read_fields(kind.extra_fields)
    names = {one.key: one.label for one in old}
    rows = Activity.objects.standing().filter(kind=kind)
    for key, choice in dropped(old, read_fields(fields)):
        said = rows.annotate(said=Cast(KeyTextTransform(key, "details"), CharField()))
        said = said.filter(said__isnull=False) if choice is None else said.filter(said=choice)
        if said.exists():
            raise RuleViolation(
                "field_in_use",
                _(
                    "Records say “%(label)s” already, with what you took away. A field that is in "
                    "use keeps its code, its type and its choices; names can be changed."
                )
                % {"label": names[key]},
                field="fields",
            )
