"""From the marks of one inspection to its score (docs/domain/scoring.md, SC-01 to SC-05).

``score`` works through every criterion and says why each point was lost. ``score_fast`` gives the
same totals from the listed marks alone, for whole quarters at once. Both take sparse marks: what
is not listed has the verdict ``unlisted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from hearth.kernel.problems import BadValue
from hearth.kernel.rounding import centi_text, div_half_up, milli_text
from hearth.scoring.domain.marks import (
    MET,
    OUT,
    UNLISTED,
    UNSEEN,
    BadMarks,
    Mark,
    Reading,
    check_marks,
    read_marks,
)
from hearth.standards.domain.rulebook import Item, Rulebook, Sheet


class ModuleScore(NamedTuple):
    """One module of one inspection; points in thousandths, the score in hundredths.

    ``score_centi`` is None when nothing in the module counted. Under the deduction scheme
    ``lost_milli`` may exceed ``possible_milli``; ``earned_milli`` is then 0.
    """

    code: str
    earned_milli: int
    possible_milli: int
    lost_milli: int
    score_centi: int | None


class Amounts(NamedTuple):
    """The figures of a whole inspection; see ``InspectionScore``."""

    earned_milli: int
    possible_milli: int
    lost_milli: int
    score_centi: int | None


class Totals(NamedTuple):
    """The whole inspection: what ``score_fast`` gives; see ``InspectionScore``."""

    earned_milli: int
    possible_milli: int
    lost_milli: int
    score_centi: int | None
    modules: tuple[ModuleScore, ...]
    critical: str


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion of one inspection; points in thousandths.

    Attributes:
        code: of the criterion.
        module: code of its module.
        verdict: as listed, or as unlisted.
        value: as text: occurrences added up, level, option or number; '' where none was given.
        possible_milli: 0 where it did not count.
        earned_milli: 0 to ``possible_milli``.
        lost_milli: at least possible minus earned; more under an uncapped deduction.
        because: why points were lost: 'own', 'gate:CODE' (SC-05) or 'critical_module:CODE'
            (SC-04); '' when none were.
    """

    code: str
    module: str
    verdict: str
    value: str
    possible_milli: int
    earned_milli: int
    lost_milli: int
    because: str


@dataclass(frozen=True, slots=True)
class InspectionScore:
    """The score of one inspection with its reasons.

    Attributes:
        earned_milli: thousandths earned; 0 when a critical criterion zeroed the inspection.
        possible_milli: thousandths that could be earned; under the deduction scheme the base.
        lost_milli: possible minus earned; under the deduction scheme the sum of what was lost,
            which may exceed the base.
        score_centi: hundredths, rounded half up once (SC-03); None when nothing counted.
        modules: every module in order. A cap on, or zeroing of, the whole inspection leaves
            them as they are, so that they still show where points were lost.
        lines: every criterion in order.
        critical: what decided among failed critical criteria: 'zero_total:CODE', else the lowest
            'cap:60:CODE', else the first 'zero_module:CODE'; '' when none failed.
        scheme: 'share' or 'deduction'.
        raw: the whole before a cap or a zeroing of the whole.
    """

    earned_milli: int
    possible_milli: int
    lost_milli: int
    score_centi: int | None
    modules: tuple[ModuleScore, ...]
    lines: tuple[CriterionLine, ...]
    critical: str
    scheme: str
    raw: Amounts

    @property
    def totals(self) -> Totals:
        """The same without lines."""
        return Totals(
            self.earned_milli,
            self.possible_milli,
            self.lost_milli,
            self.score_centi,
            self.modules,
            self.critical,
        )


def score(rulebook: Rulebook, marks: Iterable[Mark], unlisted: str = MET) -> InspectionScore:
    """Score one inspection, with the reason for every point lost.

    Args:
        rulebook: rules without problems; ``Rulebook.for_check`` leaves out what the channel and
            the kind of outlet do not ask.
        marks: listed criteria in any order; the order changes nothing.
        unlisted: verdict of all others, ``met`` or ``not_observable``.

    Raises:
        BadMarks: marks that do not fit the rulebook.
        BadValue: ``unlisted_unknown``, or the rulebook has problems.
    """
    sheet = rulebook.sheet
    listed = list(marks)
    reading = read(rulebook, listed, unlisted)
    verdicts = {mark.criterion: mark.verdict for mark in listed}
    values = {mark.criterion: mark.value for mark in listed}
    taken = _taken_by_gates(sheet, reading)
    ruling = _ruling(sheet, reading.failed)
    points, lost = [0] * len(sheet.modules), [0] * len(sheet.modules)
    lines = []
    for item in sheet.ordered:
        own = reading.losses.get(item.index, 0 if unlisted == MET else UNSEEN)
        loss, because = _line_loss(sheet, item, own, taken.get(item.index), ruling)
        possible = item.points if _counts(sheet, loss) else 0
        points[item.module] += possible
        lost[item.module] += max(loss, 0)
        value = reading.counts.get(item.index, values.get(item.code))
        lines.append(
            CriterionLine(
                item.code,
                sheet.modules[item.module],
                verdicts.get(item.code, unlisted),
                "" if value is None else str(value).strip(),
                *_amounts(sheet, possible, max(loss, 0)),
                because,
            )
        )
    whole = _whole(sheet, points, lost, ruling)
    return InspectionScore(
        *whole,
        modules=_modules(sheet, points, lost, unlisted),
        lines=tuple(lines),
        critical=ruling.text,
        scheme="share" if sheet.base is None else "deduction",
        raw=_whole(sheet, points, lost, _NO_RULING),
    )


def score_fast(rulebook: Rulebook, marks: Iterable[Mark], unlisted: str = MET) -> Totals:
    """Score one inspection without lines; ``score(...).totals``, at the cost of the listed marks.

    Raises:
        BadMarks: marks that do not fit the rulebook.
        BadValue: ``unlisted_unknown``, or the rulebook has problems.
    """
    return totals_of(rulebook, read(rulebook, marks, unlisted), unlisted)


def totals_of(rulebook: Rulebook, reading: Reading, unlisted: str = MET) -> Totals:
    """Score marks that ``read`` has read; the reading stays as it is."""
    sheet = rulebook.sheet
    losses, ordered = reading.losses, sheet.ordered
    ruling = _NO_RULING
    if reading.failed:
        losses = dict(losses)
        ruling = _ruling(sheet, reading.failed)
        for index in _taken_by_gates(sheet, reading):
            losses[index] = max(losses.get(index, 0), ordered[index].points)
    is_met = unlisted == MET
    points = list(sheet.module_points) if is_met else [0] * len(sheet.modules)
    lost = [0] * len(sheet.modules)
    for index, loss in losses.items():
        item = ordered[index]
        if loss > 0:
            lost[item.module] += loss
        if _counts(sheet, loss) is not is_met:
            points[item.module] += -item.points if is_met else item.points
    for module in ruling.zeroed:
        lost[module] = points[module] + _beyond_points(sheet, losses, module)
    whole = _whole(sheet, points, lost, ruling)
    return Totals(*whole, _modules(sheet, points, lost, unlisted), ruling.text)


def read(rulebook: Rulebook, marks: Iterable[Mark], unlisted: str = MET) -> Reading:
    """What each listed mark says by itself; ``totals_of`` adds it up.

    Raises:
        BadMarks: marks that do not fit the rulebook.
        BadValue: ``unlisted_unknown``, or the rulebook has problems.
    """
    if unlisted not in UNLISTED:
        raise BadValue("unlisted_unknown", unlisted=unlisted)
    listed = marks if isinstance(marks, Sequence) else list(marks)
    try:
        return read_marks(rulebook.sheet, listed)
    except BadValue as reason:
        raise BadMarks(check_marks(rulebook, listed)) from reason


def _counts(sheet: Sheet, loss: int) -> bool:
    """Whether a criterion is in numerator and denominator (SC-02)."""
    return loss >= 0 or (loss == OUT and sheet.full_marks)


def _taken_by_gates(sheet: Sheet, reading: Reading) -> dict[int, int]:
    """Criteria that failed gates take with them, each with the gate that failed first (SC-05).

    What does not apply at the outlet is not taken, nor what hangs on it alone; what could not
    be seen is, because the failed gate is why.
    """
    taken: dict[int, int] = {}
    for gate in reading.failed:
        waiting = list(sheet.ordered[gate].gates)
        while waiting:
            index = waiting.pop()
            if index not in taken and reading.losses.get(index) != OUT:
                taken[index] = gate
                waiting.extend(sheet.ordered[index].gates)
    return taken


class _Ruling(NamedTuple):
    """What failed critical criteria do (SC-04): text for people, modules zeroed, and the limit."""

    text: str
    zeroed: Mapping[int, str]  # module place -> code of the criterion
    is_zero: bool = False
    cap_centi: int = 10_000


_NO_RULING = _Ruling("", {})


def _ruling(sheet: Sheet, failed: Sequence[int]) -> _Ruling:
    zeroed: dict[int, str] = {}
    totals, caps = [], []
    for item in (sheet.ordered[index] for index in failed):
        if item.critical.effect == "zero_module":
            zeroed.setdefault(item.module, item.code)
        elif item.critical.effect == "zero_total":
            totals.append(item.code)
        elif item.critical.cap_centi is not None:
            caps.append((item.critical.cap_centi, item.index, item.code))
    cap = min(caps, default=(10_000, 0, ""))
    if totals:
        text = f"zero_total:{totals[0]}"
    elif caps:
        text = f"cap:{milli_text(10 * cap[0])}:{cap[2]}"
    else:
        text = next((f"zero_module:{code}" for code in zeroed.values()), "")
    return _Ruling(text, zeroed, bool(totals), cap[0])


def _line_loss(
    sheet: Sheet, item: Item, own: int, gate: int | None, ruling: _Ruling
) -> tuple[int, str]:
    """Ticks one criterion loses in the end, and to what; a greater loss overrides a smaller."""
    loss, because = own, "own" if own > 0 else ""
    if gate is not None and loss < item.points:
        loss, because = item.points, f"gate:{sheet.ordered[gate].code}"
    zeroed_by = ruling.zeroed.get(item.module)
    if zeroed_by is not None and _counts(sheet, loss) and loss < item.points:
        loss, because = item.points, f"critical_module:{zeroed_by}"
    return loss, because


def _beyond_points(sheet: Sheet, losses: Mapping[int, int], module: int) -> int:
    """Ticks that uncapped deductions in a zeroed module lose on top of all its points."""
    listed = ((sheet.ordered[index], loss) for index, loss in losses.items())
    return sum(max(0, loss - item.points) for item, loss in listed if item.module == module)


@lru_cache(maxsize=256)
def _blank_modules(sheet: Sheet, unlisted: str) -> tuple[tuple[int, ModuleScore], ...]:
    """Each module when no mark is listed, with its ticks; most inspections touch few modules."""
    blank = sheet.module_points if unlisted == MET else (0,) * len(sheet.modules)
    return tuple(
        (points, _module_score(sheet, place, points, 0)) for place, points in enumerate(blank)
    )


def _module_score(sheet: Sheet, place: int, points: int, lost: int) -> ModuleScore:
    share = div_half_up(10_000 * max(0, points - lost), points) if points else None
    possible, earned, lost_milli = _amounts(sheet, points, lost)
    return ModuleScore(sheet.modules[place], earned, possible, lost_milli, share)


def _amounts(sheet: Sheet, points: int, lost: int) -> tuple[int, int, int]:
    """Possible, earned and lost in thousandths; they add up unless more was lost than there is."""
    possible = points // sheet.ticks
    if lost > points:
        return possible, 0, div_half_up(lost, sheet.ticks)
    earned = points - lost if sheet.ticks == 1 else div_half_up(points - lost, sheet.ticks)
    return possible, earned, possible - earned


def _modules(
    sheet: Sheet, points: Sequence[int], lost: Sequence[int], unlisted: str
) -> tuple[ModuleScore, ...]:
    blank = enumerate(_blank_modules(sheet, unlisted))
    return tuple(
        [
            untouched
            if not lost[place] and points[place] == before
            else _module_score(sheet, place, points[place], lost[place])
            for place, (before, untouched) in blank
        ]
    )


def _whole(sheet: Sheet, points: Sequence[int], lost: Sequence[int], ruling: _Ruling) -> Amounts:
    """Sums, the one rounding (SC-03), and what critical criteria do to the whole (SC-04)."""
    all_points, all_lost = sum(points), sum(lost)
    if not all_points:
        return Amounts(0, 0, 0, None)
    if sheet.base is not None:
        all_points = sheet.base
    if ruling.is_zero:
        all_lost = max(all_lost, all_points)
    possible, earned, lost_milli = _amounts(sheet, all_points, all_lost)
    share = div_half_up(10_000 * max(0, all_points - all_lost), all_points)
    return Amounts(earned, possible, lost_milli, min(share, ruling.cap_centi))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the written-out arithmetic.

    Attributes:
        kind: ``module`` (code), ``lost`` (code), ``quotient``, ``difference``, ``no_score``,
            ``zero_total`` or ``cap`` (code).
        text: the arithmetic in figures alone, the same in every language.
        code: what it is about, where it is about one module or criterion.
    """

    kind: str
    text: str
    code: str = ""


def written_out(score: InspectionScore) -> tuple[Step, ...]:
    """How the score came about, step by step, for a page to show beside it.

    Share: each module 'earned / possible', then '100 × 212.5 ÷ 225 = 94.44'. Deduction: each
    criterion that lost points with how much, then '100 − 6 = 94' and the quotient. A failed
    critical criterion that limits the whole comes last, with the score before and after.
    """
    raw = score.raw
    if raw.score_centi is None:
        return (Step("no_score", ""),)
    if score.scheme == "share":
        steps = [
            Step("module", _share_text(m.earned_milli, m.possible_milli), m.code)
            for m in score.modules
        ]
    else:
        lost = [line for line in score.lines if line.lost_milli]
        steps = [Step("lost", milli_text(line.lost_milli), line.code) for line in lost]
        steps.append(Step("difference", _difference_text(raw)))
    quotient = f"100 × {milli_text(raw.earned_milli)} ÷ {milli_text(raw.possible_milli)}"
    steps.append(Step("quotient", f"{quotient} = {centi_text(raw.score_centi)}"))
    kind, _, code = score.critical.partition(":")
    if kind in {"zero_total", "cap"} and score.score_centi is not None:
        change = f"{centi_text(raw.score_centi)} → {centi_text(score.score_centi)}"
        steps.append(Step(kind, change, code.partition(":")[2] if kind == "cap" else code))
    return tuple(steps)


def _share_text(earned_milli: int, possible_milli: int) -> str:
    return f"{milli_text(earned_milli)} / {milli_text(possible_milli)}"


def _difference_text(raw: Amounts) -> str:
    left = raw.possible_milli - raw.lost_milli
    floor = "" if left >= 0 else " → 0"
    sums = f"{milli_text(raw.possible_milli)} − {milli_text(raw.lost_milli)}"
    return f"{sums} = {milli_text(left)}{floor}"
