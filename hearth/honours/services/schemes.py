"""The catalogue of award schemes, for the whole network."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.honours.models import MOST_YEARS, AwardScheme
from hearth.kernel.errors import RuleViolation
from hearth.ledgers.catalogues import line_to_write, require_top
from hearth.network.scope import Actor
from hearth.platform import audit

KEEP = "programme.edit"


@dataclass(frozen=True, slots=True)
class SchemeText:
    """What a scheme says; ``code`` of one that stands is not changed. ``years`` None: for good."""

    code: str
    name: str
    name_en: str
    body: str
    level: str
    years: int | None = None
    is_active: bool = True


@transaction.atomic
def save_scheme(
    *, actor: Actor, scheme: AwardScheme | None, version: int, text: SchemeText
) -> AwardScheme:
    """Add a scheme, or change one; awards that were granted keep the end that they have.

    Raises:
        NotAllowed: the actor keeps no programme for the whole network.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``code_malformed``, ``code_taken``, ``level_unknown`` or ``years_bounds``;
            ``facts['field']`` names the field.
    """
    require_top(actor, KEEP)
    if text.level not in AwardScheme.Level.values:
        raise RuleViolation("level_unknown", _("Choose one of the levels."), field="level")
    if text.years is not None and not 1 <= text.years <= MOST_YEARS:
        said = _("1 to %(most)s years, or none.") % {"most": MOST_YEARS}
        raise RuleViolation("years_bounds", said, field="years")
    current = line_to_write(AwardScheme, scheme, version=version, code=text.code)
    current.name, current.name_en = text.name.strip(), text.name_en.strip()
    current.body, current.level = text.body.strip(), text.level
    current.years, current.is_active = text.years, text.is_active
    current.version += 1
    current.save()
    audit.record(
        actor,
        "award_scheme.saved",
        current,
        code=current.code,
        years=current.years,
        is_active=current.is_active,
    )
    return current
