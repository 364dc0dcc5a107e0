"""How wide the columns of a table are, and how large its type: the same in both renderings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hearth.bulletins.rendering.document import Run
from hearth.bulletins.rendering.layout import CELL_PADDING_PT, TABLE_SIZES_PT, TEXT_WIDTH_PT
from hearth.bulletins.rendering.text import em_width
from hearth.bulletins.rendering.titles import break_title

if TYPE_CHECKING:
    from hearth.bulletins.rendering.document import Cell, Table

LABEL_LINE_EM = 6.0  # a longer label may take two lines
LONG_TABLE_ROWS = 40
ROUNDING_EM = 0.01
NARROWEST_EM = 2.0
CHINESE_BREAK_EM = 6.0  # a Chinese cell is not squeezed below so many characters a line
WORD_SLACK = 1.12  # a reader's Latin face may be wider than the one that was measured
LONGEST_WORD_EM = 15.0  # longer ones are addresses and the like, and may be torn
FIRST_CHINESE = "\u2e80"
_WORD = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+|[^\s\u2e80-\u9fff]+"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """The measures of one table.

    Attributes:
        size_pt: type size of labels and cells.
        widths_pt: of the columns, in their order; together the width of the text.
        labels: of the columns, each broken into lines between its words.
    """

    size_pt: float
    widths_pt: tuple[float, ...]
    labels: tuple[tuple[str, ...], ...]


def cell_text(cell: Cell) -> str:
    """What stands in a cell."""
    return cell.text if isinstance(cell, Run) else cell


def fit(table: Table) -> Fit:
    """Choose type size and column widths from what the columns hold.

    The largest size at which no cell takes a second line, 五号 at most where the table is long;
    where even the smallest needs one, the columns of running text give way and those of numbers
    keep theirs.
    """
    sizes = TABLE_SIZES_PT if len(table.rows) <= LONG_TABLE_ROWS else TABLE_SIZES_PT[1:]
    wanted = [_wanted_em(table, place) for place in range(len(table.columns))]
    for size in sizes:
        natural = [em * size + 2 * CELL_PADDING_PT for em in wanted]
        if _fits(table, natural):
            return _measured(table, size, _spread(table, natural, natural))
    size = TABLE_SIZES_PT[-1]
    least = [
        _least_em(table, place) * size + 2 * CELL_PADDING_PT for place in range(len(table.columns))
    ]
    return _measured(table, size, _spread(table, least, natural))


def _measured(table: Table, size: float, widths: tuple[float, ...]) -> Fit:
    labels = tuple(
        break_title(column.label, (width - 2 * CELL_PADDING_PT) / size + ROUNDING_EM)
        for column, width in zip(table.columns, widths, strict=True)
    )
    return Fit(size, widths, labels)


def _wanted_em(table: Table, place: int) -> float:
    """What a column would have to be that no cell of it takes a second line."""
    label = table.columns[place].label
    whole = em_width(label)
    halved = whole if whole <= LABEL_LINE_EM else max(LABEL_LINE_EM, whole / 2 + 0.5)
    cells = (em_width(line) for row in table.rows for line in cell_text(row[place]).split("\n"))
    return max(halved, _least_em(table, place), *cells)


def _least_em(table: Table, place: int) -> float:
    """What a column has to be that no number and no word of it is torn."""
    texts = {table.columns[place].label, *(cell_text(row[place]) for row in table.rows)}
    return max(NARROWEST_EM, max(map(_unbroken_em, texts)))


def _unbroken_em(text: str) -> float:
    """The widest thing in ``text`` that must stand in one line."""
    words = (
        min(em_width(word), CHINESE_BREAK_EM)
        if word[0] >= FIRST_CHINESE
        else min(em_width(word) * WORD_SLACK, LONGEST_WORD_EM)
        for word in _WORD.findall(text)
    )
    return max(words, default=0.0)


def _fits(table: Table, natural: list[float]) -> bool:
    """No column needs more than its fixed share, nor the others more than what is left."""
    left = TEXT_WIDTH_PT
    for column, width in zip(table.columns, natural, strict=True):
        if column.width is not None and width > column.width * TEXT_WIDTH_PT:
            return False
        left -= width if column.width is None else column.width * TEXT_WIDTH_PT
    return left >= 0


def _spread(table: Table, least: list[float], wanted: list[float]) -> tuple[float, ...]:
    """Widths that add up to the width of the text.

    Fixed shares are as given. The others get what they need at least, then the modest ones what
    they want and the long ones the rest; what is over goes to all in proportion. Where there is
    less than the others need, all of them shrink alike.
    """
    widths = {
        place: column.width * TEXT_WIDTH_PT
        for place, column in enumerate(table.columns)
        if column.width is not None
    }
    free = [place for place in range(len(least)) if place not in widths]
    room = TEXT_WIDTH_PT - sum(widths.values())
    need = sum(least[place] for place in free)
    left = room - need
    free.sort(key=lambda place: wanted[place] - least[place])
    for done, place in enumerate(free):
        extra = min(wanted[place] - least[place], max(left, 0.0) / (len(free) - done))
        widths[place] = least[place] + extra
        left -= extra
    chosen = free or list(widths)
    total = sum(widths[place] for place in chosen)
    scale = (room if free else TEXT_WIDTH_PT) / total
    widths |= {place: widths[place] * scale for place in chosen}
    return tuple(widths[place] for place in range(len(least)))
