"""The sentences in which this room refuses: what, where, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import RuleViolation
from hearth.kernel.problems import Problem
from hearth.network.labels import LEVELS

_SENTENCES: dict[str, Any] = {
    "required": _("This must not be empty."),
    "too_long": _("At most %(most)s characters."),
    "code_malformed": _("A code has no blanks and none of / ? # %% ; in it."),
    "code_taken": _("There is a unit with the code %(code)s already: %(name)s."),
    "level_unknown": _("There is no such level. Use province, branch, subbranch or outlet."),
    "coordinates_incomplete": _("Give longitude and latitude together, or neither."),
    "coordinates_outside": _("Longitude lies between -180 and 180, latitude between -90 and 90."),
    "stands_twice": _("This key stands in an earlier row with other content. Keep one of them."),
    "parent_unknown": _("There is no unit with the code %(parent)s, neither here nor in the file."),
    "parent_missing": _("Only the root has no unit above it. Give the code of the unit above."),
    "own_parent": _("A unit cannot lie under itself."),
    "loop": _("Going up from here one comes back to the same unit. Give another unit above."),
    "second_root": _("There is a root already: %(root)s. Give the code of the unit above."),
    "root_moves": _("The root stays where it is; leave the unit above empty."),
    "level_order": _("A unit of level %(level)s cannot lie under one of level %(parent_level)s."),
    "valid_from_missing": _(
        "It lies under %(parent)s now. Say in valid_from from which day it lies elsewhere."
    ),
    "before_last_move": _("It moved last on %(last)s. A later move must be dated after that day."),
    "parent_not_yet": _("%(parent)s lies in the tree only from %(day)s. Give a later day."),
    "parent_closed": _("%(parent)s is closed from %(day)s. Give another unit above."),
    "children_left": _("On %(day)s these still lie under it: %(units)s. Move or close them first."),
    "closed_before_opened": _("It was opened on %(opened)s. It can only be closed after that."),
    "closed_before_placed": _("It lies in its place from %(since)s. It can only be closed later."),
    "moved_after_closed": _("It is closed from %(closed)s. A closed unit does not move."),
    "there_already": _("It lies under %(parent)s on %(day)s already."),
    "merged_with_itself": _("A unit cannot be merged into itself."),
    "merged_across_levels": _(
        "A unit of level %(level)s cannot be merged into one of level %(target_level)s."
    ),
    "target_not_there": _("%(target)s is not there on %(day)s. Give another unit or day."),
    "merged_already": _("It was merged into another unit; that cannot be changed here."),
    "full": _("At most 9,998 units can ever have lain under one; %(parent)s had as many."),
    "outside_scope": _("This unit lies outside the part of the tree that you may edit."),
    "clearing_code": _("The check digit of this clearing code is wrong: %(right)s is expected."),
    "masked": _("Part of this is hidden. Leave it empty to keep what is known, or write it whole."),
    "staff_no_taken": _(
        "There is a member of staff with the number %(staff_no)s already: %(name)s."
    ),
    "unit_unknown": _("There is no unit with the code %(unit)s. Import the unit first."),
    "unit_closed": _("%(unit)s is closed from %(day)s. Give the unit where the person works now."),
    "left_before_joined": _("Nobody leaves before joining. Correct one of the two days."),
    "left_before_post": _("The present post began on %(since)s. Leaving must be later than that."),
    "left_already": _("This person left on %(day)s. Give a later joined_on to take them back."),
    "post_in_future": _("A post that begins on %(since)s is known already. Wait for it or end it."),
}


def sentence(problem: Problem) -> str:
    """The problem in the reader's language."""
    facts = {
        name: LEVELS.get(str(value), value) if name.endswith("level") else value
        for name, value in problem.facts.items()
    }
    return str(_SENTENCES[problem.code]) % facts


def violation(*problems: Problem) -> RuleViolation:
    """The refusal of a single act that ``problems`` stand against; the first one speaks.

    ``facts["field"]`` is the column it is about, ``facts["faults"]`` are all of them as pairs of
    column and sentence.
    """
    first = problems[0]
    faults = [(problem.field, sentence(problem)) for problem in problems]
    return RuleViolation(first.code, sentence(first), field=first.field, faults=faults)
