"""What a sign's own page keeps beside the columns of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.premises.models import Sign
from hearth.premises.services.orders import EDIT


@dataclass(frozen=True, slots=True)
class SignText:
    """Maker, place, and the hours of a day in which it is lit; both or none."""

    make: str = ""
    place: str = ""
    lit_from: time | None = None
    lit_until: time | None = None


@transaction.atomic
def describe_sign(*, actor: Actor, sign: Sign, version: int, text: SignText) -> Sign:
    """Keep maker, place and lit hours of a sign.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        StaleWrite: the sign was changed meanwhile.
        RuleViolation: ``withdrawn``, ``lit_hours_half`` or ``lit_hours_empty``.
    """
    actor.require(EDIT, sign.unit.path)
    current = Sign.objects.select_for_update(of=("self",)).get(pk=sign.pk)
    if current.version != version:
        raise StaleWrite(
            "stale",
            _("Someone changed this sign meanwhile. Reload the page, look, and send again."),
            version=current.version,
        )
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This record was taken back and cannot be changed."))
    if (text.lit_from is None) != (text.lit_until is None):
        raise RuleViolation("lit_hours_half", _("Give both hours, or none."), field="lit_until")
    if text.lit_from is not None and text.lit_from == text.lit_until:
        raise RuleViolation(
            "lit_hours_empty", _("Both hours are the same. Correct one."), field="lit_until"
        )
    current.make, current.place = text.make.strip(), text.place.strip()
    current.lit_from, current.lit_until = text.lit_from, text.lit_until
    current.version += 1
    current.save(update_fields=["make", "place", "lit_from", "lit_until", "version"])
    audit.record(actor, "sign.described", current, unit_path=sign.unit.path)
    return current
