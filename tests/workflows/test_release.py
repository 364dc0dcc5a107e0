"""Releasing checks, one or many, and telling the heads of the outlet."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from hearth.inspections.models import Inspection
from hearth.kernel.errors import RuleViolation
from hearth.network.models import Grant
from hearth.platform.models import Notice
from hearth.workflows.release import release_inspection, release_inspections
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def reviewer(tree):
    return make_actor("reviewer")


def reviewed(unit, edition, *marks, **fields):
    return make_inspection(unit, edition, *marks, status="reviewed", **fields)


def test_the_heads_of_the_outlet_are_told_without_naming_anyone(tree, edition, reviewer):
    outlet = tree.east_outlets[0]
    head, other = make_user("outlet_head", unit=outlet), make_user("outlet_head", unit=tree.west)
    former = make_user("outlet_head", unit=outlet)
    Grant.objects.filter(user=former).update(valid_to=date(2020, 1, 1))
    shopper = make_user("mystery_shopper", name="Zhao Shopper")
    check = reviewed(outlet, edition, mark("B01"), channel="mystery", by=shopper)

    release_inspection(actor=reviewer, uuid=check.uuid, version=1)

    notice = Notice.objects.get()
    assert notice.user == head
    assert other.notices.count() == 0
    assert notice.url == f"/inspections/{check.uuid}/"
    assert notice.params == {
        "channel": "mystery",
        "on": "2021-05-20",
        "findings": 1,
        "score_centi": 9200,
    }


def test_what_is_refused_tells_nobody(tree, edition, reviewer):
    make_user("outlet_head", unit=tree.outlets[0])
    check = make_inspection(tree.outlets[0], edition, status="submitted")

    with pytest.raises(RuleViolation):
        release_inspection(actor=reviewer, uuid=check.uuid, version=1)

    assert not Notice.objects.exists()


def test_of_many_each_stands_or_falls_by_itself(tree, edition, reviewer):
    good, stale, not_reviewed, elsewhere = (
        reviewed(tree.east_outlets[0], edition),
        reviewed(tree.east_outlets[1], edition),
        make_inspection(tree.east_outlets[2], edition, status="submitted"),
        reviewed(tree.west_outlets[0], edition),
    )
    Inspection.objects.filter(pk=stale.pk).update(version=5)
    east = make_actor("reviewer", unit=tree.east)
    chosen = [
        f"{stale.uuid}:1",
        f"{not_reviewed.uuid}:1",
        f"{elsewhere.uuid}:1",
        f"{uuid.uuid4()}:1",
        f"{good.uuid}:1",
    ]

    released, refused = release_inspections(actor=east, chosen=chosen)

    assert released == 1
    assert len(refused) == 4
    assert all(refused)
    assert list(Inspection.objects.counted()) == [good]


@pytest.mark.parametrize("wrong", ["", "x", ":", "x:1", "{}:", "{}:x", "{}:²", "{}:1:2", "{}"])
def test_what_no_form_of_ours_sends_is_left_out(tree, edition, reviewer, wrong):
    check = reviewed(tree.outlets[0], edition)

    released, refused = release_inspections(
        actor=reviewer, chosen=[wrong.replace("{}", str(check.uuid)), f"{check.uuid}:1"]
    )

    assert (released, len(refused)) == (1, 1)
