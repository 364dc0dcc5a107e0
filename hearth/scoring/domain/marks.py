"""The marks of one inspection: what they may say, and what each one loses (SC-01, SC-02)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from hearth.kernel.problems import BadValue
from hearth.standards.domain.rulebook import MOST_OCCURRENCES, Item, Rulebook, Sheet, whole

MET, NOT_MET = "met", "not_met"
NOT_APPLICABLE, NOT_OBSERVABLE = "not_applicable", "not_observable"
VERDICTS = (MET, NOT_MET, NOT_APPLICABLE, NOT_OBSERVABLE)
UNLISTED = (MET, NOT_OBSERVABLE)

OUT, UNSEEN = -1, -2  # in place of ticks lost: does not apply, could not be seen

_EMPTY = (None, "")
_COUNTS: dict[object, int] = {None: 1, "": 1} | {
    form: count for count in range(1, 21) for form in (count, str(count))
}


class Mark(NamedTuple):
    """What the inspector says about one criterion.

    The value decides what is lost; the verdict decides whether it is a finding, and with it
    whether a critical criterion or a gate has failed.

    Attributes:
        criterion: its code.
        verdict: one of ``VERDICTS``.
        value: occurrences (deduct), level (scale), option (choice) or number; None or '' means
            one occurrence, else the best value when met and the worst when not met.
        note: the inspector's words; they score nothing.
    """

    criterion: str
    verdict: str
    value: str | int | Decimal | None = None
    note: str = ""


class MarkProblem(NamedTuple):
    """Why one mark cannot be scored.

    ``code`` is one of ``unknown_criterion``, ``unknown_verdict``, ``value_not_used``,
    ``not_whole``, ``occurrences_out_of_range`` (``low``, ``high``), ``level_out_of_range``
    (``highest``), ``unknown_option`` (``options``), ``not_a_number``, ``outside_bands`` (``low``,
    ``high``) and ``repeated`` (``first``: place of the earlier mark). ``position`` is the mark's
    0-based place.
    """

    code: str
    criterion: str
    value: str
    facts: Mapping[str, object]
    position: int


class BadMarks(ValueError):
    """Marks that do not fit the rulebook; ``problems`` names each of them."""

    def __init__(self, problems: Sequence[MarkProblem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(f"{p.criterion}: {p.code} {p.value}".rstrip() for p in self.problems)


class Reading(NamedTuple):
    """Marks read against a sheet; criteria by their place.

    Attributes:
        losses: ticks lost, or ``OUT`` or ``UNSEEN``, of each listed criterion on its own.
        counts: occurrences of each listed deduct criterion that was not met.
        failed: gates and critical criteria that were not met, in the order of the sheet.
    """

    losses: dict[int, int]
    counts: dict[int, int]
    failed: list[int]


def read_marks(sheet: Sheet, marks: Iterable[Mark]) -> Reading:
    """What each listed criterion loses on its own; one step a mark.

    Raises:
        BadValue: something does not fit; ``check_marks`` says what and where.
    """
    items = sheet.items
    losses: dict[int, int] = {}
    counts: dict[int, int] = {}
    failed: set[int] = set()
    for criterion, verdict, value, _ in marks:
        item = items.get(criterion)
        if item is None:
            raise BadValue("unknown_criterion")
        index = item.index
        if index in losses and not (verdict == NOT_MET and index in counts):
            raise BadValue("repeated")
        if verdict == NOT_MET:
            if item.step:
                counts[index] = count = counts.get(index, 0) + occurrences(value)
                losses[index] = item.occurrences_loss(count)
            else:
                losses[index] = item.loss(value)
            if item.is_decisive:
                failed.add(index)
        else:
            losses[index] = _without_fault(item, verdict, value)
    return Reading(losses, counts, sorted(failed))


def occurrences(value: object) -> int:
    """How often a fault of a deduct criterion was seen; nothing stated means once.

    Raises:
        BadValue: ``not_whole``, or ``occurrences_out_of_range`` outside 1 to 9,999.
    """
    known = _COUNTS.get(value)
    if known is not None:
        return known
    count = whole(str(value))
    if not 1 <= count <= MOST_OCCURRENCES:
        raise BadValue("occurrences_out_of_range", low=1, high=MOST_OCCURRENCES)
    return count


def _without_fault(item: Item, verdict: str, value: object) -> int:
    """Ticks lost under a verdict other than not met: a level or an option may cost points."""
    if verdict == MET:
        if value in _EMPTY:
            return 0
        if item.step:
            raise BadValue("value_not_used")
        return item.loss(value)
    if verdict not in VERDICTS:
        raise BadValue("unknown_verdict", verdict=verdict, verdicts=VERDICTS)
    if value not in _EMPTY:
        raise BadValue("value_not_used")
    return OUT if verdict == NOT_APPLICABLE else UNSEEN


def check_marks(rulebook: Rulebook, marks: Iterable[Mark]) -> list[MarkProblem]:
    """Every mark that cannot be scored and why; an empty list means that ``score`` will accept.

    Repeated rows are allowed for a deduct criterion when each says not met; their occurrences
    add up.
    """
    sheet = rulebook.sheet
    problems: list[MarkProblem] = []
    first: dict[str, tuple[int, str]] = {}
    for position, mark in enumerate(marks):
        criterion, verdict, value, _ = mark
        text = "" if value is None else str(value)
        for code, facts in _mark_problems(sheet, mark, first):
            problems.append(MarkProblem(code, criterion, text, facts, position))
        first.setdefault(criterion, (position, verdict))
    return problems


def _mark_problems(
    sheet: Sheet, mark: Mark, first: Mapping[str, tuple[int, str]]
) -> Iterable[tuple[str, Mapping[str, object]]]:
    try:
        read_marks(sheet, [mark])
    except BadValue as reason:
        yield reason.code, reason.facts
    item = sheet.items.get(mark.criterion)
    if item is not None and mark.criterion in first:
        place, verdict = first[mark.criterion]
        if not (item.step and verdict == mark.verdict == NOT_MET):
            yield "repeated", {"first": place}
