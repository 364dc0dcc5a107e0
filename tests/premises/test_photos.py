"""Photos of the premises' records."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.platform import files
from hearth.platform.models import AuditEvent
from hearth.premises.models import OrderPhoto, SignPhoto, WorkOrder
from hearth.premises.services.photos import MOST_PHOTOS, add_photo, remove_photo
from tests.factories import Tree, make_actor, make_tree
from tests.factories_inspections import photo
from tests.factories_premises import make_order, make_sign

pytestmark = pytest.mark.django_db
ONE = uuid.UUID(int=1)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def add(tree: Tree, order: WorkOrder, uuid: uuid.UUID = ONE, caption: str = "before") -> object:
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    return add_photo(actor=head, record=order, uuid=uuid, content=photo(), caption=caption)


def test_a_photo_is_kept_once_and_taken_off(tree: Tree) -> None:
    order = make_order(tree.east_outlets[0])
    assert add(tree, order) == add(tree, order)
    kept = OrderPhoto.objects.get()
    assert files.path_of(kept.sha256).exists()
    assert kept.caption == "before"
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    remove_photo(actor=head, record=order, uuid=ONE)
    assert not OrderPhoto.objects.exists()
    actions = AuditEvent.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["premises.photo_added", "premises.photo_removed"]


def test_a_sign_has_photos_where_its_outlet_lies_now(tree: Tree) -> None:
    sign = make_sign(tree.east_outlets[0], unit_path=tree.west.path)
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    add_photo(actor=head, record=sign, uuid=ONE, content=photo())
    assert SignPhoto.objects.get().record == sign


@pytest.mark.parametrize(
    ("content", "caption", "code"),
    [(b"no picture", "after", "not_a_picture"), (b"", "beside", "caption_unknown")],
)
def test_what_is_no_photo_of_the_work(tree: Tree, content: bytes, caption: str, code: str) -> None:
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    order = make_order(tree.east_outlets[0])
    with pytest.raises(RuleViolation) as refused:
        add_photo(actor=head, record=order, uuid=ONE, content=content, caption=caption)
    assert refused.value.code == code


def test_a_uuid_names_one_photo(tree: Tree) -> None:
    add(tree, make_order(tree.east_outlets[0]))
    with pytest.raises(RuleViolation, match="UUID"):
        add(tree, make_order(tree.east_outlets[0]))


def test_a_record_keeps_so_many_photos(tree: Tree) -> None:
    order = make_order(tree.east_outlets[0])
    for number in range(MOST_PHOTOS):
        add(tree, order, uuid.UUID(int=number + 10))
    with pytest.raises(RuleViolation) as refused:
        add(tree, order, uuid.UUID(int=99))
    assert refused.value.code == "too_many_photos"


def test_evidence_stays(tree: Tree) -> None:
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    order = make_order(tree.east_outlets[0])
    add(tree, order)
    WorkOrder.objects.update(done_on=date(2021, 5, 12), verified_at=timezone.now())
    order.refresh_from_db()
    with pytest.raises(RuleViolation) as refused:
        remove_photo(actor=head, record=order, uuid=ONE)
    assert refused.value.code == "kept"


def test_nobody_adds_photos_elsewhere_or_to_what_was_taken_back(tree: Tree) -> None:
    order = make_order(tree.west_outlets[0])
    with pytest.raises(NotAllowed):
        add(tree, order)
    gone = make_order(tree.east_outlets[0], withdrawn_at=timezone.now())
    with pytest.raises(RuleViolation) as refused:
        add(tree, gone)
    assert refused.value.code == "withdrawn"
