"""The labels with QR codes on signs and facilities: made for an outlet, replaced one by one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.premises.models import AssetLabel
from hearth.premises.queries.labels import unlabelled
from hearth.premises.services.orders import EDIT


@transaction.atomic
def make_labels(*, actor: Actor, unit: Unit) -> int:
    """Give each sign and each facility of an outlet a label where it has none.

    Returns:
        How many were made.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
    """
    actor.require(EDIT, unit.path)
    Unit.objects.select_for_update().get(pk=unit.pk)  # two who print at once make one label each
    signs, facilities = unlabelled(unit, timezone.localdate())
    made = [AssetLabel(unit=unit, sign=sign) for sign in signs]
    made += [AssetLabel(unit=unit, facility=facility) for facility in facilities]
    for label in made:
        label.made_by_id = actor.user_id or None
    AssetLabel.objects.bulk_create(made, batch_size=100)
    if made:
        audit.record(actor, "labels.made", unit, unit_path=unit.path, count=len(made))
    return len(made)


@transaction.atomic
def replace_label(*, actor: Actor, label: AssetLabel) -> AssetLabel:
    """End a label, which was lost or abused, and make another for the same thing.

    Raises:
        NotAllowed: the actor may not edit the premises of the unit.
        RuleViolation: ``label_ended``.
    """
    actor.require(EDIT, label.unit.path)
    current = AssetLabel.objects.select_for_update(of=("self",)).get(pk=label.pk)
    if current.ended_at is not None:
        raise RuleViolation("label_ended", _("This label is no longer in use."))
    current.ended_at = timezone.now()
    current.save(update_fields=["ended_at"])
    fresh = AssetLabel.objects.create(
        unit_id=current.unit_id,
        sign_id=current.sign_id,
        facility_id=current.facility_id,
        made_by_id=actor.user_id or None,
    )
    audit.record(actor, "label.replaced", label.unit, unit_path=label.unit.path)
    return fresh
