"""The tongue of a bulletin: runs, sentences, numbers and the addresses behind them.

A sentence is one text of the catalogue with named gaps; what fills a gap is a run or a list of
runs, so that each number keeps the address of its records whatever order a language puts it in.
A run is plain data: ``{"t": text}``, and for a number ``{"t", "to", "at"}`` where ``to`` is the
path of the page that opens it and ``at`` the part of the tree one must see to open it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.bulletins.composition.facts import UnitFacts
from hearth.bulletins.rendering.formatting import count_text, date_text
from hearth.kernel.periods import Period
from hearth.kernel.rounding import centi_text, div_half_up

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DJANGO_LANGUAGE: dict[Language, str] = {"zh": "zh-hans", "en": "en"}

Run = dict[str, str]
Runs = list[Run]
Part = str | Run | Runs
Block = dict[str, Any]

_GAP = re.compile(r"%\((\w+)\)s|%%")
_COMMA = {"zh": "、", "en": ", "}
_SPACE = {"zh": "", "en": " "}


def sentence(template: str, **parts: Part) -> Runs:
    """``template`` with its gaps ``%(name)s`` filled; ``%%`` is a percent sign.

    Raises:
        KeyError: a gap that nothing fills.
    """
    found: Runs = []
    end = 0
    for gap in _GAP.finditer(template):
        _add(found, template[end : gap.start()])
        _add(found, "%" if gap[1] is None else parts[gap[1]])
        end = gap.end()
    _add(found, template[end:])
    return found


def _add(runs: Runs, part: Part) -> None:
    """Append a part; neighbouring plain texts become one run."""
    for run in part if isinstance(part, list) else [part]:
        run = {"t": run} if isinstance(run, str) else run
        if not run["t"]:
            continue
        if runs and len(run) == 1 and len(runs[-1]) == 1:
            runs[-1] = {"t": runs[-1]["t"] + run["t"]}
        else:
            runs.append(run)


def plain(runs: Iterable[Run]) -> str:
    """The words of runs without their addresses."""
    return "".join(run["t"] for run in runs)


@dataclass(frozen=True, slots=True)
class Voice:
    """One language speaking about one closing.

    Attributes:
        language: zh or en; the catalogue of that language must be active.
        period: what it speaks about.
        revision: of the closing; part of every address of a score.
        root: path of the network, for figures of the whole.
    """

    language: Language
    period: Period
    revision: int
    root: str

    # --- putting together -----------------------------------------------------------------------

    def text(self, *sentences: Runs | None) -> Block:
        """A paragraph of the sentences that there are."""
        runs: Runs = []
        for part in sentences:
            if part:
                _add(runs, _SPACE[self.language] if runs else "")
                _add(runs, part)
        return {"kind": "text", "runs": runs}

    def listed(self, parts: Sequence[Part]) -> Runs:
        """Parts one after another: "a、b、c" or "a, b and c"."""
        runs: Runs = []
        for place, part in enumerate(parts):
            if place:
                last = self.language == "en" and place == len(parts) - 1
                _add(runs, f" {_('and')} " if last else _COMMA[self.language])
            _add(runs, part)
        return runs

    def either(self, chinese: str, english: str) -> str:
        """Whichever this voice speaks; the Chinese where nobody has written the other."""
        return chinese if self.language == "zh" or not english else english

    # --- figures --------------------------------------------------------------------------------

    def count(self, number: int, to: str = "", at: str | None = None) -> Run:
        """A whole number that opens to ``to``."""
        return self.figure(count_text(number, self.language), to, at)

    def score(self, centi: int, to: str = "", at: str | None = None) -> Run:
        """A score with both decimals."""
        return self.figure(centi_text(centi), to, at)

    def figure(self, text: str, to: str = "", at: str | None = None) -> Run:
        """A number as text; ``at`` is the whole network unless given."""
        return {"t": text, "to": to, "at": self.root if at is None else at} if to else {"t": text}

    def unit(self, unit: UnitFacts) -> Runs:
        """A unit's name with its score, which opens to how it came about."""
        score = "—" if unit.score_centi is None else self.score(*self._opened(unit))
        return sentence(_("%(name)s (%(score)s)"), name=unit.name, score=score)

    def _opened(self, unit: UnitFacts) -> tuple[int, str, str]:
        return unit.score_centi or 0, self.result(unit.code), unit.path

    def unit_score(self, unit: UnitFacts) -> Part:
        """A unit's score alone, as a cell of a table."""
        return "—" if unit.score_centi is None else self.score(*self._opened(unit))

    # --- addresses ------------------------------------------------------------------------------

    def ranking(self, level: str) -> str:
        """The ranking of a level in this very closing."""
        return self._address("scoring:ranking", level=level, revision=self.revision)

    def result(self, code: str) -> str:
        """The result of a unit in this very closing."""
        address = reverse("scoring:result", args=[self.period.key, code])
        return f"{address}?{urlencode({'revision': self.revision})}"

    def faults(self, criterion: int | None = None) -> str:
        """What failed most in the period, or every finding of one criterion."""
        if criterion is None:
            return self._address("scoring:faults")
        return self._address("scoring:faults", criterion=criterion)

    def checks(self, channel: str = "") -> str:
        """The released checks of the period."""
        wanted = {"channel": channel} if channel else {}
        wanted |= {"status": "released"}
        wanted |= {"since": f"{self.period.start}", "until": f"{self.period.last_day}"}
        return f"{reverse('inspections:list')}?{urlencode(wanted)}"

    def adjustments(self) -> str:
        """The bonuses, deductions and vetoes of the period."""
        return self._address("scoring:adjustments")

    def _address(self, name: str, **query: object) -> str:
        address = reverse(name, args=[self.period.key])
        return f"{address}?{urlencode(query)}" if query else address

    # --- dates ----------------------------------------------------------------------------------

    def day(self, day: date) -> str:
        """2021年6月22日 or 22 June 2021."""
        return date_text(day, self.language)

    def last_day(self) -> str:
        """The last day of the period; in Chinese without the year, which its first day has told."""
        text = self.day(self.period.last_day)
        return text.removeprefix(f"{self.period.year}年") if self.language == "zh" else text


def per_text(part: int, whole: int) -> str:
    """So many to each, to one decimal, rounded half up."""
    tenths = div_half_up(10 * part, whole) if whole > 0 else 0
    return f"{tenths // 10}.{tenths % 10}"


def signed_text(centi: int) -> str:
    """A change of a score: +1.91, -0.30, 0.00."""
    return f"+{centi_text(centi)}" if centi > 0 else centi_text(centi)


def interval_text(unit: UnitFacts) -> str:
    """The likely ranks, '4–7', or '9' where there is but one; a dash where it is not ranked."""
    if unit.rank is None or unit.low_rank is None or unit.high_rank is None:
        return "—"
    if unit.low_rank == unit.high_rank:
        return str(unit.rank)
    return f"{unit.low_rank}–{unit.high_rank}"


def words_of_groups() -> dict[str, str]:
    """What above, middle and below mean to a reader (SC-11)."""
    return {
        "above": _("above the mean"),
        "middle": _("not distinguishable"),
        "below": _("below the mean"),
    }


def words_of_reasons() -> dict[str, str]:
    """Why a unit is not ranked (SC-07)."""
    return {
        "closed": _("no longer open at the period’s end"),
        "no_inspections": _("not checked in this period"),
        "channels_without_weight": _("only checked by channels without weight"),
        "coverage_below_minimum": _("too few channels observed"),
        "no_ranked_outlets": _("none of its outlets is ranked"),
    }


def short_words_of_groups() -> dict[str, str]:
    """The same in as few words as a narrow column holds."""
    return {
        "above": pgettext("against the mean", "above"),
        "middle": pgettext("against the mean", "near"),
        "below": pgettext("against the mean", "below"),
    }


def column(label: str, align: str = "left", percent: int = 0) -> dict[str, Any]:
    """One column of a table; ``percent`` of its width in a file, 0: what its cells need."""
    return {"label": label, "align": align, "percent": percent}
