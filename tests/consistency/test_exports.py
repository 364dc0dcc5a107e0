"""Whatever leaves as a spreadsheet: its line in the trail, and nobody's number in the clear.

Design rules 6.2, 6.3 and 6.6, as ADR 0014 reads them: lists leave immediately, so none carries what
would need a second person.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from hearth.exchange.kinds import EXPORTS
from hearth.figures.registry import FIGURES
from hearth.platform.models import AuditEvent
from tests.consistency.scope_world import TOP, World, make_world
from tests.consistency.test_scope_matrix import ALL, API_SPACE, address_of, asker_of, undone
from tests.factories import make_person
from tests.factories_premises import make_order
from tests.factories_visits import ADDRESS, ILLNESS, NAME, make_visit
from tests.worlds import once_a_module

pytestmark = pytest.mark.django_db
SHEETS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv")
BLANK = {"exchange:template", f"{API_SPACE}fetch_template"}
"""Forms to be filled in: they hold no records."""
NUMBER = re.compile(r"(?<![0-9a-f])(?:86)?1[3-9]\d{9}(?![0-9a-f])")
CUSTOMER = (NAME, ADDRESS, ILLNESS)
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def made() -> World:
    """The world of the scope matrix, with people and customers who have numbers."""
    world = make_world()
    outlet = world.east.outlet
    person = make_person(outlet, name="王芳", phone="13800001234")
    person.email = "wang.fang@bank.example"
    person.save(update_fields=["email"])
    for stage in ("requested", "approved", "closed"):
        make_visit(outlet, stage)
    make_order(outlet)
    return world


world = once_a_module(made)


def asked(world: World, role: str, name: str, address: str) -> tuple[Any, list[AuditEvent]]:
    """The answer to a GET, and what the trail says of it."""
    asker = asker_of(world, role, name)
    with undone():
        last = AuditEvent.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        answer = asker.client.get(address, headers=asker.headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        events = list(AuditEvent.objects.filter(seq__gt=last))
    answer.body = body
    return answer, events


def texts(answer: Any) -> str:
    """All that a reader can see in a spreadsheet."""
    if not answer.body.startswith(b"PK"):
        return answer.body.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
        parts = [name for name in book.namelist() if name.startswith("xl/") and name[-4:] == ".xml"]
        return "\n".join(book.read(name).decode() for name in parts)


def is_list(answer: Any) -> bool:
    return answer.headers.get("Content-Type", "").partition(";")[0] in SHEETS


def faults(what: str, answer: Any, events: list[AuditEvent]) -> list[str]:
    """What is wrong about one list that left."""
    told = [e for e in events if e.action.endswith(".exported")]
    wrong = []
    if len(told) != 1 or not isinstance(told[0].data.get("rows"), int):
        wrong.append(f"{what}: in the trail stands {[(e.action, e.data) for e in events]}")
    elif "filters" not in told[0].data:
        wrong.append(f"{what}: the trail does not say how it was narrowed")
    text = texts(answer)
    found = NUMBER.findall(text) + MAIL.findall(text) + [c for c in CUSTOMER if c in text]
    wrong += [f"{what}: {one}" for one in found]
    return wrong


def test_every_list_that_leaves_is_in_the_trail_and_shows_no_number(world):
    seen, wrong = set(), []
    for name in sorted(set(ALL) - BLANK):
        for case in ALL[name]:
            if "get" not in case.methods:
                continue
            role = "auditor" if "audit.view" in case.needs else TOP
            args = case.own(world, world.accounts[role])
            query = case.query(world.east) if case.query else None
            answer, events = asked(world, role, name, address_of(name, args, query))
            if answer.status_code == 200 and is_list(answer):
                seen.add(name)
                wrong += faults(f"{role} {name}", answer, events)

    assert wrong == []
    assert {"network:people-export", "ledgers:export", "scoring:ranking-export"} <= seen
    assert {"audit:export", f"{API_SPACE}export_people"} <= seen
    assert len(seen) >= 20


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_staff_leave_masked_whoever_takes_them(world, form):
    for name in ("network:people-export", f"{API_SPACE}export_people"):
        answer, events = asked(world, TOP, name, f"{reverse(name)}?format={form}")
        assert faults(name, answer, events) == []
        assert "138****1234" in texts(answer)
        assert events[0].action == "people.exported"
        assert events[0].data["format"] == form
        assert events[0].data["rows"] >= 3


def test_no_kind_and_no_figure_shows_a_number_in_its_rows(world):
    wrong = []
    for kind in sorted(set(EXPORTS) - {"units", "people", "tasks"}):
        address = f"{reverse('ledgers:export', args=[kind])}?format=csv"
        answer, events = asked(world, TOP, "ledgers:export", address)
        wrong += faults(kind, answer, events)
    for key in sorted(FIGURES):
        address = f"{reverse('figures:rows-export', args=[key])}?format=csv&as_of=2021-06-30"
        answer, events = asked(world, TOP, "figures:rows-export", address)
        if is_list(answer):
            wrong += faults(key, answer, events)

    assert wrong == []


def test_a_list_is_told_with_its_filters_and_rows(world):
    address = reverse("network:unit-export") + "?format=csv&level=outlet&q=&page=2"

    answer, events = asked(world, TOP, "network:unit-export", address)

    assert answer.status_code == 200
    assert events[0].action == "list.exported"
    assert events[0].data == {
        "list": "units",
        "rows": 5,
        "format": "csv",
        "filters": {"level": "outlet"},
    }
