"""Setting targets: for many units at once, changing one, taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.figures.declared import FIGURES
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.programme.domain.scoring import Scale, check
from hearth.programme.models import Target
from hearth.programme.queries.people import EDIT
from hearth.programme.services.common import Fault, refuse, require_version, withdraw_record
from hearth.programme.wording import scale_fault

MOST_UNITS = 1000
LARGEST_MILLI = 10**15


@dataclass(frozen=True, slots=True)
class TargetText:
    """A target as people set it; ``weight_centi`` 100 is a weight of 1."""

    figure: str
    period: str
    scale: Scale
    weight_centi: int = 100


@transaction.atomic
def set_targets(
    *, actor: Actor, text: TargetText, units: Sequence[Unit], replace: bool = False
) -> list[Target]:
    """Give every unit the same target; one that it has already stays unless it is replaced.

    Raises:
        NotAllowed: lacks ``programme.edit``.
        RuleViolation: ``target_refused``, with the faults.
    """
    actor.require(EDIT)
    wanted = {unit.pk: unit for unit in units}
    faults = _faults(text)
    if not wanted:
        faults.append(("to", _("There is no unit to set it for. Choose others.")))
    if len(wanted) > MOST_UNITS:
        faults.append(("to", _("At most %(n)s units at once.") % {"n": MOST_UNITS}))
    known = _known(text, list(wanted)) if not faults else {}
    if known and not replace:
        names = ", ".join(wanted[pk].name for pk in list(known)[:5])
        faults.append(
            (
                "replace",
                _("There is such a target already: %(units)s. Tick to replace it.")
                % {"units": names},
            )
        )
    refuse("target_refused", faults)
    new = [Target(unit=unit) for pk, unit in wanted.items() if pk not in known]
    for target in (*new, *known.values()):
        _fill(target, text)
    for target in new:
        target.recorded_by_id = actor.user_id or None
    for target in known.values():
        target.version += 1
    Target.objects.bulk_create(new, batch_size=60)
    Target.objects.bulk_update(list(known.values()), [*_SET, "version"], batch_size=60)
    audit.record(
        actor,
        "target.set",
        new[0] if new else next(iter(known.values())),
        figure=text.figure,
        period=text.period,
        units=len(wanted),
        target=text.scale.target_milli,
    )
    return [*new, *known.values()]


def _known(text: TargetText, units: Sequence[int]) -> dict[int, Target]:
    found: dict[int, Target] = {}
    for start in range(0, len(units), 900):
        rows = Target.objects.standing().filter(
            figure=text.figure, period=text.period, unit_id__in=units[start : start + 900]
        )
        found |= {target.unit_id: target for target in rows.select_for_update(of=("self",))}
    return found


_SET = [
    "figure",
    "period",
    "target_milli",
    "floor_milli",
    "steps",
    "rule",
    "is_lower_better",
    "weight_centi",
]


def _fill(target: Target, text: TargetText) -> None:
    scale = text.scale
    target.figure, target.period = text.figure, text.period
    target.rule, target.is_lower_better = scale.rule, scale.is_lower_better
    target.target_milli, target.weight_centi = scale.target_milli, text.weight_centi
    target.floor_milli = scale.floor_milli if scale.rule == "linear" else None
    steps = scale.steps if scale.rule == "stepped" else ()
    target.steps = [[step.bound_milli, step.points_centi] for step in steps]


def _faults(text: TargetText) -> list[Fault]:
    found: list[Fault] = []
    if text.figure not in FIGURES:
        found.append(
            ("figure", _("There is no figure called %(key)s.") % {"key": text.figure[:60]})
        )
    try:
        Period.parse(text.period)
    except BadValue:
        found.append(("period", _("Write a period such as 2021Q2, 2021-06, 2021H1 or 2021.")))
    if text.weight_centi <= 0:
        found.append(("weight", _("The weight must be more than 0.")))
    scale = text.scale
    numbers = [scale.target_milli, scale.floor_milli or 0, *(s.bound_milli for s in scale.steps)]
    if any(abs(number) > LARGEST_MILLI for number in numbers):
        found.append(("target", _("This number is too large.")))
    try:
        check(scale)
    except BadValue as wrong:
        found.append(scale_fault(wrong.code))
    return found


@transaction.atomic
def change_target(*, actor: Actor, target_id: int, version: int, text: TargetText) -> Target:
    """Change one target; its unit stays.

    Raises:
        Target.DoesNotExist: not in the actor's scope.
        NotAllowed: lacks ``programme.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``target_refused``, with the faults; ``withdrawn``.
    """
    actor.require(EDIT)
    target = _locked(actor, target_id)
    require_version(target, version)
    if target.withdrawn_at is not None:
        raise RuleViolation("withdrawn", _("This was taken back already."))
    faults = _faults(text)
    others = Target.objects.standing().filter(
        figure=text.figure, period=text.period, unit_id=target.unit_id
    )
    if others.exclude(pk=target.pk).exists():
        faults.append(("figure", _("The unit has a target for this figure and period already.")))
    refuse("target_refused", faults)
    _fill(target, text)
    target.version = version + 1
    target.save()
    audit.record(
        actor,
        "target.changed",
        target,
        unit_path=target.unit.path,
        figure=target.figure,
        period=target.period,
        unit=target.unit.code,
        target=target.target_milli,
    )
    return target


@transaction.atomic
def withdraw_target(*, actor: Actor, target_id: int, version: int, reason: str) -> Target:
    """Take a target back with a reason; it counts no more on any sheet.

    Raises:
        Target.DoesNotExist: not in the actor's scope.
        NotAllowed: lacks ``programme.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``withdrawn`` or ``no_reason``.
    """
    actor.require(EDIT)
    target = _locked(actor, target_id)
    withdraw_record(actor, target, version, reason)
    audit.record(
        actor,
        "target.withdrawn",
        target,
        unit_path=target.unit.path,
        figure=target.figure,
        period=target.period,
        unit=target.unit.code,
        reason=target.withdrawal_reason,
    )
    return target


def _locked(actor: Actor, target_id: int) -> Target:
    rows = Target.objects.visible_to(actor.scope_for("programme.view"))
    return rows.select_for_update(of=("self",)).select_related("unit").get(pk=target_id)
