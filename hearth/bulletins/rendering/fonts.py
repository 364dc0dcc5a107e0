"""Which type faces a document is set in, where their files are, and which characters they lack.

The standard asks for 小标宋, 仿宋, 黑体 and 楷体. Their files are licensed, so none comes with
Hearth: whoever has them puts them into one folder (setting ``HEARTH_FONTS``). Noto Serif SC and
Noto Sans SC, which may be given away and come as a Python package, stand in for the others.
Fonts installed on the machine are left alone: the same document must give the same bytes
everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

from hearth.bulletins.rendering.prepare import numbered, texts, with_text
from hearth.bulletins.rendering.text import MISSING_MARK, clean

if TYPE_CHECKING:
    from hearth.bulletins.rendering.document import Document

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
REGULAR, BOLD = 400, 700
PRIVATE_USE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))


class Role(StrEnum):
    """What a face is for."""

    TITLE = "title"
    BODY = "body"
    HEI = "hei"
    KAI = "kai"
    FOLIO = "folio"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the standard.

    Attributes:
        office: the name that Word and WPS know it by; written into the DOCX.
        alternative: the name that Word takes instead where it has no such font.
        families: names inside font files, best first.
        stand_in: family taken where none of them is in the folder.
        stroke_em: by how much the outlines of the stand-in are thickened, so that a title and a
            （一） heading still differ from the text; a bold of the stand-in is preferred.
    """

    office: str
    alternative: str
    families: tuple[str, ...]
    stand_in: str
    stroke_em: float = 0.0


FACES = {
    Role.TITLE: Face(
        "方正小标宋简体",
        "宋体",
        (
            "FZXiaoBiaoSong-B05S",
            "FZXiaoBiaoSong-B05",
            "方正小标宋简体",
            "方正小标宋_GBK",
            "STZhongsong",
            "FandolSong",
        ),
        SERIF,
        0.032,
    ),
    Role.BODY: Face(
        "仿宋_GB2312",
        "仿宋",
        ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "STFangsong", "FandolFang R", "FandolFang"),
        SERIF,
    ),
    Role.HEI: Face("黑体", "SimHei", ("SimHei", "黑体", "STHeiti", "FandolHei"), SANS, 0.022),
    Role.KAI: Face(
        "楷体_GB2312",
        "楷体",
        ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "STKaiti", "FandolKai"),
        SERIF,
        0.022,
    ),
    Role.FOLIO: Face("宋体", "SimSun", ("SimSun", "宋体", "STSong"), SERIF),
    Role.TABLE: Face("宋体", "SimSun", (), SANS),
}


@dataclass(frozen=True, slots=True)
class StandIn:
    """A face of the standard that the PDF had to do without.

    Attributes:
        wanted: its name in Chinese, such as 仿宋_GB2312.
        used: the family set in its place.
    """

    wanted: str
    used: str


@dataclass(frozen=True, slots=True)
class Dress:
    """How Typst sets a role.

    Attributes:
        families: best first; the last ones hold the rarer characters.
        weight: 400 or 700.
        stroke_em: by how much to thicken the outlines; 0: not at all.
    """

    families: tuple[str, ...]
    weight: int = REGULAR
    stroke_em: float = 0.0


class FontShelf:
    """The fonts at hand: those of one folder and the two that come with Hearth."""

    def __init__(self, folder: Path | None) -> None:
        places = [str(pylopdf_fonts_zh_cn.serif_path().parent)]
        if folder is not None:
            places.insert(0, str(folder))
        self.typst_fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=places
        )
        self._families = set(self.typst_fonts.families())
        own = str(pylopdf_fonts_zh_cn.serif_path().parent)
        files = {(font.path, font.index) for font in self.typst_fonts.fonts() if font.path}
        # Ours first: most characters are in them, and a collection may take seconds to read.
        self._files = sorted(files, key=lambda file: (not file[0].startswith(own), file))
        self._known: dict[str, bool] = {"\n": True}

    def dress(self, role: Role) -> Dress:
        """How to set ``role`` with the fonts at hand."""
        face = FACES[role]
        own = tuple(family for family in face.families if family in self._families)
        families = (*own, face.stand_in, SANS if face.stand_in == SERIF else SERIF)
        if own or not face.stroke_em:
            return Dress(families)
        if self._has_bold(face.stand_in):
            return Dress(families, weight=BOLD)
        return Dress(families, stroke_em=face.stroke_em)

    def _has_bold(self, family: str) -> bool:
        return any(
            font.family == family and font.weight >= BOLD for font in self.typst_fonts.fonts()
        )

    def stand_ins(self) -> tuple[StandIn, ...]:
        """Faces of the standard that are not at hand; tables have none that is prescribed."""
        return tuple(
            StandIn(face.office, face.stand_in)
            for face in FACES.values()
            if face.families and not self._families.intersection(face.families)
        )

    def has(self, character: str) -> bool:
        """Some font at hand can draw ``character``.

        Characters for private use count as missing: two fonts draw two things there, and PDF/A
        refuses them.
        """
        if character not in self._known:
            code = ord(character)
            self._known[character] = not _is_private(code) and any(
                code in _characters(*file) for file in self._files
            )
        return self._known[character]

    def marked(self, text: str) -> str:
        """``text`` with 〓 for each character that no font at hand can draw.

        PDF/A refuses a file with such a character, and elsewhere it would silently vanish.
        """
        if text.isascii():
            return text
        return "".join(c if c.isascii() or self.has(c) else MISSING_MARK for c in text)


def _is_private(code: int) -> bool:
    return any(first <= code <= last for first, last in PRIVATE_USE)


def font_shelf(folder: Path | None = None) -> FontShelf:
    """The fonts of ``folder`` and the two that come with Hearth; read once until a file changes.

    Args:
        folder: of licensed font files (TTF, OTF, TTC), subfolders included; None: there are none.
    """
    return _shelf(folder, _state(folder))


def stand_ins(folder: Path | None = None) -> tuple[StandIn, ...]:
    """Faces of GB/T 9704-2012 that ``folder`` lacks, with what the PDF is set in instead."""
    return font_shelf(folder).stand_ins()


def missing_glyphs(document: Document, folder: Path | None = None) -> list[str]:
    """Characters of ``document`` that no font at hand can draw, each once, in code point order.

    In the PDF each of them shows as 〓; a font that has them belongs into ``folder``. The DOCX
    keeps them and leaves the drawing to the reader's machine (OD-19).
    """
    shelf = font_shelf(folder)
    shown = set().union(*map(set, texts(numbered(with_text(document, clean)))))
    return sorted(character for character in shown if not shelf.has(character))


@lru_cache(maxsize=4)
def _shelf(folder: Path | None, state: tuple[tuple[str, int, int], ...]) -> FontShelf:
    return FontShelf(folder)


def _state(folder: Path | None) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the files: a font put into the folder is seen without a restart."""
    if folder is None:
        return ()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stats = [(path, path.stat()) for path in files]
    return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats)


@lru_cache(maxsize=64)
def _characters(path: str, index: int) -> frozenset[int]:
    """Code points that the font at ``path`` (the ``index``-th of a collection) can draw."""
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
