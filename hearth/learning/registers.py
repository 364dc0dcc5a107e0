"""The ledgers of tests: questions, sittings and attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.learning.domain.questions import answer_of, faults, options_of
from hearth.learning.models import Attempt, Question, Sitting
from hearth.ledgers.lookups import UNIT, CodeLookup
from hearth.ledgers.posts import POSTED, place_on, post_on
from hearth.ledgers.registers import Fault, Field, Register, declare
from hearth.network.models import Unit
from hearth.platform.spreadsheets import Column

KINDS = [
    (Question.Kind.SINGLE, gettext_lazy("Single choice")),
    (Question.Kind.MULTIPLE, gettext_lazy("Multiple choice")),
    (Question.Kind.TRUE_FALSE, gettext_lazy("True or false")),
    (Question.Kind.BLANK, gettext_lazy("Fill in the blank")),
]


def sentence(code: str) -> str:
    """What is wrong with options or answer, by the code of ``domain.questions.faults``."""
    return {
        "option_unlettered": _("Write every option with its letter: A=…;B=…"),
        "option_order": _("The letters of the options run A, B, C … without a gap."),
        "options_few": _("A choice needs at least two options."),
        "options_none": _("Only a choice has options. Clear the cell."),
        "answer_unknown": _("The answer names a letter that no option has."),
        "answer_one": _("A single choice has exactly one right answer."),
        "answer_none": _("Say what is right."),
        "answer_truth": _("Write y (true) or n (false)."),
    }[code]


def _check_question(row: Any, _found: Mapping[str, Any]) -> Iterable[Fault]:
    wrong = faults(row.kind, options_of(row.options), answer_of(row.kind, row.answer))
    return [(column, sentence(code)) for column, code in wrong]


def _derive_question(row: Any, _found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "options": list(options_of(row.options)),
        "answer": list(answer_of(row.kind, row.answer)),
    }


QUESTIONS = Register(
    "questions",
    gettext_lazy("Questions"),
    Question,
    [
        Field(
            Column("question", gettext_lazy("Question no."), "code", required=True),
            attribute="code",
        ),
        Field(
            Column(
                "kind", gettext_lazy("Kind of question"), "choice", required=True, choices=KINDS
            ),
            filters=True,
        ),
        Field(Column("stem", gettext_lazy("Question text"), required=True)),
        Field(
            Column(
                "options",
                gettext_lazy("Options"),
                "list",
                note=gettext_lazy("Of a choice: A=first;B=second. No semicolon inside a text."),
            ),
            lists=False,
        ),
        Field(
            Column(
                "answer",
                gettext_lazy("Right answer"),
                "list",
                required=True,
                note=gettext_lazy(
                    "The letters of a choice (A;C); y or n; for a blank every text that is right."
                ),
            ),
            lists=False,
        ),
        Field(
            Column(
                "points", gettext_lazy("Points"), "milli", required=True, minimum=0, maximum=100
            ),
            attribute="points_milli",
        ),
        Field(Column("topic", gettext_lazy("Topic"), max_length=80)),
        Field(Column("explanation", gettext_lazy("Explanation")), lists=False),
    ],
    natural_key=("question",),
    day="",
    view="learning.edit",  # whoever reads the bank knows the answers
    edit="learning.edit",
    check=_check_question,
    derive=_derive_question,
    is_of_network=True,
    notes=(
        gettext_lazy("A question keeps its number; a later file with the same number changes it."),
    ),
    example={
        "question": "Q-001",
        "kind": "single",
        "stem": "What comes first when an elderly customer enters?",
        "options": "A=A greeting;B=A queue number",
        "answer": "A",
        "points": "2",
        "topic": "Six ones",
    },
    list_order=("code",),
)

SITTINGS = Register(
    "sittings",
    gettext_lazy("Sittings"),
    Sitting,
    [
        Field(
            Column("sitting", gettext_lazy("Sitting no."), "code", required=True), attribute="code"
        ),
        Field(
            Column("branch", gettext_lazy("Branch"), "code", required=True, max_length=40),
            attribute="unit",
            lookup=UNIT,
        ),
        Field(Column("paper", gettext_lazy("Paper"), required=True, max_length=120)),
        Field(Column("held_on", gettext_lazy("Held on"), "date", required=True)),
    ],
    natural_key=("sitting",),
    day="held_on",
    view="learning.view",
    edit="learning.edit",
    unit_of=lambda _row, found: found["branch"],
    notes=(gettext_lazy("Enter the sitting first, then the results of who sat it."),),
    example={
        "sitting": "2021-04-01",
        "branch": "LN01",
        "paper": "Programme of 2021",
        "held_on": "2021-04-12",
    },
    label=lambda record: f"{record.code} {record.paper}",
    list_order=("-held_on", "code"),
    page="learning:sitting",
)


def _check_attempt(row: Any, _found: Mapping[str, Any]) -> Iterable[Fault]:
    if row.score > row.out_of:
        yield "score", _("The score is above the points to be had. Compare both columns.")
    if row.started_at and row.ended_at and row.ended_at < row.started_at:
        yield "ended_at", _("It ends before it starts.")


def _unit_of_attempt(_row: Any, found: Mapping[str, Any]) -> Unit | None:
    post = post_on(found["staff_no"], found["sitting"].held_on)
    return None if post is None else post.unit


def _derive_attempt(row: Any, found: Mapping[str, Any]) -> Mapping[str, Any]:
    held_on, unit = found["sitting"].held_on, _unit_of_attempt(row, found)
    return {} if unit is None else {"held_on": held_on, "unit_path": place_on(unit, held_on)}


ATTEMPTS = Register(
    "attempts",
    gettext_lazy("Test results"),
    Attempt,
    [
        Field(
            Column("sitting", gettext_lazy("Sitting no."), "code", required=True),
            lookup=CodeLookup(
                Sitting,
                missing=gettext_lazy("There is no sitting %(value)s. Enter the sitting first."),
            ),
        ),
        Field(
            Column("staff_no", gettext_lazy("Staff no."), "code", required=True, max_length=40),
            attribute="person",
            lookup=POSTED,
        ),
        Field(
            Column("score", gettext_lazy("Score"), "centi", required=True, minimum=0),
            attribute="score_centi",
        ),
        Field(
            Column("out_of", gettext_lazy("Out of"), "centi", required=True, minimum=1),
            attribute="out_of_centi",
        ),
        Field(Column("started_at", gettext_lazy("Started at"), "instant"), lists=False),
        Field(Column("ended_at", gettext_lazy("Ended at"), "instant"), lists=False),
    ],
    natural_key=("sitting", "staff_no"),
    day="started_at",
    day_attribute="held_on",
    view="people.view",  # who sat is for every reader, what they reached is not
    edit="learning.edit",
    check=_check_attempt,
    derive=_derive_attempt,
    unit_of=_unit_of_attempt,
    notes=(
        gettext_lazy("A result belongs to the unit where the person worked on the sitting's day."),
    ),
    example={"sitting": "2021-04-01", "staff_no": "210345", "score": "92", "out_of": "100"},
    label=lambda record: str(record.sitting.code),
    list_order=("-held_on", "-pk"),
)

declare(QUESTIONS, SITTINGS, ATTEMPTS)
