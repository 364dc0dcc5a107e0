"""Which labels an outlet has, and what still lacks one."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef

from hearth.network.models import Unit
from hearth.premises.models import AssetLabel, FacilityCheck, FacilityKind, Sign


def unlabelled(unit: Unit, day: date) -> tuple[list[Sign], list[FacilityKind]]:
    """Signs that hang at the unit and facilities that it has on ``day``, without a label."""
    used = AssetLabel.objects.in_use().filter(unit=unit)
    signs = Sign.objects.up_on(day).filter(unit=unit)
    signs = signs.exclude(Exists(used.filter(sign=OuterRef("pk"))))
    has = FacilityCheck.objects.filter(unit=unit).latest_on(day).filter(present=True)
    kinds = FacilityKind.objects.filter(pk__in=has.values("facility"))
    kinds = kinds.exclude(Exists(used.filter(facility=OuterRef("pk"))))
    return list(signs.order_by("sign_no")), list(kinds)


def labels_of(unit: Unit) -> list[AssetLabel]:
    """Labels in use at the unit, signs first; those of signs that were taken down left out."""
    rows = AssetLabel.objects.in_use().filter(unit=unit).exclude(sign__retired_on__isnull=False)
    rows = rows.exclude(sign__withdrawn_at__isnull=False)
    return list(
        rows.select_related("sign", "facility", "unit").order_by(
            F("sign__sign_no").asc(nulls_last=True), "facility__position", "pk"
        )
    )


def open_label(token: str) -> AssetLabel | None:
    """The label of this token with what it is on; None where there is none.

    A label whose sign was taken down or taken back is shown as ended.
    """
    rows = AssetLabel.objects.select_related("unit", "sign", "facility")
    label = rows.filter(token=token).first()
    if label is not None and label.sign is not None:
        gone = label.sign.withdrawn_at or label.sign.retired_on
        if gone is not None and label.ended_at is None:
            label.ended_at = label.sign.withdrawn_at or label.made_at
    return label
