"""From a template and the figures of a day to the parts of a report, in both languages.

What ``compose`` returns is shown, printed, stored and hashed; the same records, template and days
give the same data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.bulletins.composition.wording import (
    DJANGO_LANGUAGE,
    LANGUAGES,
    Block,
    Language,
    Run,
    column,
)
from hearth.bulletins.domain.report_language import Mistake, Nodes, Read, read
from hearth.bulletins.domain.report_telling import (
    NOTHING,
    Known,
    Piece,
    Reading,
    Setting,
    number_text,
    reading_text,
    signed_text,
    tell,
)
from hearth.bulletins.models import TemplateVersion
from hearth.bulletins.reports.asking import (
    Asked,
    closest_earlier,
    known,
    measures,
    require_days,
)
from hearth.figures.addresses import rows_address
from hearth.figures.registry import FIGURES
from hearth.kernel.errors import RuleViolation
from hearth.network.scope import Actor

SCHEMA = 1
_MILLIONTH = Decimal("0.000001")


def mistakes_of(texts: Mapping[Language, str]) -> dict[Language, tuple[Mistake, ...]]:
    """What is wrong with the texts of a template, by language; empty where nothing is."""
    known_measures = measures()
    found = {language: read(text, known_measures).mistakes for language, text in texts.items()}
    return {language: mistakes for language, mistakes in found.items() if mistakes}


def compose(actor: Actor, asked: Asked, version: TemplateVersion) -> dict[str, Any]:
    """The parts of a report as JSON-able data.

    Keys: ``schema``, ``template`` (code, version), ``figures`` (values by key, without words);
    ``zh`` and ``en`` with ``title`` and ``blocks``, and the ``table`` of the figures under the
    title ``annex``, in the form of a bulletin's.

    Args:
        actor: who asks; targets that they may not see are none.
        asked: unit and days.
        version: of the template, as saved or as typed and not saved yet.

    Raises:
        RuleViolation: ``bad_days``; ``template_broken``, a figure that it names is no more.
    """
    require_days(asked)
    texts = {language: _read(version, language) for language in LANGUAGES}
    keys = _keys(texts)
    firsts = frozenset().union(*(one.firsts for one in texts.values()))
    figures = known(actor, asked, keys, firsts)
    composed: dict[str, Any] = {
        "schema": SCHEMA,
        "template": {"code": version.template.code, "version": version.number},
        "figures": {key: _stored(one) for key, one in figures.items()},
    }
    for language in LANGUAGES:
        with translation.override(DJANGO_LANGUAGE[language]):
            named = {k: replace(one, name=str(FIGURES[k].name)) for k, one in figures.items()}
            composed[language] = _told(texts[language].nodes, named, _Voice(language, asked))
    return composed


def with_earlier(asked: Asked, version: TemplateVersion) -> Asked:
    """The same question, compared with the day that is fair for this template's figures (RP-06).

    Raises:
        RuleViolation: ``template_broken``, a figure that it names is no more.
    """
    keys = _keys({language: _read(version, language) for language in LANGUAGES})
    return replace(asked, earlier=closest_earlier(asked, keys))


def _keys(texts: Mapping[Language, Read]) -> list[str]:
    return list(dict.fromkeys(key for one in texts.values() for key in one.keys))


def _read(version: TemplateVersion, language: Language) -> Read:
    found = read(version.text(language), measures())
    if found.mistakes:
        raise RuleViolation(
            "template_broken",
            _(
                "Version %(n)s of the template %(code)s names what is no more (line %(line)s)."
                " Write a new version of it."
            )
            % {
                "n": version.number,
                "code": version.template.code,
                "line": found.mistakes[0].line,
            },
        )
    return found


def _told(nodes: Nodes, figures: Mapping[str, Known], voice: _Voice) -> dict[str, Any]:
    lines = tell(nodes, voice.setting, figures)
    title = next((line.plain.strip() for line in lines if line.kind == "title"), "")
    return {
        "title": title or voice.asked.unit.name,
        "blocks": [
            {"kind": "heading", "text": line.plain}
            if line.kind == "heading"
            else {"kind": "text", "runs": [voice.run(piece) for piece in line.pieces]}
            for line in lines
            if line.kind != "title"
        ],
        "annex": _("The figures of this report"),
        "table": voice.table(figures),
    }


class _Voice:
    """One language speaking about one question; its catalogue must be active."""

    def __init__(self, language: Language, asked: Asked) -> None:
        self.language = language
        self.asked = asked
        self.setting = Setting(language, asked.unit.name, asked.as_of, asked.start, asked.earlier)

    def run(self, piece: Piece) -> Run:
        """Words, or a number that opens its rows on its day."""
        if not piece.key or piece.text == NOTHING:
            return {"t": piece.text}
        return self.number(piece.text, piece.key, is_then=piece.time == "then")

    def number(self, text: str, key: str, *, is_then: bool = False) -> Run:
        """A number that opens its rows."""
        asked, figure = self.asked, FIGURES[key]
        day, since = asked.as_of, asked.start
        if is_then and asked.earlier is not None and asked.earlier_start is not None:
            day, since = asked.earlier, asked.earlier_start
        return {
            "t": text,
            "to": rows_address(figure, asked.unit.code, day, since),
            "at": asked.path,
            "may": figure.source.permission,
        }

    def table(self, figures: Mapping[str, Known]) -> Block:
        """Every figure of the report with its values: the annex."""
        compared = self.asked.earlier is not None
        columns = [column(_("Figure")), column(pgettext("figure", "Value"), "right")]
        if compared:
            columns += [
                column(_("On the earlier day"), "right"),
                column(pgettext("figure", "Change"), "right"),
            ]
        columns.append(column(_("Records"), "right"))
        return {
            "kind": "table",
            "caption": "",
            "columns": columns,
            "rows": [self.row(key, one, compared) for key, one in figures.items()],
            "note": "",
        }

    def row(self, key: str, one: Known, compared: bool) -> Sequence[str | Run]:
        """One figure."""
        cells: list[str | Run] = [one.name, self.cell(one, key, one.now)]
        if compared:
            cells.append(self.cell(one, key, one.then, is_then=True))
            cells.append(signed_text(one, self.language))
        cells.append(number_text("count", Decimal(one.now.records), self.language))
        return cells

    def cell(
        self, one: Known, key: str, reading: Reading | None, *, is_then: bool = False
    ) -> str | Run:
        """A value that opens its rows; a dash opens nothing."""
        text = reading_text(one.measure, reading, self.language)
        return text if text == NOTHING else self.number(text, key, is_then=is_then)


def _stored(one: Known) -> dict[str, Any]:
    """The values of one figure, without words."""
    return {
        "measure": one.measure,
        "now": _plain(one.now),
        "then": None if one.then is None else _plain(one.then),
        "target": None if one.aim is None else str(one.aim.number),
    }


def _plain(reading: Reading) -> dict[str, Any]:
    number = reading.number
    return {
        "number": None if number is None else f"{number.quantize(_MILLIONTH).normalize():f}",
        "records": reading.records,
        "part": reading.part,
        "whole": reading.whole,
    }
