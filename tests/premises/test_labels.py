"""Labels on signs and facilities."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.premises.models import AssetLabel, Sign
from hearth.premises.queries.labels import labels_of, open_label
from hearth.premises.services.labels import make_labels, replace_label
from hearth.premises.services.orders import Done, NewSign, finish_order
from tests.factories import Tree, make_actor, make_tree
from tests.factories_premises import make_facility_check, make_order, make_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def head(tree: Tree) -> Actor:
    return make_actor("outlet_head", unit=tree.east_outlets[0])


def test_what_hangs_and_what_is_there_gets_a_label(tree: Tree, head: Actor) -> None:
    outlet = tree.east_outlets[0]
    sign = make_sign(outlet)
    make_sign(outlet, retired_on=date(2021, 5, 1))
    make_facility_check(outlet, "ramp")
    make_facility_check(outlet, "wheelchair", present=False)
    make_sign(tree.east_outlets[1])
    assert make_labels(actor=head, unit=outlet) == 2
    assert make_labels(actor=head, unit=outlet) == 0
    labels = labels_of(outlet)
    assert [(one.sign, str(one.facility or "")) for one in labels] == [
        (sign, ""),
        (None, "无障碍坡道"),
    ]
    assert len({one.token for one in labels} | {"x" * 20}) == 3
    assert all(len(one.token) == 20 for one in labels)
    assert AuditEvent.objects.filter(action="labels.made").count() == 1


def test_a_label_is_replaced_alone(tree: Tree, head: Actor) -> None:
    sign = make_sign(tree.east_outlets[0])
    make_labels(actor=head, unit=sign.unit)
    (old,) = labels_of(sign.unit)
    fresh = replace_label(actor=head, label=old)
    assert labels_of(sign.unit) == [fresh]
    assert fresh.token != old.token
    found = open_label(old.token)
    assert found is not None
    assert found.ended_at is not None
    with pytest.raises(RuleViolation):
        replace_label(actor=head, label=old)


def test_labels_are_made_and_replaced_by_who_keeps_the_outlet(tree: Tree, head: Actor) -> None:
    stranger = make_actor("branch_manager", unit=tree.west)
    sign = make_sign(tree.east_outlets[0])
    with pytest.raises(NotAllowed):
        make_labels(actor=stranger, unit=sign.unit)
    make_labels(actor=head, unit=sign.unit)
    with pytest.raises(NotAllowed):
        replace_label(actor=stranger, label=labels_of(sign.unit)[0])


def test_a_label_ends_with_its_sign(tree: Tree, head: Actor) -> None:
    sign = make_sign(tree.east_outlets[0])
    make_labels(actor=head, unit=sign.unit)
    token = labels_of(sign.unit)[0].token
    assert open_label(token).ended_at is None  # type: ignore[union-attr]
    order = make_order(sign.unit, kind="replace", sign=sign)
    done = Done(date(2021, 5, 12), new_sign=NewSign("L-NEW", "lightbox"))
    finish_order(actor=head, order=order, version=1, done=done)
    assert AssetLabel.objects.get(token=token).ended_at is not None
    assert make_labels(actor=head, unit=sign.unit) == 1


def test_a_label_ends_with_a_sign_that_is_taken_down_or_back_in_the_ledger(
    tree: Tree, head: Actor
) -> None:
    for gone in ({"retired_on": date(2021, 5, 1)}, {"withdrawn_at": timezone.now()}):
        sign = make_sign(tree.east_outlets[0])
        label = AssetLabel.objects.create(unit=sign.unit, sign=sign)
        Sign.objects.filter(pk=sign.pk).update(**gone)
        assert open_label(label.token).ended_at is not None  # type: ignore[union-attr]
        assert labels_of(sign.unit) == []


def test_no_label_for_any_other_token(tree: Tree) -> None:
    assert open_label("nothing") is None
