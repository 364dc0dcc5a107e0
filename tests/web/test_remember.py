"""Remembered until a record moves: which events move one, and that every one of them is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from hearth.network.models import Unit
from hearth.network.services.units import edit_unit
from hearth.platform import audit
from hearth.web.audit.words import ACTIONS
from hearth.web.remember import MOVING, OF_PEOPLE, remembered, stamp
from tests.factories import make_actor, make_tree

NEVER = {
    "account": "who may sign in",
    "grant": "who may do what",
    "token": "who may do what",
    "audit": "reading the trail",
    "system": "backups",
    "secrets": "keys",
    "edition": "a published one never changes; a check counts by the one that it was made by",
    "assignment": "who is to check",
    "draft": "a check counts once it is released",
    "evidence": "of a check",
    "deadline": "for rectifications yet to be opened",
    "visit": "counts when it is entered into the ledger, by visit.counted",
    "visit_rules": "for visits yet to be made",
    "sample": "verifies activities and changes none",
    "sample_rate": "for samples yet to be drawn",
    "programme": "of the plan, which stands above the figures",
    "plan": "the same",
    "task": "the same",
    "meeting": "the same",
    "target": "the same",
    "document": "the same",
    "case": "no figure counts cases",
    "view": "what somebody looks at again",
    "bulletin": "frozen; tells of figures",
    "label": "the codes on assets",
    "labels": "the same",
    "readings": "no figure counts them; who is listed does, by watchlist.approved",
    "people": "exports",
    "list": "the same",
    "report": "kept as it was told",
    "report_template": "words around figures",
}
"""Rooms whose actions move no figure, but those that ``MOVING`` names."""
STILL = {
    "standard.ranked": "for checks yet to be made",
    "entry.chosen": "it was handed in before",
    "policy.saved": "until it is approved",
    "policy.proposed": "the same",
    "policy.rejected": "the same",
    "adjustment.rejected": "it never counted",
    "adjustment.withdrawal_proposed": "it counts until another approves that",
    "adjustment.withdrawal_rejected": "the same",
    "person.read": "reading",
    "rectification.accepted": "it stays with the outlet",
    "rectification.told": "a notice",
    "activity.confirmed": "an activity counts from its entry",
    "activity.returned": "the same",
    "activity.history_confirmed": "the same",
    "sign_in.opened": "nobody has come yet",
    "order.started": "it waits as before",
    "sign.described": "words and a warranty",
    "premises.photo_added": "no figure asks for proof of the premises",
    "premises.photo_removed": "the same",
    "trip.planned": "counts when a stop is visited",
    "trip.changed": "the same",
    "trip.cancelled": "the same",
    "trip.stop_left_out": "the same",
    "experience.idea_decided": "an idea stays one",
    "watchlist.created": "a list is empty at first",
    "watchlist.kept": "a measure",
    "watchlist.followed": "the same",
    "upkeep_plan.made": "until it opens an order",
    "upkeep_plan.ended": "the same",
    "watchlist.rule_proposed": "counts when an entry is approved",
    "watchlist.rule_approved": "the same",
    "watchlist.proposed": "the same",
    "watchlist.seconded": "the same",
    "watchlist.declined": "the same",
    "watchlist.lapsed": "the same",
}
"""Single actions that move none."""


def test_whatever_moves_a_figure_forgets_what_was_remembered():
    """A new action: does it change a record that a figure counts? Then into MOVING with it."""
    explained = {action for action in ACTIONS if action.partition(".")[0] in NEVER}

    unclear = set(ACTIONS) - explained - set(STILL) - set(MOVING)

    assert sorted(unclear) == []
    assert sorted(set(STILL) & set(MOVING)) == []
    assert sorted(set(STILL) - set(ACTIONS)) == []


@pytest.mark.parametrize("action", sorted({*MOVING, *OF_PEOPLE}))
def test_what_forgets_is_an_event_that_some_service_writes(action):
    sources = [
        path.read_text(encoding="utf-8")
        for path in Path(settings.PACKAGE_DIR).rglob("*.py")
        if "web" not in path.relative_to(settings.PACKAGE_DIR).parts
    ]

    room, _dot, verb = action.partition(".")
    in_parts = (f'f"{room}.{{', f'"{verb}"')  # as rectifications name theirs by the step
    assert any(f'"{action}"' in source for source in sources) or all(
        any(part in source for source in sources) for part in in_parts
    )


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
