"""The official document (公文) as plain data: what it says, not how it looks.

Both renderings take a `Document` and nothing else, so a PDF and a DOCX of the same bulletin can
never say different things. Everything is frozen and checked when it is made: a document that
exists can be rendered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

Language = Literal["zh", "en"]
Align = Literal["left", "center", "right"]

DEEPEST_HEADING = 4
LINK_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text within a paragraph or a table cell.

    Attributes:
        text: the words; a line feed breaks the line.
        computed: the words were computed from records. A computed run that has an ``href``
            carries a fine dotted underline in running text, and none inside a table.
        href: absolute address of the records behind the words; None: no link.

    Raises:
        ValueError: ``href`` is neither http, https nor mailto: a relative address leads nowhere
            from a file on somebody's desk, and any other scheme may do harm.
    """

    text: str
    computed: bool = False
    href: str | None = None

    def __post_init__(self) -> None:
        if self.href is not None and not self.href.startswith(LINK_SCHEMES):
            raise ValueError(f"link {self.href!r} must begin with http://, https:// or mailto:")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4: 一、 then （一） then 1. then （1） (in English 1. 1.1 …).

    Attributes:
        level: 1 to 4.
        text: without its number.
        numbered: the renderings count and number it; False: the text stands alone.

    Raises:
        ValueError: the level lies outside 1 to 4, or there is no text.
    """

    level: int
    text: str
    numbered: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.level <= DEEPEST_HEADING:
            raise ValueError(f"heading level {self.level} is not in 1 to {DEEPEST_HEADING}")
        _require(self.text, "a heading needs a text")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text.

    Attributes:
        runs: one after another, without any space put between them.
        indented: the first line is set in by two characters, as the standard has it (Chinese).
    """

    runs: tuple[Run, ...]
    indented: bool = True

    @classmethod
    def of(cls, *parts: str | Run) -> Paragraph:
        """A paragraph of strings and runs, in their order."""
        return cls(tuple(Run(part) if isinstance(part, str) else part for part in parts))


Cell = str | Run


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        label: stands in the header row, which is repeated on each page.
        width: share of the table's width, 0 < width <= 1; None: from what the column holds.
        align: of the cells; the label is always centred.

    Raises:
        ValueError: the width lies outside its bounds.
    """

    label: str
    width: float | None = None
    align: Align = "left"

    def __post_init__(self) -> None:
        if self.width is not None and not 0 < self.width <= 1:
            raise ValueError(f"column width {self.width} is not in 0 < width <= 1")


@dataclass(frozen=True, slots=True)
class Table:
    """A table over the whole width of the text.

    Attributes:
        caption: stands above and is numbered (表1); empty: no caption and no number.
        columns: at least one.
        rows: cells in the order of the columns; numbers come as text, already rounded.
        note: stands below in small type; empty: none.

    Raises:
        ValueError: no column, a row of another length than the columns, or fixed widths that
            take more than the whole or leave nothing to the columns without one.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a table needs a column")
        for place, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"row {place} has {len(row)} cells for {len(self.columns)} columns"
                )
        fixed = [column.width for column in self.columns if column.width is not None]
        some_free = len(fixed) < len(self.columns)
        if sum(fixed) > 1.0001 or (some_free and sum(fixed) > 0.99):
            raise ValueError(f"fixed column widths add up to {sum(fixed):.2f} of the table")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture drawn elsewhere.

    Attributes:
        svg: a standalone SVG document with a size or a view box; it loads nothing from outside.
        caption: stands below and is numbered (图1); empty: no caption and no number.
        alt: what the picture shows, in a sentence, for those who do not see it. Required.

    Raises:
        ValueError: no SVG, or no ``alt``.
    """

    svg: str
    caption: str
    alt: str

    def __post_init__(self) -> None:
        if "<svg" not in self.svg:
            raise ValueError("a chart needs an SVG document")
        _require(self.alt, "a chart needs a text for readers who do not see it")


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


Block = Heading | Paragraph | Table | Chart | PageBreak


@dataclass(frozen=True, slots=True)
class Attachment:
    """One 附件: begins a page of its own and is announced below the text.

    Attributes:
        title: without 附件1, which the renderings put.
        blocks: its headings are numbered afresh.

    Raises:
        ValueError: no title, or a heading that skips a level.
    """

    title: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        _require(self.title, "an attachment needs a title")
        _require_heading_order(self.blocks)


@dataclass(frozen=True, slots=True)
class Document:
    """One official document, whole.

    Attributes:
        title: contains 关于……的通报 where it is one. A line feed breaks the line where the author
            wants it; without any the title is broken into a trapezoid.
        issuer: the mark in red at the head (发文机关标志); empty: none is printed. Nothing stands
            in for an issuer that is not configured (OD-06).
        number: such as 辽农银服通〔2021〕3号; empty: none.
        addressees: 主送机关, in order; empty: no such line.
        blocks: the text.
        attachments: in order.
        signer: the organ that signs (署名); empty: none. No seal is ever drawn.
        dated_on: the date below the signature, and the date that both files carry inside; None: no
            date yet, the files then carry 2000-01-01.
        copied_to: 抄送机关; empty: no such line.
        printed_by: 印发机关; empty: no such line.
        draft: a draft shows 草稿 DRAFT across each page.
        language: of the words that the renderings add, and the layout that goes with it.
        content_hash: of the frozen content; kept in both files and shown small at the end of the
            PDF; empty: none.

    Raises:
        ValueError: no title, or a heading that skips a level.
    """

    title: str
    blocks: tuple[Block, ...]
    issuer: str = ""
    number: str = ""
    addressees: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    signer: str = ""
    dated_on: date | None = None
    copied_to: tuple[str, ...] = ()
    printed_by: str = ""
    draft: bool = False
    language: Language = "zh"
    content_hash: str = ""

    def __post_init__(self) -> None:
        _require(self.title, "a document needs a title")
        _require_heading_order(self.blocks)


def _require(text: str, message: str) -> None:
    if not text.strip():
        raise ValueError(message)


def _require_heading_order(blocks: tuple[Block, ...]) -> None:
    """Headings go down one level at a time: readers by ear move along them (PDF/UA-1)."""
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            if block.level > level + 1:
                raise ValueError(f"heading {block.text!r} of level {block.level} follows {level}")
            level = block.level
