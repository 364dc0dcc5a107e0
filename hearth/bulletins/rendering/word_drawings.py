"""Drawings of the DOCX: pictures of charts, and the mark of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.bulletins.rendering.fonts import FACES, Role
from hearth.bulletins.rendering.word_xml import plain, tag
from hearth.bulletins.rendering.wording import DRAFT_MARK

if TYPE_CHECKING:
    from hearth.bulletins.rendering.word_xml import Element

EMU_PER_POINT = 12700  # English Metric Units, which DrawingML counts in


def picture_run(relation: str, size: tuple[float, float], number: int, alt: str) -> Element:
    """A picture that stands in the line like a character.

    Args:
        relation: id under which the document part knows the picture.
        size: width and height in points.
        number: counts the pictures of the document from 1.
        alt: read aloud in its place.
    """
    name = f"chart{number}"
    width, height = (round(points * EMU_PER_POINT) for points in size)
    extent = {"cx": width, "cy": height}
    drawing = tag(
        "w:drawing",
        plain(
            "wp:inline",
            plain("wp:extent", **extent),
            plain("wp:docPr", id=number, name=name, descr=alt),
            plain(
                "a:graphic",
                plain(
                    "a:graphicData",
                    plain(
                        "pic:pic",
                        plain(
                            "pic:nvPicPr",
                            plain("pic:cNvPr", id=number, name=name, descr=alt),
                            plain("pic:cNvPicPr"),
                        ),
                        plain(
                            "pic:blipFill",
                            plain("a:blip", **{"r:embed": relation}),
                            plain("a:stretch", plain("a:fillRect")),
                        ),
                        plain(
                            "pic:spPr",
                            plain("a:xfrm", plain("a:off", x=0, y=0), plain("a:ext", **extent)),
                            plain("a:prstGeom", plain("a:avLst"), prst="rect"),
                        ),
                    ),
                    uri="http://schemas.openxmlformats.org/drawingml/2006/picture",
                ),
            ),
            distT=0,
            distB=0,
            distL=0,
            distR=0,
        ),
    )
    return tag("w:r", drawing)


def draft_mark(place: int) -> Element:
    """草稿 DRAFT across the page, behind the text, as Word itself draws a watermark."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:400pt;height:80pt;rotation:325;"
        "z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        "mso-position-vertical-relative:margin"
    )
    font = f"font-family:{FACES[Role.HEI].office};font-size:1pt"
    kind = plain(
        "v:shapetype",
        plain("v:formulas", plain("v:f", eqn="sum #0 0 10800")),
        plain("v:path", textpathok="t", **{"o:connecttype": "rect"}),
        plain("v:textpath", on="t", fitshape="t"),
        id="_x0000_t136",
        coordsize="21600,21600",
        adj="10800",
        path="m@0,0l@0,0m@0,21600l@0,21600e",
        **{"o:spt": "136"},
    )
    shape = plain(
        "v:shape",
        plain("v:textpath", style=font, string=DRAFT_MARK),
        id=f"DraftMark{place}",
        type="#_x0000_t136",
        style=style,
        fillcolor="#dcdcdc",
        stroked="f",
        alt=DRAFT_MARK,
        **{"o:allowincell": "f"},
    )
    return tag("w:r", tag("w:pict", kind, shape))
