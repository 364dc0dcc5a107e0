"""A hazard of a sign that a check by a standard found: ordered, done, and seen from both sides."""

from __future__ import annotations

import pytest

from hearth.kernel.errors import RuleViolation
from hearth.premises.models import WorkOrder
from hearth.premises.services.orders import OrderText, open_order
from hearth.rectification.models import Rectification
from tests.factories import Tree, make_actor, make_tree
from tests.factories_premises import make_sign
from tests.factories_rectification import make_rectification
from tests.factories_standards import make_edition
from tests.web.premises.pages import english

pytestmark = pytest.mark.django_db
NEW = "/premises/orders/new/"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def row(tree: Tree) -> Rectification:
    return make_rectification(tree.east_outlets[0], make_edition(), "A01")


def test_a_finding_becomes_an_order_of_a_sign(tree: Tree, row: Rectification) -> None:
    box = make_sign(tree.east_outlets[0], kind="lightbox")
    elsewhere = make_sign(tree.east_outlets[1])
    head = english("outlet_head", tree.east_outlets[0])
    finding = f"/rectification/{row.pk}/"
    address = f"{NEW}?rectification={row.pk}"
    assert address in head.get(finding).content.decode()

    form = head.get(address)
    start = form.context["form"].initial
    assert (start["unit"], start["kind"]) == ("E1", "repair")
    text = form.content.decode()
    assert f'<option value="{box.sign_no}">' in text
    assert elsewhere.sign_no not in text

    said = {"unit": "E1", "kind": "repair", "sign": box.sign_no, "rectification": row.pk}
    made = head.post(address, said, follow=True)
    order = WorkOrder.objects.get()
    assert order.finding == row.finding
    assert finding in made.content.decode()
    assert order.order_no in head.get(finding).content.decode()
    assert "Found by a check" in head.get(f"/premises/signs/{box.pk}/").content.decode()


def test_a_finding_of_another_unit_is_refused(tree: Tree, row: Rectification) -> None:
    other = english("outlet_head", tree.west_outlets[0])
    assert other.get(f"{NEW}?rectification={row.pk}").status_code == 404
    assert other.get(f"{NEW}?rectification=x").status_code == 404
    foreign = other.post(NEW, {"unit": "W1", "kind": "repair", "rectification": row.pk})
    assert foreign.status_code == 422
    manager = english("branch_manager", tree.east)
    wrong = manager.post(NEW, {"unit": "E2", "kind": "repair", "rectification": row.pk})
    assert wrong.status_code == 422
    assert "found this at another outlet" in wrong.content.decode()
    assert not WorkOrder.objects.exists()


def test_the_service_asks_again(tree: Tree, row: Rectification) -> None:
    text = OrderText(tree.east_outlets[1], "repair", row.opened_on, finding=row.finding)
    with pytest.raises(RuleViolation) as refused:
        open_order(actor=make_actor("branch_manager", unit=tree.east), text=text)
    assert refused.value.code == "finding_elsewhere"


def test_who_keeps_no_premises_is_offered_no_order(tree: Tree, row: Rectification) -> None:
    reader = english("auditor", tree.province)
    assert NEW not in reader.get(f"/rectification/{row.pk}/").content.decode()


def test_a_second_press_opens_no_second_order(tree: Tree) -> None:
    head = english("outlet_head", tree.east_outlets[0])
    page = head.get(NEW).context["form"]
    said = {"unit": "E1", "kind": "repair", "uuid": page["uuid"].value()}

    first, second = (head.post(NEW, said) for _press in range(2))

    order = WorkOrder.objects.get()
    assert first.url == second.url == f"/premises/orders/{order.pk}/"
    said["uuid"] = head.get(NEW).context["form"]["uuid"].value()
    head.post(NEW, said)
    assert WorkOrder.objects.count() == 2  # another page, another order
