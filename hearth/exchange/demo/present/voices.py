"""Cases in the column and one that waits; slogans of the weeks that are handed in just now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.network.scope import Actor
from hearth.voices.models import Case, Entry, Solicitation
from hearth.voices.services import cases, entries

_OPENED = 14  # days before today
_OPEN_FOR = timedelta(days=35)


def ledgers(stage: Stage) -> dict[str, Sequence[Row]]:
    """What is asked just now, as a row of its register."""
    opens = stage.today - timedelta(days=_OPENED)
    return {
        "solicitations": [
            {
                "solicitation": _code(stage),
                "title": "岁寒情暖：服务标语和厅堂名称征集",
                "unit": stage.cast.province.code,
                "text": "一句话说出您心里的服务，或为网点的休息区起一个名字；手机上就能提交。",
                "opens_on": str(opens),
                "closes_on": str(opens + _OPEN_FOR),
            }
        ]
    }


def _code(stage: Stage) -> str:
    return f"{stage.today.year}-WARM"


def stories(stage: Stage) -> Iterator[Story]:
    """One for each case and entry, one for what was chosen of what was asked before."""
    for number, row in enumerate(content_rows("cases")):
        yield _case(stage, row, number)
    for number, row in enumerate(content_rows("slogans")):
        yield _entry(stage, row, number)
    yield _chosen(stage)


def _author(stage: Stage, row: Row) -> Actor:
    if row["author"] == "staff":
        return stage.cast.staff
    return stage.cast.head(int(row["author"])).actor


def _case(stage: Stage, row: Row, number: int) -> Story:
    author, manager, day = _author(stage, row), stage.cast.manager, int(row["on"])
    yield stage.at(day, 17, number)
    text = row["text"].replace("\\n", "\n")
    case = cases.write_case(actor=author, said=cases.CaseText(row["title"], text, row["pillar"]))
    yield stage.at(day, 17, 20 + number)
    case = cases.submit_case(actor=author, pk=case.pk, version=case.version)
    if row["ends"] == "waiting":
        return
    yield stage.at(day + 2, 10, number)
    case = cases.approve_case(
        actor=manager, pk=case.pk, version=case.version, note="有细节，有做法，可推广"
    )
    yield stage.at(day + 3, 9, number)
    case = cases.publish_case(actor=manager, pk=case.pk, version=case.version)
    yield from _liked(stage, case, day + 3, number)


def _liked(stage: Stage, case: Case, day: int, number: int) -> Story:
    """On the same afternoon some readers like it."""
    chance = stage.chance("likes", number)
    players = [*stage.cast.branches, *stage.cast.heads]
    readers = [stage.cast.staff, *(player.actor for player in chance.shuffled(players))]
    readers = list({reader.user_id: reader for reader in readers}.values())
    for place, reader in enumerate(readers[: 4 + chance.below(9)]):
        if reader.user_id != case.recorded_by_id:
            yield stage.at(day, 14, 3 * place)
            cases.like_case(actor=reader, pk=case.pk, likes=True)


def _entry(stage: Stage, row: Row, number: int) -> Story:
    yield stage.at(int(row["on"]), 12, number)
    asked = Solicitation.objects.standing().get(code=_code(stage))
    entries.hand_in(
        actor=_author(stage, row),
        solicitation_id=asked.pk,
        uuid=stage.uuid("slogan", number),
        kind=row["kind"],
        text=row["text"],
    )


def _chosen(stage: Stage) -> Story:
    """Of what was handed in in spring one name and one slogan were chosen."""
    asked = Solicitation.objects.standing().filter(
        code=f"{stage.today.year}-BRAND", closes_on__lt=stage.today - timedelta(days=30)
    )
    solicitation = asked.first()
    if solicitation is None:
        return
    yield stage.on(solicitation.closes_on + timedelta(days=20), 15)
    for kind in Entry.Kind.values:
        rows = Entry.objects.standing().filter(solicitation=solicitation, kind=kind)
        entry = rows.order_by("code").first()
        if entry is not None:
            entries.choose(actor=stage.cast.manager, entry_id=entry.pk, version=entry.version)
