"""The rules of one edition, as written and as compiled for scoring (SC-01 to SC-05).

``CriterionRule`` keeps cells as their author wrote them, so that a draft may be wrong and
``validation.validate`` can say where. ``Rulebook.sheet`` is the same compiled, once; it exists
only for rules without problems.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from math import gcd, lcm
from typing import Literal, get_args

from hearth.kernel.problems import BadValue
from hearth.standards.domain.syntax import (
    Critical,
    parse_bands,
    parse_critical,
    parse_decimal,
    parse_options,
)

Method = Literal["pass_fail", "deduct", "scale", "choice", "number"]
Scheme = Literal["share", "deduction"]

METHODS: tuple[str, ...] = get_args(Method)
SCHEMES: tuple[str, ...] = get_args(Scheme)
MOST_OCCURRENCES = 9_999
MOST_LEVELS = 100


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """How one criterion is judged; points in thousandths.

    Attributes:
        code: unique in the edition.
        module: code of its module.
        method: one of ``Method``; other text is a problem, not an error.
        points_milli: what it is worth; above 0.
        step_milli: deduct only: lost for each occurrence.
        max_lost_milli: deduct only: at most this is lost. None: ``points_milli`` under the
            share scheme; no limit under the deduction scheme, where ``points_milli`` is only
            what a gate or its module takes.
        levels: scale only: levels run from 0 to this.
        options: choice only: 'A=2;B=1;C=0'.
        bands: number only: '18..=2;16..18=1;..16=0', lower end included.
        critical: 'none', 'zero_module', 'zero_total' or 'cap:60' (SC-04).
        gates: codes of the criteria lost with it (SC-05).
        channels: channels whose checks ask it; empty means all.
        unit_kinds: kinds of outlet it applies to; empty means all.
    """

    code: str
    module: str
    method: str
    points_milli: int
    step_milli: int | None = None
    max_lost_milli: int | None = None
    levels: int | None = None
    options: str = ""
    bands: str = ""
    critical: str = "none"
    gates: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)  # no slots: the compiled sheet is kept on the instance
class Rulebook:
    """The rules of one edition.

    Attributes:
        scheme: ``share`` (100 x earned / possible) or ``deduction`` (base minus lost).
        base_milli: what the deduction scheme starts from; None under the share scheme.
        not_applicable: ``rescale`` (the others carry the weight) or ``full_marks`` (SC-02).
        pass_centi: pass line in hundredths, 0 to 10000; None when the edition has none.
        criteria: in the order of the sheet.
        modules: module codes in the order of the sheet.
        total_milli: sum of points as its author states it; None: not stated, not checked.
    """

    scheme: str
    base_milli: int | None
    not_applicable: str
    pass_centi: int | None
    criteria: tuple[CriterionRule, ...]
    modules: tuple[str, ...]
    total_milli: int | None = None

    @cached_property
    def sheet(self) -> Sheet:
        """The rules compiled for scoring.

        Raises:
            BadValue: they have a problem that ``validation.validate`` would have reported.
        """
        return compile_sheet(self)

    def for_check(self, channel: str, unit_kind: str = "") -> Rulebook:
        """The rules that apply to one kind of check at one kind of outlet.

        A criterion that other channels ask, or that is meant for other kinds of outlet, is not
        on this sheet: it counts neither as met nor as not applicable. Calls with equal arguments
        give the same object, so that each is compiled once.
        """
        found = self._restricted.get((channel, unit_kind))
        if found is None:
            found = self._restricted[channel, unit_kind] = self._restrict(channel, unit_kind)
        return found

    @cached_property
    def _restricted(self) -> dict[tuple[str, str], Rulebook]:
        return {}

    def _restrict(self, channel: str, unit_kind: str) -> Rulebook:
        kept = [rule for rule in self.criteria if _asked(rule, channel, unit_kind)]
        if len(kept) == len(self.criteria):
            return self
        codes = {rule.code for rule in kept}
        used = {rule.module for rule in kept}
        return replace(
            self,
            criteria=tuple(
                replace(rule, gates=tuple(code for code in rule.gates if code in codes))
                for rule in kept
            ),
            modules=tuple(module for module in self.modules if module in used),
            total_milli=None,
        )


def _asked(rule: CriterionRule, channel: str, unit_kind: str) -> bool:
    return (not rule.channels or channel in rule.channels) and (
        not rule.unit_kinds or unit_kind in rule.unit_kinds
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion compiled. ``points``, ``step`` and ``cap`` are in ticks (see ``Sheet``).

    ``losses`` knows every value that can be listed beforehand, as text and as a number, and
    None for a missing one under ``not_met``; ``loss`` reads all others.
    """

    index: int
    code: str
    module: int
    method: str
    points: int
    step: int
    cap: int | None
    levels: int
    losses: Mapping[object, int]
    lowers: tuple[Decimal, ...]  # number: where each band but the first begins
    band_losses: tuple[int, ...]
    span: tuple[Decimal | None, Decimal | None]  # number: what the bands cover
    gates: tuple[int, ...]
    critical: Critical
    is_decisive: bool  # a gate or critical: its failing does more than lose its points

    def loss(self, value: object) -> int:
        """Ticks lost at ``value`` when not met; a deduct criterion counts occurrences instead.

        Raises:
            BadValue: ``value_not_used`` (pass_fail), ``not_whole``, ``level_out_of_range``,
                ``unknown_option``, ``not_a_number`` or ``outside_bands``.
        """
        known = self.losses.get(value)
        if known is not None:
            return known
        if self.method == "pass_fail":
            raise BadValue("value_not_used")
        text = str(value).strip()
        if self.method == "number":
            return self._band_loss(parse_decimal(text))
        if self.method == "choice":
            if text not in self.losses:
                options = tuple(label for label in self.losses if label)
                raise BadValue("unknown_option", text=text, options=options)
            return self.losses[text]
        level = whole(text)
        if level not in self.losses:
            raise BadValue("level_out_of_range", text=text, highest=self.levels)
        return self.losses[level]

    def occurrences_loss(self, count: int) -> int:
        """Ticks lost by ``count`` occurrences of a deduct criterion, capped (SC-01)."""
        lost = count * self.step
        return lost if self.cap is None else min(lost, self.cap)

    def _band_loss(self, number: Decimal) -> int:
        lowest, highest = self.span
        if (lowest is not None and number < lowest) or (highest is not None and number >= highest):
            raise BadValue("outside_bands", text=str(number), low=lowest, high=highest)
        return self.band_losses[bisect_right(self.lowers, number)]


@dataclass(frozen=True, slots=True, eq=False)  # known by identity, so that it can key a cache
class Sheet:
    """A rulebook compiled: places instead of codes, and one integer unit for all points.

    Attributes:
        ticks: how many ticks make a thousandth of a point. More than 1 only where a scale does
            not divide its points evenly; then thirds of points add up exactly as well.
        base: ticks that the deduction scheme starts from; None under the share scheme.
        full_marks: a criterion that is not applicable counts as met in full.
        items: by criterion code, in the order of the sheet.
        ordered: the same by place.
        modules: module codes by place.
        module_points: ticks of each module when everything applies.
    """

    ticks: int
    base: int | None
    full_marks: bool
    items: Mapping[str, Item]
    ordered: tuple[Item, ...]
    modules: tuple[str, ...]
    module_points: tuple[int, ...]


def whole(text: str) -> int:
    """A whole number, also when a spreadsheet wrote it as '2.0'.

    Raises:
        BadValue: ``not_whole``.
    """
    try:
        number = parse_decimal(text)
    except BadValue as reason:
        raise BadValue("not_whole", text=text) from reason
    if number != int(number):
        raise BadValue("not_whole", text=text)
    return int(number)


def compile_sheet(rulebook: Rulebook) -> Sheet:
    """Compile a rulebook that has no problems.

    Raises:
        BadValue: ``rules_incomplete`` (``where``), or what the cell's parser raises.
    """
    ticks = 1
    for rule in rulebook.criteria:
        if rule.method == "scale" and rule.levels:
            ticks = lcm(ticks, rule.levels // gcd(rule.levels, rule.points_milli))
    places = {rule.code: place for place, rule in enumerate(rulebook.criteria)}
    chapters = {code: place for place, code in enumerate(rulebook.modules)}
    is_deduction = rulebook.scheme == "deduction"
    if len(places) < len(rulebook.criteria) or (is_deduction and not rulebook.base_milli):
        raise BadValue("rules_incomplete", where="")
    compiler = _Compiler(ticks, is_deduction, places, chapters)
    ordered = tuple(compiler.item(rule) for rule in rulebook.criteria)
    module_points = [0] * len(chapters)
    for item in ordered:
        module_points[item.module] += item.points
    return Sheet(
        ticks=ticks,
        base=(rulebook.base_milli or 0) * ticks if is_deduction else None,
        full_marks=rulebook.not_applicable == "full_marks",
        items={item.code: item for item in ordered},
        ordered=ordered,
        modules=rulebook.modules,
        module_points=tuple(module_points),
    )


@dataclass(frozen=True, slots=True)
class _Compiler:
    ticks: int
    is_deduction: bool
    places: Mapping[str, int]
    chapters: Mapping[str, int]

    def item(self, rule: CriterionRule) -> Item:
        if rule.method not in METHODS:
            raise BadValue("rules_incomplete", where=rule.code)
        try:
            module = self.chapters[rule.module]
            gates = tuple(sorted(self.places[code] for code in rule.gates))
        except KeyError as reason:
            raise BadValue("rules_incomplete", where=rule.code) from reason
        critical = parse_critical(rule.critical)
        points = rule.points_milli * self.ticks
        bands = parse_bands(rule.bands) if rule.method == "number" else ()
        band_losses = tuple(points - band.points_milli * self.ticks for band in bands)
        return Item(
            index=self.places[rule.code],
            code=rule.code,
            module=module,
            method=rule.method,
            points=points,
            step=self._step(rule),
            cap=self._cap(rule),
            levels=rule.levels or 0,
            losses=self._losses(rule, points, band_losses),
            lowers=tuple(band.lower for band in bands[1:] if band.lower is not None),
            band_losses=band_losses,
            span=(bands[0].lower, bands[-1].upper) if bands else (None, None),
            gates=gates,
            critical=critical,
            is_decisive=bool(gates) or critical.effect != "none",
        )

    def _step(self, rule: CriterionRule) -> int:
        if rule.method != "deduct":
            return 0
        if not rule.step_milli:
            raise BadValue("rules_incomplete", where=rule.code)
        return rule.step_milli * self.ticks

    def _cap(self, rule: CriterionRule) -> int | None:
        if rule.max_lost_milli is not None:
            return rule.max_lost_milli * self.ticks
        return None if self.is_deduction else rule.points_milli * self.ticks

    def _losses(
        self, rule: CriterionRule, points: int, band_losses: tuple[int, ...]
    ) -> dict[object, int]:
        losses: dict[object, int] = {}
        worst = points
        if rule.method == "scale":
            if not rule.levels:
                raise BadValue("rules_incomplete", where=rule.code)
            for level in range(rule.levels + 1):
                losses[level] = losses[str(level)] = points - points * level // rule.levels
        elif rule.method == "choice":
            options = parse_options(rule.options)
            losses |= {label: points - earned * self.ticks for label, earned in options}
            worst = max(losses.values())
        elif rule.method == "number":
            worst = max(band_losses)
        return losses | {None: worst, "": worst}
