"""Building WordprocessingML as elements, so that no text can ever become markup."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from docx.oxml.ns import nsmap
from lxml import etree

Element = Any  # lxml gives no types

NAMESPACES = {prefix: nsmap[prefix] for prefix in ("w", "r", "wp", "a", "pic")} | {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
_DECLARED = {prefix: {prefix: address} for prefix, address in NAMESPACES.items()}
AMBIGUOUS = frozenset("“”‘’…—·×÷±°℃①②③④⑤⑥⑦⑧⑨⑩→←↑↓■□●○▲△★☆")


@lru_cache(maxsize=512)
def qualified(name: str) -> str:
    """``w:p`` as lxml wants it; a name without prefix stands for itself."""
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if prefix else name


def tag(name: str, /, *children: Element | None, **attributes: object) -> Element:
    """An element with attributes of the namespace ``w`` and its children.

    Args:
        name: with its prefix, such as ``w:pPr``.
        children: in order; None is left out, so a part that does not apply costs no branch.
        attributes: ``val="1"`` becomes ``w:val="1"``; None is left out.
    """
    return plain(name, *children, **{f"w:{key}": value for key, value in attributes.items()})


def plain(name: str, /, *children: Element | None, **attributes: object) -> Element:
    """As `tag`, with attributes named in full; one without prefix has no namespace."""
    element = etree.Element(qualified(name), nsmap=_DECLARED[name.partition(":")[0]])
    for key, value in attributes.items():
        if value is not None:
            element.set(qualified(key), str(value))
    element.extend(child for child in children if child is not None)
    return element


def run(text: str, *properties: Element | None) -> Element:
    """A run of text; line feeds break the line.

    Characters that stand in Chinese and in Latin type, such as “ and —, are marked as Chinese
    where the text has Chinese in it: Word would set them half as wide.
    """
    given = [item for item in properties if item is not None]
    if not text.isascii() and not AMBIGUOUS.isdisjoint(text) and max(text) >= "\u2e80":
        if given and given[0].tag == qualified("w:rFonts"):
            given[0].set(qualified("w:hint"), "eastAsia")
        else:
            place = 1 if given and given[0].tag == qualified("w:rStyle") else 0
            given.insert(place, tag("w:rFonts", hint="eastAsia"))
    element = tag("w:r", tag("w:rPr", *given) if given else None)
    for place, line in enumerate(text.split("\n")):
        if place:
            element.append(tag("w:br"))
        words = tag("w:t")
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        element.append(words)
    return element


def paragraph(style: str, *content: Element | None, **properties: Element | None) -> Element:
    """A paragraph in a named style.

    Args:
        style: id of the style.
        content: runs, hyperlinks and the like.
        properties: elements of ``w:pPr`` by any name, given in the order of the schema.
    """
    ahead = tag("w:pPr", tag("w:pStyle", val=style), *properties.values())
    return tag("w:p", ahead, *content)


def field(instruction: str) -> list[Element]:
    """Runs of a field that Word computes, such as ``PAGE``, with 1 until it has."""
    code = tag("w:instrText")
    code.text = f" {instruction} "
    return [
        tag("w:r", tag("w:fldChar", fldCharType="begin")),
        tag("w:r", code),
        tag("w:r", tag("w:fldChar", fldCharType="separate")),
        run("1"),
        tag("w:r", tag("w:fldChar", fldCharType="end")),
    ]


def serialised(element: Element) -> bytes:
    """The element as a part of the package."""
    text: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text
