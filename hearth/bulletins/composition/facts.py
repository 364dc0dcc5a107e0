"""Everything that a bulletin is composed from, as plain data.

``bulletins.queries.facts_of`` reads it from one closing; nothing here knows the database, so a
test can write down any quarter it likes. Scores are in hundredths of a point, errors in points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hearth.bulletins.domain.report_telling import Known, Reading
from hearth.kernel.periods import Period
from hearth.kernel.stats import Z_95


@dataclass(frozen=True, slots=True)
class Before:
    """What the period before found for the same unit.

    Attributes:
        score_centi: None when it had no score then.
        error: standard error of that score; None when unknown.
        group: above, middle or below the mean then; empty when it was not ranked.
        below_pass: ranked outlets below the pass line then (0 or 1 for an outlet).
    """

    score_centi: int | None
    error: float | None = None
    group: str = ""
    below_pass: int = 0


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit in the closing.

    Attributes:
        path: of the tree at the period's end; decides who may open its figures.
        branch: name of the branch above an outlet; empty for others.
        score_centi: None: no score.
        rank: among the ranked units of its level; None: not ranked, ``reason`` says why.
        low_rank: best rank that is still likely.
        high_rank: worst rank that is still likely.
        group: above, middle or below the mean of its level; empty when not ranked.
        movement: places gained; None where that cannot be compared.
        error: standard error of the score; None when unknown.
        low_centi: lower end of the interval of the true score.
        high_centi: upper end of it.
        outlets: how many exist below it (1 for an outlet that is open).
        is_vetoed: a veto limits its score.
        before: the period before; None when the unit is new or there was none.
    """

    code: str
    name: str
    path: str
    branch: str = ""
    score_centi: int | None = None
    rank: int | None = None
    low_rank: int | None = None
    high_rank: int | None = None
    group: str = ""
    movement: int | None = None
    reason: str = ""
    checks: int = 0
    error: float | None = None
    low_centi: int | None = None
    high_centi: int | None = None
    outlets: int = 0
    outlets_ranked: int = 0
    below_pass: int = 0
    is_vetoed: bool = False
    before: Before | None = None

    @property
    def change_centi(self) -> int | None:
        """The score less that of the period before; None where one of them is missing."""
        if self.score_centi is None or self.before is None or self.before.score_centi is None:
            return None
        return self.score_centi - self.before.score_centi

    @property
    def clear_change(self) -> int | None:
        """1 clearly better, -1 clearly worse, 0 within chance; None where that is not known.

        Clear means that the 95 % intervals of the two scores do not overlap. For two scores of
        equal error that happens by chance to one unchanged unit in 180, so that a list of many
        units is not made of accidents.
        """
        change = self.change_centi
        if change is None or self.before is None:
            return None
        if self.error is None or self.before.error is None:
            return None
        reach = 100 * Z_95 * (self.error + self.before.error)
        return 0 if abs(change) <= reach else 1 if change > 0 else -1


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """One channel: its checks that count, and the outlets open at the period's end it has seen."""

    key: str
    label: Mapping[str, str]  # by language
    checks: int
    seen: int
    score_centi: int | None  # mean of the outlets' scores
    before_centi: int | None


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """An edition that checks of the period followed."""

    pk: int
    title: str
    title_en: str
    edition: str


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """How scores were composed; ``name`` is empty when no policy was approved (equal weights)."""

    name: str
    pk: int | None
    weights: tuple[tuple[str, str], ...]  # channel, weight of 100 as it is to be read
    minimum_percent: int
    pass_centi: int


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A chapter of the standard: what the network reached of its points."""

    code: str
    title: str
    title_en: str
    score_centi: int
    before_centi: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """What one inspector wrote, names and numbers masked.

    Attributes:
        note: the words.
        channel: empty when the check was a mystery shopper's: a shopper is never pointed at.
        outlet: name; empty when it is not to be told.
        code: of the outlet; empty as above.
    """

    note: str
    channel: str = ""
    outlet: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class PartFaults:
    """How often one criterion failed in one branch."""

    code: str
    name: str
    path: str
    findings: int
    outlets: int


@dataclass(frozen=True, slots=True)
class FaultFacts:
    """One criterion that was not met.

    Attributes:
        pk: of the criterion.
        severity: red, major or minor.
        findings: checks that found it.
        checks: checks that asked it.
        outlets: at how many outlets it was found.
        before: findings and checks of the period before; None when it was not asked then.
        parts: by branch, in the order of the organisation.
        example: None when nothing was noted.
    """

    pk: int
    code: str
    text: str
    text_en: str
    severity: str
    findings: int
    checks: int
    outlets: int
    before: tuple[int, int] | None = None
    parts: tuple[PartFaults, ...] = ()
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The checks of a period and what they found."""

    checks: int
    clean: int  # found nothing
    findings: int


@dataclass(frozen=True, slots=True)
class BranchLedgers:
    """Figures of the ledgers for one branch; ``readings`` by key of the figure."""

    code: str
    name: str
    path: str
    readings: Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """Figures of the ledgers over the period.

    Attributes:
        code: of the network's top.
        path: of it, at the period's end.
        figures: by key, of the whole network; with the period before where there was one.
        branches: in the order of the organisation.
    """

    code: str
    path: str
    figures: Mapping[str, Known]
    branches: tuple[BranchLedgers, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """One closed period, ready to be put into words.

    Attributes:
        revision: of the closing.
        hashes: of what went into the closing and what came out.
        previous: key of the period compared with; None for the first one.
        comparable: places of outlets may be compared with the period before (SC-10).
        unseen: outlets open at the end that no check has seen.
        means_centi: mean of each level that groups are read against.
        root: the network as a whole; None when it has no score.
        branches: ranked or not, in the order of the organisation.
        outlets: likewise, all that the closing knows.
        adjustments: how many by kind (bonus, deduction, veto).
        modules: those with points, the weakest first.
        faults: the most frequent first.
        ledgers: None where nobody asked for them.
    """

    period: Period
    revision: int
    hashes: Mapping[str, str]
    tally: Tally
    policy: PolicyFacts
    previous: str | None = None
    tally_before: Tally | None = None
    comparable: bool = False
    unseen: int = 0
    means_centi: Mapping[str, int] = field(default_factory=dict)
    editions: tuple[EditionFacts, ...] = ()
    channels: tuple[ChannelFacts, ...] = ()
    root: UnitFacts | None = None
    branches: tuple[UnitFacts, ...] = ()
    outlets: tuple[UnitFacts, ...] = ()
    adjustments: Mapping[str, int] = field(default_factory=dict)
    modules: tuple[ModuleFacts, ...] = ()
    faults: tuple[FaultFacts, ...] = ()
    named_examples: bool = False
    ledgers: LedgerFacts | None = None

    @property
    def open_outlets(self) -> int:
        """Outlets that exist at the period's end."""
        return sum(unit.outlets for unit in self.outlets)

    @property
    def ranked_outlets(self) -> tuple[UnitFacts, ...]:
        """Outlets that have a rank."""
        return tuple(unit for unit in self.outlets if unit.rank is not None)

    @property
    def ranked_branches(self) -> tuple[UnitFacts, ...]:
        """Branches that have a rank."""
        return tuple(unit for unit in self.branches if unit.rank is not None)
