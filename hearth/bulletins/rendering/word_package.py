"""The file around the text of a DOCX: its parts, its settings, its page, and equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hearth.bulletins.rendering import layout
from hearth.bulletins.rendering.fonts import FACES
from hearth.bulletins.rendering.layout import mm_twips, twips
from hearth.bulletins.rendering.word_styles import FOOTER_LINE_PT, styles_part
from hearth.bulletins.rendering.word_xml import serialised, tag
from hearth.bulletins.rendering.wording import one_line

if TYPE_CHECKING:
    from datetime import date

    from docx.document import Document as WordDocument

    from hearth.bulletins.rendering.document import Document, Language
    from hearth.bulletins.rendering.word_xml import Element

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
COMPATIBILITY = "http://schemas.microsoft.com/office/word"

CONTENT_TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{MAIN}.styles+xml"/>
<Override PartName="/word/settings.xml" ContentType="{MAIN}.settings+xml"/>
<Override PartName="/word/fontTable.xml" ContentType="{MAIN}.fontTable+xml"/>
</Types>"""
PACKAGE_LINKS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>
</Relationships>"""
DOCUMENT_LINKS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/settings" Target="settings.xml"/>
<Relationship Id="rId3" Type="{OFFICE}/fontTable" Target="fontTable.xml"/>
</Relationships>"""


def blank_package(language: Language) -> io.BytesIO:
    """An empty DOCX with our styles, settings and font names, for python-docx to open.

    python-docx's own template brings 160 styles, Japanese fonts and a thumbnail along.
    """
    body = tag("w:document", tag("w:body", tag("w:sectPr")))
    return _zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES.encode(),
            "_rels/.rels": PACKAGE_LINKS.encode(),
            "word/_rels/document.xml.rels": DOCUMENT_LINKS.encode(),
            "word/document.xml": serialised(body),
            "word/styles.xml": serialised(styles_part(language)),
            "word/settings.xml": serialised(_settings(language)),
            "word/fontTable.xml": serialised(_font_table()),
        }
    )


def page_properties(language: Language) -> list[Element]:
    """Size, margins and grid of the page, as the last elements of a section."""
    return [
        tag("w:pgSz", w=mm_twips(layout.PAGE_MM[0]), h=mm_twips(layout.PAGE_MM[1])),
        tag(
            "w:pgMar",
            top=mm_twips(layout.TOP_MM),
            right=mm_twips(layout.RIGHT_MM),
            bottom=mm_twips(layout.BOTTOM_MM),
            left=mm_twips(layout.LEFT_MM),
            header=mm_twips(15),
            footer=_footer_twips(),
            gutter=0,
        ),
        tag("w:cols", space=425),
        tag("w:docGrid", type="lines", linePitch=twips(layout.layout_of(language).pitch_pt)),
    ]


def packed(word: WordDocument, document: Document, dated: date) -> bytes:
    """The finished file: core properties set, every entry dated alike.

    Args:
        word: the document as python-docx holds it.
        document: what it was made from.
        dated: goes into the file as the day of making and of the last change.
    """
    properties = word.core_properties
    instant = datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
    properties.title = one_line(document.title, document.language)[
        :255
    ]  # python-docx takes no more
    properties.author = (document.signer or document.issuer)[:255]
    properties.last_modified_by = properties.author
    properties.comments = ""
    properties.keywords = document.content_hash[:255]
    properties.identifier = document.content_hash[:255]
    properties.language = "en-GB" if document.language == "en" else "zh-CN"
    properties.revision = 1
    properties.created = properties.modified = instant
    saved = io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist()}).getvalue()


def _zipped(parts: dict[str, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    stream.seek(0)
    return stream


def _footer_twips() -> int:
    """From the foot of the page to the foot of the page number's line, whose middle is the dash."""
    dash = layout.FOLIO_GAP_MM * layout.POINTS_PER_MM
    return mm_twips(layout.BOTTOM_MM) - twips(dash + FOOTER_LINE_PT / 2)


def _settings(language: Language) -> Element:
    """In the order of the schema, which Word insists on."""
    options = {
        "compatibilityMode": 15,
        "overrideTableStyleFontSizeAndJustification": 1,
        "enableOpenTypeFeatures": 1,
        "doNotFlipMirrorIndents": 1,
        "differentiateMultirowTableHeaders": 1,
    }
    return tag(
        "w:settings",
        tag("w:zoom", percent=100),
        tag("w:bordersDoNotSurroundHeader"),
        tag("w:bordersDoNotSurroundFooter"),
        tag("w:defaultTabStop", val=420),
        tag("w:evenAndOddHeaders"),
        tag("w:drawingGridVerticalSpacing", val=twips(layout.layout_of(language).pitch_pt)),
        tag("w:characterSpacingControl", val="compressPunctuation"),
        tag(
            "w:compat",
            tag("w:spaceForUL"),
            tag("w:balanceSingleByteDoubleByteWidth"),
            tag("w:doNotLeaveBackslashAlone"),
            tag("w:ulTrailSpace"),
            tag("w:doNotExpandShiftReturn"),
            tag("w:adjustLineHeightInTable"),
            tag("w:useFELayout"),
            *(
                tag("w:compatSetting", name=name, uri=COMPATIBILITY, val=value)
                for name, value in options.items()
            ),
        ),
        tag("w:themeFontLang", val="en-US", eastAsia="zh-CN"),
        tag("w:decimalSymbol", val="."),
        tag("w:listSeparator", val=","),
    )


def _font_table() -> Element:
    """The faces by name, each with the one that Word takes where it is not installed."""
    faces = {face.office: face.alternative for face in FACES.values()}
    return tag(
        "w:fonts",
        *(
            tag(
                "w:font",
                tag("w:altName", val=alternative),
                tag("w:charset", val="86"),
                tag("w:family", val="auto"),
                tag("w:pitch", val="variable"),
                name=office,
            )
            for office, alternative in faces.items()
        ),
        tag(
            "w:font",
            tag("w:charset", val="00"),
            tag("w:family", val="roman"),
            name="Times New Roman",
        ),
        tag("w:font", tag("w:charset", val="00"), tag("w:family", val="swiss"), name="Arial"),
    )
