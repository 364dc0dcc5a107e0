"""Figures of targets in words: values, scales, and the arithmetic of each line."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.figures.registry import Figure
from hearth.kernel.rounding import centi_text, div_half_up, milli_text
from hearth.programme.domain.scoring import Scale, Total
from hearth.programme.enums import Missing


def scale_fault(code: str) -> tuple[str, str]:
    """The field of a form that a fault of a scale is about, and how to mend it."""
    field = "floor" if code in ("no_floor", "floor_beyond_target") else "steps"
    return field, {
        "no_floor": _("Say below which value nothing is earned."),
        "floor_beyond_target": _("The floor is as good as the target. Make it a worse value."),
        "no_steps": _("Write at least one step, such as 90=100."),
        "too_many_steps": _("At most ten steps are kept."),
        "step_points_out_of_range": _("A step earns from 0 to 100 points."),
        "steps_out_of_order": _("A better value must earn more points, and no value stands twice."),
    }[code]


def value_text(figure: Figure | None, milli: int | None) -> str:
    """A value as it is scored: thousandths without needless zeros, a share with its sign."""
    if milli is None:
        return "—"
    sign = "%" if figure is not None and figure.measure == "share" else ""
    return f"{milli_text(milli)}{sign}"


def brief_text(figure: Figure | None, milli: int | None) -> str:
    """A value among many: a share to a tenth of a percent, anything else as it is scored."""
    if milli is not None and figure is not None and figure.measure == "share":
        milli = 100 * div_half_up(milli, 100)
    return value_text(figure, milli)


def scale_text(figure: Figure | None, scale: Scale) -> str:
    """How a target is scored, in one line."""
    if scale.rule == "stepped":
        ordered = sorted(scale.steps, key=lambda step: -step.points_centi)
        bounds = [f"{_side(scale)}{value_text(figure, step.bound_milli)}" for step in ordered]
        earned = [milli_points(step.points_centi) for step in ordered]
        pairs = [f"{bound} → {points}" for bound, points in zip(bounds, earned, strict=True)]
        return _("steps: %(steps)s") % {"steps": ", ".join(pairs)}
    target = f"{_side(scale)}{value_text(figure, scale.target_milli)}"
    if scale.rule == "pass_fail":
        return _("%(target)s: all or nothing") % {"target": target}
    return _("%(target)s, nothing from %(floor)s on") % {
        "target": target,
        "floor": value_text(figure, scale.floor_milli),
    }


def _side(scale: Scale) -> str:
    return "≤ " if scale.is_lower_better else "≥ "


def milli_points(points_centi: int) -> str:
    """Points without needless zeros: 6000 is '60'."""
    return milli_text(points_centi * 10)


def arithmetic(figure: Figure | None, scale: Scale, value: int | None, points: int | None) -> str:
    """How a line's points came about, written out (PG-02 to PG-04)."""
    if value is None or points is None:
        return pgettext("target", "no value")
    shown, earned = value_text(figure, value), milli_points(points)
    if scale.rule == "linear" and scale.floor_milli is not None:
        floor, target = milli_text(scale.floor_milli), milli_text(scale.target_milli)
        way = f"100 × ({milli_text(value)} − {_signed(floor)}) ÷ ({target} − {_signed(floor)})"
        if points in (0, 10_000) and not _is_exact(scale, value):
            bound = _("at most 100") if points else _("at least 0")
            return f"{way}, {bound} = {earned}"
        return f"{way} = {earned}"
    if scale.rule == "stepped":
        reached = [s for s in scale.steps if scale.reaches(value, s.bound_milli)]
        if not reached:
            return _("%(value)s reaches no step → 0") % {"value": shown}
        best = max(reached, key=lambda step: step.points_centi)
        bound = value_text(figure, best.bound_milli)
        return _("%(value)s reaches the step of %(bound)s → %(points)s") % {
            "value": shown,
            "bound": bound,
            "points": earned,
        }
    sign = ("≤" if points else ">") if scale.is_lower_better else ("≥" if points else "<")
    return f"{shown} {sign} {value_text(figure, scale.target_milli)} → {earned}"


def _signed(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _is_exact(scale: Scale, value: int) -> bool:
    return value in (scale.floor_milli, scale.target_milli)


def total_arithmetic(total: Total, missing: str) -> str:
    """How the total came about, and what became of targets without a value (PG-05)."""
    if total.centi is None:
        return _("No target has a value yet, so there is no total.")
    said = _("Σ weight × points ÷ Σ weight = %(earned)s ÷ %(weight)s = %(total)s") % {
        "earned": _ten_thousandths(total.earned),
        "weight": milli_text(total.weight_centi * 10),
        "total": centi_text(total.centi),
    }
    if not total.missing:
        return said
    if missing == Missing.ZERO:
        return said + " · " + _("%(n)s without a value, counted as 0") % {"n": total.missing}
    return said + " · " + _("%(n)s without a value, left out of both sums") % {"n": total.missing}


def _ten_thousandths(value: int) -> str:
    """A weight times points, exactly, without needless zeros."""
    return f"{value // 10_000}.{value % 10_000:04d}".rstrip("0").rstrip(".")


def forecast_sentence(verdict: str, reason: str = "") -> str:
    """What a forecast means, in words."""
    reasons = {
        "too_early": _("Too early to say: fewer than 14 days are gone."),
        "too_small": _("Too few to say: fewer than 5 are counted."),
        "too_few_values": _("Too few values to say: a trend takes at least 4."),
        "by_period": _("Not forecast: it moves only when a period is closed."),
        "no_value": _("Not forecast: the figure has no value yet."),
    }
    if verdict == "too_few":
        return str(reasons[reason])
    return str(
        {
            "reached": _("The target is reached."),
            "on_course": _("The target will be met at the present pace."),
            "likely": _("The target will rather be met; it is not certain."),
            "unlikely": _("The target will rather be missed; it can still be met."),
            "off_course": _("The target will be missed at the present pace."),
            "missed": _("The target is missed."),
        }[verdict]
    )
