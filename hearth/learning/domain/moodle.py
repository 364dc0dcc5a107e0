"""Reads Moodle XML, the file in which Moodle hands over its questions.

The file comes from outside, so entities and document types are refused before anything is
believed, nothing is fetched, and texts in HTML lose their markup.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from lxml import etree

from hearth.learning.domain.found import (
    MOST_QUESTIONS,
    Fault,
    Found,
    FoundQuestion,
    code_of,
    lettered,
    plain,
)

_KINDS = {"multichoice", "truefalse", "shortanswer", "numerical", "category"}
_BREAKS = {"p", "br", "div", "li", "tr"}
_LONGEST = 4_000  # of a text, as a sheet allows


def read_moodle(content: bytes) -> Found:
    """All questions of a Moodle XML file, and what could not be taken."""
    found = Found()
    try:
        quiz = _root(content)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        return Found(faults=[Fault(line, "xml_broken")])
    if quiz is None:
        return Found(faults=[Fault(0, "xml_entities")])
    if quiz.tag != "quiz":
        return Found(faults=[Fault(quiz.sourceline or 0, "xml_no_quiz", str(quiz.tag)[:60])])
    topic = ""
    for number, element in enumerate(quiz.iterchildren("question")):
        line, kind = element.sourceline or 0, element.get("type", "")
        if number >= MOST_QUESTIONS:
            found.faults.append(Fault(line, "too_many"))
            break
        if kind == "category":
            topic = _text(element, "category").rpartition("/")[2][:80]
        elif kind not in _KINDS:
            found.faults.append(Fault(line, "xml_kind", kind[:60]))
        else:
            _take(found, element, kind, topic)
    return found


def _root(content: bytes) -> Any:
    """The first element; None where the file declares a type or entities of its own."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(content, parser)
    info = root.getroottree().docinfo
    return None if info.doctype or info.internalDTD is not None else root


def _take(found: Found, element: Any, kind: str, topic: str) -> None:
    line = element.sourceline or 0
    stem = _text(element, "questiontext")
    code = code_of(_plain_text(element, "idnumber") or _text(element, "name"), stem)
    answers = [
        (_fraction(answer), plain(_text(answer))) for answer in element.iterchildren("answer")
    ]
    read = _worth(element, kind, answers)
    if isinstance(read, str):
        found.faults.append(Fault(line, read, code))
        return
    made, options, right = read
    found.questions.append(
        FoundQuestion(
            line,
            code,
            made,
            stem[:_LONGEST],
            options,
            right,
            points=_points(element),
            topic=topic,
            explanation=_text(element, "generalfeedback")[:_LONGEST],
        )
    )


def _worth(
    element: Any, kind: str, answers: list[tuple[float, str]]
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | str:
    """Kind, options and answer; or the code of what is wrong."""
    right = [n for n, (share, text) in enumerate(answers) if share > 0 and text]
    if not right:
        return "no_right_answer"
    if kind == "truefalse":
        return "true_false", (), (answers[right[0]][1].lower(),)
    if kind != "multichoice":
        full = [answers[n][1] for n in right if answers[n][0] >= 100]
        return ("blank", (), tuple(full)) if full else "no_right_answer"
    if len(answers) > 26:
        return "many_options"
    options = lettered([text for _share, text in answers])
    is_single = _plain_text(element, "single").lower() in {"true", "1"}
    if is_single:
        right = [max(right, key=lambda n: answers[n][0])]
    return ("single" if is_single else "multiple", options, tuple(options[n][0] for n in right))


def _fraction(answer: Any) -> float:
    try:
        return float(answer.get("fraction", "0"))
    except ValueError:
        return 0.0


def _points(element: Any) -> int:
    try:
        grade = float(_plain_text(element, "defaultgrade") or "1")
    except ValueError:
        return 1000
    return round(grade * 1000) if 0 <= grade <= 100 else 1000


def _plain_text(element: Any, name: str) -> str:
    """Text directly in a child, such as ``<single>true</single>``."""
    return (element.findtext(name) or "").strip()


def _text(element: Any, name: str = "") -> str:
    """Text of a child's ``<text>``, without the markup that its format says it has."""
    holder = element.find(name) if name else element
    if holder is None:
        return ""
    raw = holder.findtext("text") or ""
    form = holder.get("format", "")
    return _without_markup(raw) if form in {"html", "", "moodle_auto_format"} else raw.strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text.strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)
