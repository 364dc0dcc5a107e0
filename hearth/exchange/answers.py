"""Checks with every answer: a row a check, a column a criterion of their one edition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.inspections.enums import Channel
from hearth.inspections.models import InspectionQuerySet
from hearth.platform.spreadsheets import Column, Table
from hearth.standards.models import Edition
from hearth.standards.queries import criteria_of

CHUNK = 1000
_HEAD = (
    Column("uuid", gettext_lazy("Number"), "code"),
    Column("inspected_on", gettext_lazy("Date"), "date"),
    Column("unit", gettext_lazy("Outlet (code)"), "code"),
    Column("unit_name", gettext_lazy("Outlet")),
    Column("channel", gettext_lazy("Channel"), "choice", choices=Channel.choices),
    Column("score", gettext_lazy("Score"), "centi"),
)
_REMARKS = Column("remarks", gettext_lazy("Anything else worth telling"))


def answers_table(edition: Edition, rows: InspectionQuerySet, *, most: int) -> Table:
    """Every answer of the checks by ``edition`` among ``rows``, read as they are written out.

    A cell holds the verdict in the reader's language, followed by what was counted or measured
    where that was: "不符合 3", "符合 17.5". Notes and photos stay with the check.

    Args:
        edition: whose criteria become columns, in its order.
        rows: the checks that the actor reaches, in the wanted order; those by other editions are
            left out.
        most: so many checks at most.
    """
    criteria = list(criteria_of(edition))
    columns = [*_HEAD, *(Column(code, code) for code in criteria), _REMARKS]
    chosen = rows.filter(edition=edition).values_list(
        "uuid",
        "inspected_on",
        "unit__code",
        "unit__name",
        "channel",
        "score_centi",
        "document",
    )[:most]
    body = _written(chosen.iterator(chunk_size=CHUNK), criteria)
    return Table(f"answers-{edition.standard.code}-{edition.edition}", columns, body)


def _written(rows: Iterator[tuple[Any, ...]], criteria: list[str]) -> Iterator[tuple[Any, ...]]:
    words = {
        "met": _("Met"),
        "not_met": _("Not met"),
        "not_applicable": _("Not applicable"),
        "not_observable": _("Cannot see"),
    }
    place = {code: number for number, code in enumerate(criteria)}
    plain = {verdict: [words[verdict]] * len(criteria) for verdict in ("met", "not_observable")}
    for uuid, *head, document in rows:
        answers = plain[document.get("unlisted", "met")].copy()
        for mark in document["marks"]:
            at, value = place.get(mark["criterion"]), mark.get("value")
            if at is not None:
                word = words[mark["verdict"]]
                answers[at] = f"{word} {value}" if value else word
        yield (str(uuid), *head, *answers, document.get("remarks", ""))
