"""What a sign's own page keeps beside the columns of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.ledgers.lookups import batches
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


@dataclass(frozen=True, slots=True)
class Described:
    """A sign, the version of it that the user saw, and what is said of it."""

    sign: Sign
    version: int
    text: SignText


def describe_sign(*, actor: Actor, sign: Sign, version: int, text: SignText) -> Sign:
    """Keep maker, place and lit hours of a sign.

    Raises: as ``describe_signs``.
    """
    return describe_signs(actor=actor, said=[Described(sign, version, text)])[0]


@transaction.atomic
def describe_signs(*, actor: Actor, said: Sequence[Described]) -> list[Sign]:
    """Keep maker, place and lit hours of signs, all or none; each sign once.

    Raises:
        NotAllowed: the actor may not edit the premises of a sign's unit.
        StaleWrite: a sign was changed meanwhile.
        RuleViolation: ``withdrawn``, ``lit_hours_half`` or ``lit_hours_empty``.
    """
    current: dict[int, Sign] = {}
    for part in batches(one.sign.pk for one in said):
        rows = Sign.objects.select_related("unit").select_for_update(of=("self",))
        current |= rows.in_bulk(list(part))
    signs = [_described(actor, current[one.sign.pk], one) for one in said]
    for some in batches(signs, 400):
        Sign.objects.bulk_update(some, ["make", "place", "lit_from", "lit_until", "version"])
    audit.record_many(
        actor,
        (
            audit.Entry("sign.described", sign._meta.label_lower, str(sign.pk), sign.unit.path)
            for sign in signs
        ),
    )
    return signs


def _described(actor: Actor, current: Sign, said: Described) -> Sign:
    text = said.text
    actor.require(EDIT, current.unit.path)
    if current.version != said.version:
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
    return current
