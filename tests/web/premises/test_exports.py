"""Lists of signs and work orders leave as they are filtered."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.factories import make_tree
from tests.factories_premises import make_order, make_sign
from tests.web.premises.pages import english

pytestmark = pytest.mark.django_db


def exported(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_orders_leave_as_filtered() -> None:
    tree = make_tree()
    make_order(tree.east_outlets[0], order_no="=1+1", kind="repair")
    make_order(tree.east_outlets[0], kind="clean")
    make_order(tree.west_outlets[0], kind="repair")
    manager = english("branch_manager", tree.east)
    link = "/premises/orders/export/?kind=repair&amp;format=xlsx"
    assert link in manager.get("/premises/orders/?kind=repair").content.decode()
    (row,) = exported(manager.get("/premises/orders/export/?kind=repair&format=csv"))
    assert "'=1+1" in row.values()  # never a formula
    assert len(exported(manager.get("/premises/orders/export/?format=csv"))) == 2
    assert english("inspector", tree.province).get("/premises/orders/export/").status_code == 403


def test_signs_leave_as_filtered() -> None:
    tree = make_tree()
    box = make_sign(tree.east_outlets[0], kind="lightbox")
    make_sign(tree.east_outlets[1], kind="lintel")
    make_sign(tree.west_outlets[0], kind="lightbox")
    manager = english("branch_manager", tree.east)
    assert "/premises/signs/export/?kind=lightbox" in (
        manager.get("/premises/signs/?kind=lightbox").content.decode()
    )
    (row,) = exported(manager.get("/premises/signs/export/?kind=lightbox&format=csv"))
    assert box.sign_no in row.values()
    assert manager.get("/premises/signs/export/?unit=W").status_code == 404
