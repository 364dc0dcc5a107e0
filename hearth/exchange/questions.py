"""Questions in: the register's own sheet, and the files of other systems, GIFT and Moodle XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hearth.exchange.registers import RegisterImport
from hearth.learning.domain.found import Fault, Found, FoundQuestion
from hearth.learning.domain.gift import read_gift
from hearth.learning.domain.moodle import read_moodle
from hearth.learning.registers import QUESTIONS
from hearth.ledgers.services import apply_rows
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import (
    ImportReport,
    Parsed,
    Progress,
    Row,
    Source,
    UnreadableFile,
    report_of,
)

GIFT, XML = (".gift", ".txt"), (".xml",)


def sentence(code: str) -> str:
    """What is wrong with a question of such a file, and how to mend it."""
    return {
        "gift_description": _("This is a text without an answer; only questions are kept."),
        "gift_unclosed": _("The braces around the answers are not closed."),
        "gift_several": _("A question has one pair of braces. Part it, or escape the others."),
        "gift_essay": _("Open questions are not kept here. Give it answers or leave it out."),
        "gift_matching": _("Matching questions are not kept here. Make choices of it."),
        "gift_answers": _("The answers cannot be read. Begin each with = or ~."),
        "gift_range": _("Only one exact number is taken as an answer."),
        "many_options": _("A choice has at most 26 options."),
        "no_right_answer": _("No answer is marked as right."),
        "no_stem": _("The question has no text."),
        "too_many": _("The file holds more than 100,000 questions. Split it."),
        "xml_broken": _("The file is no sound XML from here on. Export it again."),
        "xml_entities": _("The file declares entities of its own. Export it without them."),
        "xml_kind": _("Questions of this kind are not kept here."),
        "xml_no_quiz": _("This is no Moodle file: it does not begin with <quiz>."),
    }[code]


class QuestionsImport(RegisterImport):
    """Adds questions and changes known ones, from a sheet, GIFT or Moodle XML."""

    def __init__(self) -> None:
        super().__init__(QUESTIONS)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and write all questions, or nothing; there are no options.

        Sheets and files of other systems come in one at a time.

        Raises: as ``RegisterImport.run``; and UnreadableFile ``not_text``.
        """
        foreign = [source for source in sources if _suffix(source) in (*GIFT, *XML)]
        if not foreign:
            return super().run(actor, sources, dry_run=dry_run, options=options, progress=progress)
        if len(foreign) < len(sources):
            raise UnreadableFile(
                "sheet_and_file", _("Send spreadsheets and files of other systems apart.")
            )
        actor.require(self.permission)
        parsed = [_parsed(source) for source in foreign]
        rows = [(one, row) for one in parsed for row in one.rows]
        outcome = apply_rows(
            actor=actor,
            register=QUESTIONS,
            rows=[row for _one, row in rows],
            dry_run=dry_run or any(len(one.errors) for one in parsed),
        )
        for problem in outcome.problems:
            one, row = rows[problem.position]
            one.fault(row, problem.column, problem.reason)
        report = report_of(self.key, *parsed)
        report.dry_run = dry_run
        if report.ok:
            report.created, report.updated = outcome.created, outcome.updated
            report.unchanged = outcome.unchanged
        if progress:
            progress(report.read, report.read)
        return report


def _suffix(source: Source) -> str:
    return Path(source[0] if isinstance(source, tuple) else source).suffix.lower()


def _parsed(source: Source) -> Parsed:
    """The rows of one file, with what is wrong by its lines."""
    name = Path(source[0] if isinstance(source, tuple) else source).name
    content = _content(source, name)
    found = read_moodle(content) if _suffix(source) in XML else read_gift(_text(content, name))
    return _rows(found, Parsed(QUESTIONS.spec, name))


def _rows(found: Found, parsed: Parsed) -> Parsed:
    seen: dict[str, Row] = {}
    parsed.read = len(found.questions) + len(found.faults)
    for fault in found.faults:
        parsed.fault(fault.line, "", sentence(fault.code), fault.value)
    for question in found.questions:
        if not question.stem:
            fault = Fault(question.line, "no_stem", question.code)
            parsed.fault(fault.line, "stem", sentence(fault.code), fault.value)
            continue
        row = _row(question)
        earlier = seen.setdefault(question.code, row)
        if earlier is row:
            parsed.rows.append(row)
        elif earlier[:-1] == row[:-1]:
            parsed.skipped += 1
        else:
            reason = _("Line %(line)s names another question so. Give each a name of its own.")
            parsed.fault(row, "question", reason % {"line": earlier.row_number})
    return parsed


def _row(question: FoundQuestion) -> Row:
    values = {
        "question": question.code,
        "kind": question.kind,
        "stem": question.stem,
        "options": question.options,
        "answer": question.answer,
        "points": question.points,
        "topic": question.topic,
        "explanation": question.explanation,
    }
    spec = QUESTIONS.spec
    cells = [values[column.name] for column in spec.columns]
    row: Row = spec.row_type._make([*cells, question.line])  # type: ignore[attr-defined]
    return row


def _content(source: Source, name: str) -> bytes:
    if isinstance(source, tuple):
        content = source[1].read(settings.HEARTH_UPLOAD_BYTES + 1)
    else:
        with Path(source).open("rb") as file:
            content = file.read(settings.HEARTH_UPLOAD_BYTES + 1)
    if len(content) > settings.HEARTH_UPLOAD_BYTES:
        raise UnreadableFile("too_large", _("%(name)s is too large. Split it.") % {"name": name})
    return content


def _text(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(
        "not_text", _("%(name)s is no text in UTF-8 or GB 18030.") % {"name": name}
    )
