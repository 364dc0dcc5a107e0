"""Running Typst: own templates, given fonts, text as data, and no memory left behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from hearth.bulletins.rendering.fonts import FontShelf

TEMPLATES = Path(__file__).parent / "typst"
CACHE_AGES = 11  # Typst drops from its cache what ten compilations in a row had no use for


def typeset(template: str, shelf: FontShelf, inputs: dict[str, str], **options: Any) -> bytes:
    """Compile one of our templates.

    Args:
        template: file name in ``typst/``; it may read files of that folder only.
        shelf: the fonts, and no others.
        inputs: reach the template as strings, never as code.
        options: of ``typst.compile``, such as ``format`` and ``timestamp``.

    Raises:
        typst.TypstError: what the inputs hold cannot be set, such as a broken SVG.
    """
    try:
        made: bytes = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=shelf.typst_fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            **options,
        )
        return made
    finally:
        _forget(shelf)


def _forget(shelf: FontShelf) -> None:
    """Let Typst's cache go: ten bulletins with an annex would hold a gigabyte in the worker."""
    for _ in range(CACHE_AGES):
        typst.compile(b"", font_paths=shelf.typst_fonts, ignore_system_fonts=True)
