"""What a column is called, what it may hold, and which heading in a file means it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.utils import translation
from django.utils.translation import gettext as _

from hearth.platform.spreadsheets.cells import half_width, text_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str

LANGUAGES = ("en", "zh-hans")
"""Languages whose labels are understood in a file, whatever the reader's own language is."""

ColumnType = Literal[
    "text",
    "code",
    "integer",
    "milli",
    "centi",
    "decimal",
    "date",
    "instant",
    "boolean",
    "list",
    "choice",
    "longitude",
    "latitude",
    "period",
]

_EMPTY: dict[str, Any] = {"text": "", "code": "", "choice": "", "period": "", "list": ()}
_LENGTH = {"text": 4_000, "code": 64, "list": 4_000}


@dataclass(frozen=True)
class Column:
    """One column of an import or export sheet.

    What a cell becomes, by type; an empty cell becomes ``default``, or else what stands last:

    ========== ===================================================================== =========
    text       ``str``, ends trimmed, line breaks as ``\\n``                          ``""``
    code       ``str`` on one line, full-width signs as ASCII, a number as its digits ``""``
    integer    ``int``, at most 2,147,483,647 unless ``maximum`` says more            ``None``
    milli      ``int`` in thousandths, exact: ``2.5`` is 2500                         ``None``
    centi      ``int`` in hundredths, exact: ``94.37`` is 9437                        ``None``
    decimal    ``Decimal``, exact, at most ``places`` decimals where given            ``None``
    date       ``date``                                                               ``None``
    instant    ``datetime`` in UTC; without an offset read in the network's zone      ``None``
    boolean    ``bool``                                                               ``None``
    list       ``tuple`` of ``str``, of identifiers where ``choices`` are given       ``()``
    choice     ``str``, the identifier whichever name was written                     ``""``
    longitude  ``Decimal`` in degrees, rounded half up to six decimals                ``None``
    latitude   the same                                                               ``None``
    period     ``str``: ``2021Q2``, ``2021-06``, ``2021H1`` or ``2021``               ``""``
    ========== ===================================================================== =========

    Attributes:
        name: identifier; also the attribute of the row. Lower case, a Python name.
        label: heading in the user's language.
        required: an empty cell or a missing column is an error.
        choices: (identifier, label) pairs, as of ``TextChoices.choices``.
        note: what to write here, for the template.
        unique: no two rows may hold the same value; empty ones may.
        max_length: of a text in characters; ``None``: 4,000 for text and list, 64 for code.
        minimum: smallest number allowed, as the user writes it (points, not thousandths).
        maximum: largest number allowed, likewise.
        places: most decimals of a ``decimal``; ``None``: ten.
        default: value of an empty cell or missing column.
        convert: last step, from the value above to the row's own; refuses with ``ValueError`` or
            ``RuleViolation``, whose message becomes the reason. Not called for an empty cell.
        number_format: Excel format for written numbers and dates; ``None``: by the type.
        example: what a user might write, for the notes of the template.
    """

    name: str
    label: StrOrPromise
    type: ColumnType = "text"
    required: bool = False
    choices: Sequence[tuple[Any, StrOrPromise]] = ()
    note: StrOrPromise = ""
    unique: bool = False
    max_length: int | None = None
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    places: int | None = None
    default: Any = None
    convert: Callable[[Any], Any] | None = field(default=None, compare=False)
    number_format: str | None = None
    example: str = ""

    def __post_init__(self) -> None:
        if self.type == "choice" and not self.choices:
            raise ValueError(f"column {self.name}: a choice needs choices")

    @property
    def empty(self) -> Any:
        """What an empty cell becomes."""
        return _EMPTY.get(self.type) if self.default is None else self.default

    @property
    def length(self) -> int:
        """Most characters of a text."""
        return self.max_length or _LENGTH.get(self.type, 200)


def in_languages(text: StrOrPromise) -> tuple[str, ...]:
    """A label in every language that files may use."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return tuple(dict.fromkeys(found))


def folded(text: str) -> str:
    """The form in which headings and choices are compared: width, case and blanks set aside."""
    return " ".join(half_width(text).casefold().split())


def names_of(pairs: Sequence[tuple[Any, StrOrPromise]]) -> dict[str, str]:
    """Identifier by each folded name it may be written as.

    Raises:
        ValueError: two identifiers share a label, so a file could mean either.
    """
    names = {folded(str(identifier)): str(identifier) for identifier, _label in pairs}
    for identifier, label in pairs:
        for text in in_languages(label):
            if names.setdefault(folded(text), str(identifier)) != str(identifier):
                if folded(text) in {folded(str(other)) for other, _label in pairs}:
                    continue  # the identifier of another one wins over a label
                raise ValueError(f"{identifier}: another one is called {text!r} as well")
    return names


@dataclass(slots=True)
class Headings:
    """Where the columns stand in a file.

    Attributes:
        positions: index of each column that was found, by its identifier.
        faults: (index, heading, reason) of each heading that is wrong.
        blank: indexes of the columns without a heading.
        missing: required columns that are not there.
    """

    positions: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    missing: list[Column] = field(default_factory=list)


def match_headings(columns: Sequence[Column], row: Sequence[Any]) -> Headings:
    """Find the columns in a heading row, by identifier or label, in any order.

    A star after a heading, with which templates mark required columns, does not count.
    """
    names = names_of([(column.name, column.label) for column in columns])
    found = Headings()
    for index, cell in enumerate(row):
        text = text_of(cell)
        name = folded(text.rstrip("*＊ \u3000"))
        if not name:
            found.blank.append(index)
        elif name not in names:
            found.faults.append((index, text, _unknown(name, names, columns)))
        elif names[name] in found.positions:
            reason = _("This column is there twice. Delete one of them.")
            found.faults.append((index, text, reason))
        else:
            found.positions[names[name]] = index
    found.missing = [
        column for column in columns if column.required and column.name not in found.positions
    ]
    return found


def _unknown(name: str, names: dict[str, str], columns: Sequence[Column]) -> str:
    close = difflib.get_close_matches(name[:60], names, n=1, cutoff=0.6)
    if close:
        column = next(column for column in columns if column.name == names[close[0]])
        return _("No such column. Did you mean “%(label)s” (%(name)s)?") % {
            "label": column.label,
            "name": column.name,
        }
    known = ", ".join(column.name for column in columns)
    return _("No such column. The columns are: %(names)s.") % {"names": known}
