"""Remembered until a record moves: which events move one, and that every one of them is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from hearth.network.models import Unit
from hearth.network.services.units import edit_unit
from hearth.platform import audit
from hearth.web.remember import MOVING, OF_PEOPLE, remembered, stamp
from tests.factories import make_actor, make_tree


@pytest.mark.parametrize("action", sorted({*MOVING, *OF_PEOPLE}))
def test_what_forgets_is_an_event_that_some_service_writes(action):
    sources = [
        path.read_text(encoding="utf-8")
        for path in Path(settings.PACKAGE_DIR).rglob("*.py")
        if "web" not in path.relative_to(settings.PACKAGE_DIR).parts
    ]

    assert any(f'"{action}"' in source for source in sources)


@pytest.mark.django_db
def test_a_change_of_the_tree_is_seen_at_once():
    tree = make_tree()

    def names():
        return list(Unit.objects.filter(pk=tree.west.pk).values_list("name", flat=True))

    before = remembered("names", (), stamp(), names)

    edit_unit(make_actor("programme_manager"), tree.west, version=1, sets={"name": "西山分行"})

    assert before == ["西城分行"]
    assert remembered("names", (), stamp(), names) == ["西山分行"]


@pytest.mark.django_db
def test_the_stamp_is_the_newest_of_its_events_and_one_query(django_assert_num_queries):
    assert stamp() == 0
    with transaction.atomic():
        for action in ("unit.edited", "inspection.released", "person.read"):
            last = audit.record(audit.System(), action).seq

    with django_assert_num_queries(1):
        assert stamp() == last - 1
    assert stamp(OF_PEOPLE) == last - 2
    assert audit.newest(["person.read"]) == last
