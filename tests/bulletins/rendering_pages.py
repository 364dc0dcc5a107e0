"""Reading back what stands where on the pages of a PDF."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader


@dataclass(frozen=True)
class Line:
    """Text on one baseline.

    ``x`` is where it begins, ``y`` its baseline, both in points from the lower left corner.
    """

    text: str
    x: float
    y: float


def reader(pdf: bytes) -> Any:
    """The file, opened. Typed as anything: what a key of a PDF holds, only the file can tell."""
    return PdfReader(io.BytesIO(pdf))


def lines(page: PageObject) -> list[Line]:
    """The lines of a page from top to bottom; what stands on one baseline is one line."""
    rows: dict[float, list[tuple[float, str]]] = {}

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        words = text.strip("\n")
        if not words:
            return
        x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
        y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        rows.setdefault(round(y, 1), []).append((x, words))

    page.extract_text(visitor_text=visit)
    return [
        Line("".join(text for _, text in sorted(parts)), min(parts)[0], y)
        for y, parts in sorted(rows.items(), reverse=True)
    ]


def texts(pdf: bytes) -> list[str]:
    """The text of each page without any white space."""
    return ["".join(page.extract_text().split()) for page in reader(pdf).pages]
