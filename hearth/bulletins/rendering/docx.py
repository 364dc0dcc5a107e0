"""DOCX by python-docx: the layout of the PDF in Word's own terms, to be edited and sent on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

from hearth.bulletins.rendering import layout
from hearth.bulletins.rendering.document import Heading, PageBreak, Paragraph, Run, Table
from hearth.bulletins.rendering.fonts import font_shelf
from hearth.bulletins.rendering.layout import layout_of, twips
from hearth.bulletins.rendering.pictures import rasterised
from hearth.bulletins.rendering.prepare import UNDATED, numbered, with_text
from hearth.bulletins.rendering.text import clean, em_width
from hearth.bulletins.rendering.titles import break_title
from hearth.bulletins.rendering.word_drawings import draft_mark, picture_run
from hearth.bulletins.rendering.word_package import blank_package, packed, page_properties
from hearth.bulletins.rendering.word_record import record
from hearth.bulletins.rendering.word_styles import RED, TEXT_WIDTH_TWIPS
from hearth.bulletins.rendering.word_tables import table
from hearth.bulletins.rendering.word_xml import field, paragraph, plain, run, tag
from hearth.bulletins.rendering.wording import wording_of

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as WordDocument
    from docx.section import _Footer, _Header

    from hearth.bulletins.rendering.document import Block, Chart, Document
    from hearth.bulletins.rendering.fonts import FontShelf
    from hearth.bulletins.rendering.layout import Layout
    from hearth.bulletins.rendering.word_xml import Element

ISSUER_SHARE = 0.98  # of the width of the text


def render_docx(document: Document, fonts_folder: Path | None = None) -> bytes:
    """``document`` as a DOCX file for Word, WPS and LibreOffice.

    The faces of the standard are named, not embedded; where the reader's machine lacks one, Word
    takes the alternative named beside it. Headings are headings, captions captions, links links.
    The same document gives the same bytes.

    Args:
        document: what to show.
        fonts_folder: of the faces that the pictures of charts are drawn with; None: stand-ins.

    Raises:
        typst.TypstError: a chart holds an SVG that cannot be read.
    """
    shown = numbered(with_text(document, clean))
    word = docx.Document(blank_package(document.language))
    writer = _Writer(word, shown, font_shelf(fonts_folder))
    writer.write()
    return packed(word, shown, document.dated_on or UNDATED)


class _Writer:
    """Puts one document into one Word file, from the head to the record at the end."""

    def __init__(self, word: WordDocument, document: Document, shelf: FontShelf) -> None:
        self.word = word
        self.document = document
        self.shelf = shelf
        self.words = wording_of(document)
        self.page = layout_of(document.language)
        self.parts: list[Element] = []
        self.links: dict[str, str] = {}
        self.pictures = 0
        self.fresh_page = False

    def write(self) -> None:
        """Fill the body, the footers and, for a draft, the headers."""
        self._head()
        self._blocks(self.document.blocks, holds=True)
        self._attachment_list()
        self._signature()
        for place, attachment in enumerate(self.document.attachments):
            self.parts.append(
                paragraph("AttachmentLabel", run(self.words.attachment_labels[place]))
            )
            self.parts.append(self._title("AttachmentTitle", attachment.title))
            self._blocks(attachment.blocks)
        self._record()
        self._folios()
        body = self.word.element.body
        section = body.sectPr
        for part in self.parts:
            section.addprevious(part)
        section.extend(part for part in page_properties(self.document.language) if part is not None)

    # ---- head ----------------------------------------------------------------------------------

    def _head(self) -> None:
        document = self.document
        if document.issuer:
            points = issuer_pt(document.issuer)
            size = tag("w:sz", val=round(points * 2))
            line = tag("w:spacing", line=twips(points * 1.15), lineRule="exact")
            self.parts.append(paragraph("IssuerMark", run(document.issuer, size), line=line))
        if document.issuer or document.number:
            slack = (self.page.pitch_pt - self.page.body_pt) / 2 + 0.12 * self.page.body_pt
            gap = layout.RULE_GAP_MM * layout.POINTS_PER_MM - slack
            rule = tag(
                "w:pBdr",
                tag("w:bottom", val="single", sz=12, space=max(1, round(gap)), color=RED),
            )
            above = twips((2 if document.number else 0) * self.page.pitch_pt)
            lead = tag("w:spacing", before=above) if document.issuer else None
            self.parts.append(
                paragraph("DocumentNumber", run(document.number), rule=rule, lead=lead)
            )
        self.parts.append(self._title("Title", document.title))
        if self.words.addressees:
            self.parts.append(paragraph("Addressees", run(self.words.addressees)))

    def _title(self, style: str, title: str) -> Element:
        top = style == "Title" and not (self.document.issuer or self.document.number)
        lead = tag("w:spacing", before=0) if top else None
        lines = break_title(title, self.page.title_em)
        return paragraph(style, run("\n".join(lines)), lead=lead)

    # ---- text ----------------------------------------------------------------------------------

    def _blocks(self, blocks: tuple[Block, ...], *, holds: bool = False) -> None:
        """Write ``blocks``; with ``holds`` the last one stays on the page of what follows."""
        for place, block in enumerate(blocks):
            last = holds and place == len(blocks) - 1
            if isinstance(block, PageBreak):
                self.fresh_page = True
            elif isinstance(block, Heading):
                self._add(f"Heading{block.level}", run(block.text))
            elif isinstance(block, Paragraph):
                style = "BodyText" if block.indented else "BodyFlush"
                self._add(style, *map(self._run, block.runs), keep=last)
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._chart(block)
        self.fresh_page = False

    def _add(self, style: str, *content: Element, keep: bool = False) -> None:
        """A paragraph, on a fresh page if a page break came before it."""
        keep_next = tag("w:keepNext") if keep else None
        fresh = tag("w:pageBreakBefore") if self.fresh_page else None
        self.fresh_page = False
        self.parts.append(paragraph(style, *content, keep=keep_next, fresh=fresh))

    def _run(self, part: Run) -> Element:
        if part.href is None:
            return run(part.text)
        return self._link(part, "Trace" if part.computed else "Hyperlink")

    def _cell_link(self, part: Run) -> Element:
        return self._link(part, "Hyperlink")

    def _link(self, part: Run, style: str) -> Element:
        address = part.href or ""
        if address not in self.links:
            # Not `relate_to`: it looks through all links for each, minutes for an annex of links.
            relation = f"rIdLink{len(self.links) + 1}"
            self.word.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, address, relation, is_external=True
            )
            self.links[address] = relation
        words = run(part.text, tag("w:rStyle", val=style))
        return plain("w:hyperlink", words, **{"r:id": self.links[address]})

    def _table(self, block: Table) -> None:
        if block.caption:
            self._add("Caption", run(block.caption))
        else:
            self._add("Gap")
        self.parts.append(table(block, self._cell_link))
        if block.note:
            self._add("TableNote", run(block.note))
        self._add("Gap")

    def _chart(self, block: Chart) -> None:
        picture = rasterised(block.svg, self.shelf)
        relation, _ = self.word.part.get_or_add_image(io.BytesIO(picture.png))
        self.pictures += 1
        size = (picture.width_pt, picture.height_pt)
        drawing = picture_run(relation, size, self.pictures, block.alt)
        self._add("Picture", drawing, keep=bool(block.caption))
        if block.caption:
            self._add("PictureCaption", run(block.caption))
        else:
            self._add("Gap")

    # ---- end -----------------------------------------------------------------------------------

    def _attachment_list(self) -> None:
        names = self.words.attachment_names
        label = self.words.attachments_label
        character = self.page.character_pt
        hanging = twips(em_width(label) * character)
        left = twips(self.page.indent_em * character) + hanging
        for place, name in enumerate(names):
            first = place == 0
            text = label + name if first else name
            lead = tag("w:spacing", before=twips(self.page.pitch_pt)) if first else None
            indent = tag("w:ind", left=left, hanging=hanging) if first else tag("w:ind", left=left)
            self.parts.append(paragraph("AttachmentList", run(text), lead=lead, indent=indent))

    def _signature(self) -> None:
        signer, day = self.document.signer, self.words.date
        lead = tag("w:spacing", before=twips(self.page.pitch_pt))
        if self.document.language == "en":
            places = [{"jc": tag("w:jc", val="right")} for _ in range(2)]
        else:
            lefts = signature_twips(signer, day, self.page)
            places = [{"indent": tag("w:ind", left=left)} for left in lefts]
        if signer:
            self.parts.append(paragraph("Signature", run(signer), lead=lead, **places[0]))
        if day:
            before = None if signer else lead
            self.parts.append(paragraph("Date", run(day), lead=before, **places[1]))

    def _record(self) -> None:
        if self.words.copied_to or self.words.printed_by:
            self.parts.extend(record(self.words, self.page))
            self.parts.append(paragraph("RecordRule"))  # what the frame is anchored to

    def _folios(self) -> None:
        """Page numbers: odd pages right, even pages left, one character from the edge (7.5)."""
        section = self.word.sections[0]
        indent = twips(self.page.character_pt)
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            edge = tag("w:ind", **{side: indent})
            number = [run("— "), *field("PAGE"), run(" —")]
            _replace(footer, paragraph("Footer", *number, edge=edge, jc=tag("w:jc", val=side)))
        if self.document.draft:
            for place, header in enumerate((section.header, section.even_page_header), start=1):
                _replace(header, paragraph("Header", draft_mark(place)))


def issuer_pt(issuer: str) -> float:
    """Type size of the red mark: as large as one line allows, 50 pt at most, in half points.

    Word lets no program measure its type, so the width is an estimate, on the safe side.
    """
    widest = ISSUER_SHARE * layout.TEXT_WIDTH_PT / em_width(issuer)
    return int(min(layout.ISSUER_LARGEST_PT, widest) * 2) / 2


def signature_twips(signer: str, day: str, page: Layout) -> tuple[int, int]:
    """Left indents of the signature and of the date below it.

    The signature ends two characters from the right edge and the date begins two further right
    than it; where the date is the longer one, it keeps the edge and the signature moves.
    """
    character = page.character_pt
    edge = TEXT_WIDTH_TWIPS - twips(page.signature_em * character)
    step = twips(page.signature_em * character)
    organ_width, day_width = (twips(em_width(text) * character) for text in (signer, day))
    organ = max(0, edge - organ_width)
    place = organ + step
    if day_width > organ_width:
        place = edge - day_width
        organ = max(0, place - step)
    return organ, place


def _replace(part: _Header | _Footer, content: Element) -> None:
    """Make ``content`` the only paragraph of a header or footer."""
    part.is_linked_to_previous = False
    element = part._element
    for child in list(element):
        element.remove(child)
    element.append(content)
