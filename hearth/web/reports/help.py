"""What may be written in a template, for the page where one is written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from hearth.bulletins.domain import report_language as language
from hearth.figures.registry import FIGURES
from hearth.web.figures.words import GROUPS, group_name

EXAMPLES = (
    "{unit}  {signs.repaired}  {signs.repaired:change}",
    "{if signs.repaired up}…{elif signs.repaired > 10 and not cold.listed any}…{else}…{end}",
    "{机构}  {signs.repaired}  {signs.repaired:差额}",
    "{如果 signs.repaired 上升}…{否则如果 signs.repaired > 10 且 非 cold.listed 有}…{否则}…{结束}",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables of the help: each line what one writes, in English and in Chinese, and its meaning."""

    examples: tuple[str, ...]
    words: list[tuple[str, str, str]]
    forms: list[tuple[str, str, str]]
    states: list[tuple[str, str, str]]
    figures: list[tuple[str, list[tuple[str, str]]]]


def cheat_sheet() -> Sheet:
    """All of it."""
    return Sheet(
        examples=EXAMPLES,
        words=_lines(language.WORDS, _words()),
        forms=_lines(language.FORMS, _forms()),
        states=_lines(language.STATES | language.COMPARED, _states()),
        figures=_figures(),
    )


def _lines(known: dict[str, str], meaning: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(english, chinese, meaning[english]) for english, chinese in known.items()]


def _figures() -> list[tuple[str, list[tuple[str, str]]]]:
    order = list(GROUPS)
    ranked = sorted(FIGURES.values(), key=lambda one: order.index(one.group))
    return [
        (group_name(group), [(one.key, str(one.name)) for one in figures])
        for group, figures in groupby(ranked, key=lambda one: one.group)
    ]


def _words() -> dict[str, str]:
    return {
        "unit": _("name of the unit"),
        "date": _("the day of the report"),
        "earlier": _("the day compared with"),
        "since": _("first day of the span"),
    }


def _forms() -> dict[str, str]:
    return {
        "value": _("the value; the same as without a form"),
        "size": _("the value without its sign"),
        "tens": _("rounded down to tens, for “more than”"),
        "before": _("the value on the earlier day"),
        "change": _("the difference, without a sign"),
        "signed": _("the difference with its sign"),
        "growth": _("the difference in percent of the earlier value"),
        "part": _("numerator of a share"),
        "whole": _("denominator of a share"),
        "target": _("the target of the unit"),
        "records": _("how many records it was computed from"),
        "name": _("name of the figure"),
    }


def _states() -> dict[str, str]:
    return {
        "up": _("above the earlier day, as both are read"),
        "down": _("below the earlier day"),
        "same": _("unchanged"),
        "first": _("there now, and never up to the earlier day"),
        "met": _("there is a target, and it is met"),
        "unmet": _("there is a target, and it is not met"),
        "target": _("there is a target"),
        "any": _("there is something to tell"),
        "none": _("there is nothing to tell"),
        "compared": _("an earlier day was chosen; stands alone, without a figure"),
    }
