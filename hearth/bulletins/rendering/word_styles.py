"""Styles of the DOCX: each part of the document has one by name, so that Word can restyle it."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from hearth.bulletins.rendering import layout
from hearth.bulletins.rendering.fonts import FACES, Role
from hearth.bulletins.rendering.layout import mm_twips, twips
from hearth.bulletins.rendering.word_xml import tag

if TYPE_CHECKING:
    from hearth.bulletins.rendering.document import Language
    from hearth.bulletins.rendering.layout import Layout
    from hearth.bulletins.rendering.word_xml import Element

SERIF_LATIN, SANS_LATIN = "Times New Roman", "Arial"
FOOTER_LINE_PT = 16.0
RED, GREY = "D7000F", "8C8C8C"


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style.

    Attributes:
        id: stable name within the file.
        names: shown in Word, Chinese and English; the two are the same for styles built into
            Word, which it shows in the language of its user.
        role: face of the Chinese characters.
        latin: face of the others.
        size_pt: type size.
        line_pt: exact line pitch; 0: as high as what stands in it.
        align: both, center, left or right.
        before_pt: space above.
        after_pt: space below.
        indent_em: first line set in by so many Chinese characters.
        bold: thick.
        color: hexadecimal, or auto.
        outline: 0 to 3 puts it into the navigation pane; None: not.
        keep: stays on the page of the paragraph that follows.
        fresh_page: begins a page.
        tracked: running text, set so close that 28 characters fit a line; other parts have no
            space between Chinese and Latin characters either.
    """

    id: str
    names: tuple[str, str]
    role: Role
    latin: str
    size_pt: float
    line_pt: float = 0.0
    align: str = "left"
    before_pt: float = 0.0
    after_pt: float = 0.0
    indent_em: float = 0.0
    bold: bool = False
    color: str = "auto"
    outline: int | None = None
    keep: bool = False
    fresh_page: bool = False
    tracked: bool = False


def styles_part(language: Language) -> Element:
    """The whole of ``styles.xml`` for a language."""
    page = layout.layout_of(language)
    names = 1 if language == "en" else 0
    return tag(
        "w:styles",
        _defaults(page, language),
        *(_element(style, page, names) for style in _styles(page, language)),
        _link_style("Hyperlink", "Hyperlink", trace=False),
        _link_style("Trace", ("通报数字", "Computed figure")[names], trace=True),
        _table_style(("通报表格", "Bulletin table")[names]),
    )


def table_style_id(size_pt: float, *, head: bool) -> str:
    """Id of the paragraph style of a table's labels or cells at a type size."""
    return f"{'TableHead' if head else 'TableText'}{round(size_pt * 2)}"


def _styles(page: Layout, language: Language) -> list[Style]:
    text = Style(
        "Normal",
        ("Normal", "Normal"),
        Role.BODY,
        SERIF_LATIN,
        page.body_pt,
        page.pitch_pt,
        tracked=True,
    )
    return [text, *_head(page), *_headings(page, language), *_body(page), *_tables()]


def _head(page: Layout) -> list[Style]:
    pitch = page.pitch_pt
    title = (Role.TITLE, SERIF_LATIN, page.title_pt, page.title_pitch_pt, "center")
    text = (Role.BODY, SERIF_LATIN, page.body_pt, pitch)
    drop = layout.ISSUER_DROP_MM * layout.POINTS_PER_MM
    return [
        Style(
            "IssuerMark",
            ("发文机关标志", "Issuer mark"),
            Role.TITLE,
            SERIF_LATIN,
            layout.ISSUER_LARGEST_PT,
            align="center",
            before_pt=drop,
            color=RED,
        ),
        Style("DocumentNumber", ("发文字号", "Document number"), *text, "center"),
        Style("Title", ("Title", "Title"), *title, before_pt=2 * pitch, after_pt=pitch),
        Style("Addressees", ("主送机关", "Addressees"), *text, after_pt=page.paragraph_gap_pt),
        Style("AttachmentList", ("附件说明", "List of annexes"), *text, keep=True),
        Style("Signature", ("Signature", "Signature"), *text, keep=True),
        Style("Date", ("Date", "Date"), *text),
        Style(
            "AttachmentLabel",
            ("附件标记", "Annex label"),
            Role.HEI,
            SANS_LATIN,
            page.body_pt,
            pitch,
            fresh_page=True,
            keep=True,
        ),
        Style(
            "AttachmentTitle",
            ("附件标题", "Annex title"),
            *title,
            before_pt=pitch,
            after_pt=pitch,
            outline=0,
            keep=True,
        ),
    ]


def _headings(page: Layout, language: Language) -> list[Style]:
    english = language == "en"
    roles = (Role.HEI,) * 4 if english else (Role.HEI, Role.KAI, Role.BODY, Role.BODY)
    sizes = (14.0, 13.0, 12.0, 12.0) if english else (page.body_pt,) * 4
    above = (16.0, 12.0, 10.0, 10.0) if english else (0.0,) * 4
    return [
        Style(
            f"Heading{level}",
            (f"heading {level}",) * 2,
            roles[level - 1],
            SANS_LATIN if english else SERIF_LATIN,
            sizes[level - 1],
            page.pitch_pt,
            before_pt=above[level - 1],
            after_pt=5.0 if english else 0.0,
            indent_em=page.indent_em,
            bold=english,
            outline=level - 1,
            keep=True,
            tracked=not english,
        )
        for level in range(1, 5)
    ]


def _body(page: Layout) -> list[Style]:
    text = (Role.BODY, SERIF_LATIN, page.body_pt, page.pitch_pt, "both")
    gap = page.paragraph_gap_pt
    small = page.small_pt
    return [
        Style(
            "BodyText",
            ("Body Text", "Body Text"),
            *text,
            after_pt=gap,
            indent_em=page.indent_em,
            tracked=True,
        ),
        Style("BodyFlush", ("顶格正文", "Body flush"), *text, after_pt=gap, tracked=True),
        Style("Picture", ("图", "Picture"), *text[:3], align="center", before_pt=8.0, keep=True),
        Style(
            "Record",
            ("版记", "Record"),
            Role.BODY,
            SERIF_LATIN,
            small,
            small * layout.RECORD_PITCH,
            keep=True,
        ),
        Style(
            "RecordRule", ("版记分隔线", "Record rule"), Role.BODY, SERIF_LATIN, 1.0, 1.0, keep=True
        ),
        Style("Footer", ("footer", "footer"), Role.FOLIO, "宋体", page.small_pt, FOOTER_LINE_PT),
        Style("Header", ("header", "header"), Role.FOLIO, SERIF_LATIN, 9.0, 10.0),
        Style("Gap", ("间隔", "Gap"), Role.BODY, SERIF_LATIN, 1.0, 0.4 * page.pitch_pt),
    ]


def _tables() -> list[Style]:
    caption = (Role.HEI, SANS_LATIN, layout.CAPTION_PT, layout.CAPTION_PT * 1.5, "center")
    note = layout.NOTE_PT
    found = [
        Style("Caption", ("caption", "caption"), *caption, before_pt=10, after_pt=4, keep=True),
        Style("PictureCaption", ("图题", "Figure caption"), *caption, before_pt=4, after_pt=10),
        Style(
            "TableNote",
            ("表注", "Table note"),
            Role.TABLE,
            SANS_LATIN,
            note,
            note * layout.TABLE_PITCH,
            before_pt=3,
        ),
    ]
    for size in layout.TABLE_SIZES_PT:
        line = size * layout.TABLE_PITCH
        half = (2.4, 2.4)
        shown = f"{size:g}"
        found += [
            Style(
                table_style_id(size, head=True),
                (f"表头{shown}", f"Table head {shown}"),
                Role.HEI,
                SANS_LATIN,
                size,
                line,
                "center",
                *half,
                keep=True,
            ),
            Style(
                table_style_id(size, head=False),
                (f"表格文字{shown}", f"Table text {shown}"),
                Role.TABLE,
                SANS_LATIN,
                size,
                line,
                "left",
                *half,
            ),
        ]
    return found


def _defaults(page: Layout, language: Language) -> Element:
    face = FACES[Role.BODY].office
    size = round(page.body_pt * 2)
    return tag(
        "w:docDefaults",
        tag(
            "w:rPrDefault",
            tag(
                "w:rPr",
                tag(
                    "w:rFonts", ascii=SERIF_LATIN, eastAsia=face, hAnsi=SERIF_LATIN, cs=SERIF_LATIN
                ),
                tag("w:sz", val=size),
                tag("w:szCs", val=size),
                tag("w:lang", val="en-GB" if language == "en" else "en-US", eastAsia="zh-CN"),
            ),
        ),
        tag("w:pPrDefault"),
    )


def _element(style: Style, page: Layout, names: int) -> Element:
    default = "1" if style.id == "Normal" else None
    custom = "1" if style.names[0] != style.names[1] else None
    return tag(
        "w:style",
        tag("w:name", val=style.names[names]),
        None if default else tag("w:basedOn", val="Normal"),
        tag("w:qFormat"),
        _paragraph_properties(style, page),
        _run_properties(style, page),
        type="paragraph",
        styleId=style.id,
        default=default,
        customStyle=custom,
    )


def _paragraph_properties(style: Style, page: Layout) -> Element:
    """In the order of the schema, which Word insists on."""
    first = style.indent_em
    return tag(
        "w:pPr",
        tag("w:keepNext", val=int(style.keep)),
        tag("w:keepLines", val=int(style.outline is not None)),
        tag("w:pageBreakBefore", val=int(style.fresh_page)),
        tag("w:widowControl", val=int(page.paragraph_gap_pt > 0)),
        tag("w:autoSpaceDE", val=int(style.tracked)),  # no space between 年 and its digits
        tag("w:autoSpaceDN", val=int(style.tracked)),
        tag("w:snapToGrid", val=0),
        tag(
            "w:spacing",
            before=twips(style.before_pt),
            after=twips(style.after_pt),
            line=twips(style.line_pt) if style.line_pt else 240,
            lineRule="exact" if style.line_pt else "auto",
        ),
        tag(
            "w:ind",
            firstLineChars=round(first * 100),
            firstLine=twips(first * page.character_pt),
        ),
        tag("w:jc", val=style.align),
        None if style.outline is None else tag("w:outlineLvl", val=style.outline),
    )


def _run_properties(style: Style, page: Layout) -> Element:
    size = round(style.size_pt * 2)
    return tag(
        "w:rPr",
        tag(
            "w:rFonts",
            ascii=style.latin,
            eastAsia=FACES[style.role].office,
            hAnsi=style.latin,
            cs=style.latin,
        ),
        tag("w:b", val=int(style.bold)),
        tag("w:color", val=style.color),
        tag("w:spacing", val=tracking_twips(page)) if style.tracked else None,
        tag("w:sz", val=size),
        tag("w:szCs", val=size),
    )


def tracking_twips(page: Layout) -> int:
    """Space between characters in twentieths of a point, rounded so that no line grows wider.

    Word's own grid of lines and characters would say it more finely, but LibreOffice gives a
    character two cells of a grid that is narrower than its type.
    """
    return floor(page.tracking_pt * 20)


def _link_style(style_id: str, name: str, *, trace: bool) -> Element:
    """Links look like the text; a computed figure has a fine dotted line below."""
    return tag(
        "w:style",
        tag("w:name", val=name),
        tag("w:qFormat"),
        tag(
            "w:rPr",
            tag("w:color", val="auto"),
            tag("w:u", val="dotted", color=GREY) if trace else tag("w:u", val="none"),
        ),
        type="character",
        styleId=style_id,
        customStyle="1" if trace else None,
    )


def _table_style(name: str) -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    padding = twips(layout.CELL_PADDING_PT)
    return tag(
        "w:style",
        tag("w:name", val=name),
        tag("w:qFormat"),
        tag(
            "w:tblPr",
            tag("w:tblInd", w=0, type="dxa"),
            tag(
                "w:tblBorders",
                *(tag(f"w:{side}", val="single", sz=4, space=0, color="5A5A5A") for side in sides),
            ),
            tag(
                "w:tblCellMar",
                tag("w:left", w=padding, type="dxa"),
                tag("w:right", w=padding, type="dxa"),
            ),
        ),
        type="table",
        styleId="BulletinTable",
        customStyle="1",
    )


TEXT_WIDTH_TWIPS = (
    mm_twips(layout.PAGE_MM[0]) - mm_twips(layout.LEFT_MM) - mm_twips(layout.RIGHT_MM)
)
