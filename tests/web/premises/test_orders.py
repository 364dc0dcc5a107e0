"""Work orders and signs on their pages."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hearth.premises.models import Sign, WorkOrder
from tests.factories import Tree, make_tree, make_user
from tests.factories_premises import make_order, make_sign
from tests.web.premises.pages import english, queries, upload

pytestmark = pytest.mark.django_db
LIST = "/premises/orders/"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def head(tree: Tree) -> Client:
    return english("outlet_head", tree.east_outlets[0])


def step(client: Client, order: WorkOrder, name: str, **said: Any) -> Any:
    address = reverse("premises:order-step", args=[order.pk, name])
    return client.post(address, {"version": order.version} | said)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


# --- the list -----------------------------------------------------------------------------------


def test_the_list_says_what_waits(tree: Tree, head: Client) -> None:
    make_order(tree.east_outlets[0], due_on=date(2021, 5, 11))
    make_order(tree.east_outlets[0], done_on=date(2021, 5, 11))
    make_order(tree.west_outlets[0], order_no="FOREIGN")
    page = text(head.get(LIST))
    assert "1 work order is not done yet." in page
    assert "<strong>1</strong> is late." in page
    assert "<strong>1</strong> waits for another person" in page
    assert "FOREIGN" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"LATE", "DONE", "CLEAN"}),
        ("state=late", {"LATE"}),
        ("state=done", {"DONE"}),
        ("kind=clean", {"CLEAN"}),
        ("q=done", {"DONE"}),
        ("under=E1", {"LATE", "DONE", "CLEAN"}),
        ("under=W1", set()),
        ("since=2021-06-01", {"CLEAN"}),
        ("until=2021-05-31", {"LATE", "DONE"}),
        ("since=nonsense", {"LATE", "DONE", "CLEAN"}),
    ],
)
def test_the_list_is_narrowed(tree: Tree, head: Client, query: str, found: set[str]) -> None:
    outlet = tree.east_outlets[0]
    make_order(outlet, order_no="LATE", due_on=date(2021, 5, 11))
    make_order(outlet, order_no="DONE", done_on=date(2021, 5, 11))
    make_order(outlet, order_no="CLEAN", kind="clean", opened_on=date(2021, 6, 2))
    page = text(head.get(f"{LIST}?{query}"))
    assert {no for no in ("LATE", "DONE", "CLEAN") if f">{no}</a>" in page} == found


def test_an_empty_list_says_what_to_do(tree: Tree, head: Client) -> None:
    assert "No work order yet" in text(head.get(LIST))
    assert "No work order matches" in text(head.get(f"{LIST}?state=done"))
    part = head.get(LIST, headers={"HX-Request": "true"})
    assert "<html" not in text(part)


def test_the_list_takes_the_same_queries_for_many_rows(tree: Tree, head: Client) -> None:
    make_order(tree.east_outlets[0], sign=make_sign(tree.east_outlets[0]))
    few = queries(head, LIST)
    for _n in range(24):
        make_order(tree.east_outlets[0], sign=make_sign(tree.east_outlets[0]))
    assert queries(head, LIST) == few


# --- a new one ----------------------------------------------------------------------------------


def test_an_order_is_opened_from_a_sign(tree: Tree, head: Client) -> None:
    sign = make_sign(tree.east_outlets[0])
    address = f"{LIST}new/?unit=E1&sign={sign.sign_no}"
    assert sign.sign_no in text(head.get(address))
    sent = head.post(address, {"unit": "E1", "sign": sign.sign_no, "kind": "clean"})
    order = WorkOrder.objects.get()
    assert (sent.status_code, order.sign, order.kind) == (302, sign, "clean")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"unit": "W1"}, "There is no unit with the code W1"),
        ({"unit": "E1", "sign": "NONE"}, "There is no sign NONE"),
        ({"unit": "E1", "due_on": "2020-01-01"}, "cannot be due before"),
        ({"unit": "E1", "facility": "999999"}, "Select a valid choice"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    tree: Tree, head: Client, said: dict[str, str], told: str
) -> None:
    answer = head.post(f"{LIST}new/", {"kind": "clean"} | said)
    assert answer.status_code == 422
    assert told in text(answer)
    assert not WorkOrder.objects.exists()


# --- its steps ----------------------------------------------------------------------------------


def test_from_report_to_verified_on_the_pages(tree: Tree, head: Client) -> None:
    outlet = tree.east_outlets[0]
    order = make_order(outlet, sign=make_sign(outlet), reported_at=timezone.now(), problem="unlit")
    page = text(head.get(reverse("premises:order", args=[order.pk])))
    assert "Take it on" in page
    assert "It does not light up" in page
    assert step(head, order, "accept", kind="replace").status_code == 302
    order.refresh_from_db()
    assert step(head, order, "start", contractor="亮彩").status_code == 302
    order.refresh_from_db()
    said = {"done_on": "2021-05-20", "cost": "1280.50", "new_sign_no": "L-NEW"}
    done = step(head, order, "finish", **said, new_sign_kind="lightbox")
    assert done.status_code == 302
    order.refresh_from_db()
    assert (order.cost_fen, order.new_sign.sign_no) == (128_050, "L-NEW")  # type: ignore[union-attr]
    assert "another person verifies it" in text(head.get(done.url))
    own = step(head, order, "verify")
    assert own.status_code == 422
    manager = english("branch_manager", tree.east)
    assert "There is no photo of after the work" in text(manager.get(done.url))
    assert step(manager, order, "verify").status_code == 302
    order.refresh_from_db()
    assert order.state == "verified"
    assert "¥1,280.50" in text(head.get(done.url))


def test_refusing_and_giving_back_need_reasons(tree: Tree, head: Client) -> None:
    order = make_order(tree.east_outlets[0], reported_at=timezone.now())
    assert step(head, order, "refuse", reason="").status_code == 422
    assert step(head, order, "refuse", reason="当晚停电").status_code == 302
    done = make_order(tree.east_outlets[0], done_on=date(2021, 5, 11))
    assert step(head, done, "give_back", reason="右侧不亮").status_code == 302
    address = reverse("premises:order", args=[done.pk])
    assert "右侧不亮" in text(head.get(address))


def test_a_replacement_asks_for_the_new_sign(tree: Tree, head: Client) -> None:
    order = make_order(tree.east_outlets[0], kind="replace", sign=make_sign(tree.east_outlets[0]))
    answer = step(head, order, "finish", done_on="2021-05-20")
    assert answer.status_code == 422
    assert "This field is required" in text(answer)


def test_a_stale_step_says_so(tree: Tree, head: Client) -> None:
    order = make_order(tree.east_outlets[0])
    answer = head.post(reverse("premises:order-step", args=[order.pk, "start"]), {"version": 9})
    assert answer.status_code == 422
    assert "Someone changed this order meanwhile" in text(answer)
    assert step(head, order, "dance").status_code == 404


def test_who_sees_and_who_acts(tree: Tree) -> None:
    order = make_order(tree.east_outlets[0])
    address = reverse("premises:order", args=[order.pk])
    staff = english("staff", tree.east)
    assert staff.get(address).status_code == 200
    assert "Give it out" not in text(staff.get(address))
    assert step(staff, order, "start").status_code == 403
    west = english("branch_manager", tree.west)
    assert west.get(address).status_code == 404
    assert step(west, order, "start").status_code == 404
    assert english("inspector", tree.east).get(address).status_code == 403


# --- photos -------------------------------------------------------------------------------------


def test_photos_before_and_after(tree: Tree, head: Client) -> None:
    order = make_order(tree.east_outlets[0])
    address = reverse("premises:order-photo-add", args=[order.pk])
    said = {"uuid": uuid.uuid4(), "caption": "after", "photo": upload()}
    assert head.post(address, said).status_code == 302
    kept = order.photos.get()
    shown = reverse("premises:order-photo", args=[order.pk, kept.uuid])
    page = text(head.get(reverse("premises:order", args=[order.pk])))
    assert shown in page
    answer = head.get(shown)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.getvalue()
    assert english("branch_manager", tree.west).get(shown).status_code == 404
    remove = reverse("premises:order-photo-remove", args=[order.pk, kept.uuid])
    assert "Take this photo off?" in text(head.get(remove))
    assert head.post(remove).status_code == 302
    assert not order.photos.exists()


def test_what_is_no_photo_is_refused_on_the_page(tree: Tree, head: Client) -> None:
    order = make_order(tree.east_outlets[0])
    address = reverse("premises:order-photo-add", args=[order.pk])
    for said in (
        {"uuid": uuid.uuid4(), "caption": "after"},
        {"uuid": uuid.uuid4(), "caption": "", "photo": upload()},
        {"uuid": "no", "caption": "after", "photo": upload()},
    ):
        assert head.post(address, said).status_code == 422
    assert not order.photos.exists()


# --- signs --------------------------------------------------------------------------------------


def test_a_sign_shows_its_age_its_work_and_its_photo(tree: Tree, head: Client) -> None:
    sign = make_sign(tree.east_outlets[0], retired_on=date(2021, 6, 1))
    order = make_order(sign.unit, kind="clean", sign=sign, done_on=date(2021, 5, 12))
    address = reverse("premises:sign", args=[sign.pk])
    page = text(head.get(address))
    assert "up for 3 years and 1 months" in page
    assert "last cleaned on 2021-05-12" in page
    assert order.order_no in page
    added = head.post(f"{address}photos/", {"uuid": uuid.uuid4(), "photo": upload()})
    assert added.status_code == 302
    kept = sign.photos.get()
    assert head.get(f"{address}photos/{kept.uuid}/").getvalue()
    assert head.get(f"{address}photos/{kept.uuid}/remove/").status_code == 200
    assert head.post(f"{address}photos/{kept.uuid}/remove/").status_code == 302
    assert head.post(f"{address}photos/", {"uuid": uuid.uuid4()}).status_code == 422


def test_make_and_lit_hours_are_kept(tree: Tree, head: Client) -> None:
    sign = make_sign(tree.east_outlets[0])
    address = reverse("premises:sign-edit", args=[sign.pk])
    assert head.get(address).status_code == 200
    said = {"version": 1, "make": "亮彩", "lit_from": "17:00", "lit_until": "22:30"}
    assert head.post(address, said).status_code == 302
    assert "17:00–22:30" in text(head.get(reverse("premises:sign", args=[sign.pk])))
    assert head.post(address, said).status_code == 422
    assert head.post(address, said | {"version": 2, "lit_until": ""}).status_code == 422
    Sign.objects.update(unit=tree.west_outlets[0])
    assert head.get(address).status_code == 404


def test_a_sign_shows_inspections_also_those_that_found_nothing(tree: Tree, head: Client) -> None:
    sign = make_sign(tree.east_outlets[0])

    def order(kind: str, opened: int, done: int | None = None, **more: Any) -> WorkOrder:
        done_on = date(2021, 5, done) if done else None
        opened_on = date(2021, 5, opened)
        more = {"opened_on": opened_on, "done_on": done_on} | more
        return make_order(sign.unit, kind=kind, sign=sign, **more)

    found = order("inspect", 1, 3, note="灯管老化")
    repair, later = order("repair", 3, 8), order("rewire", 9)
    clean = order("inspect", 10, 12)
    order("clean", 13, 14)
    order("inspect", 20)
    order("repair", 21, refused_at=timezone.now())
    order("repair", 2)  # before the first inspection was done

    looks = head.get(reverse("premises:sign", args=[sign.pk])).context["looks"]
    page = text(head.get(reverse("premises:sign", args=[sign.pk])))

    assert [(one.order, list(one.hazards)) for one in looks] == [
        (clean, []),
        (found, [repair, later]),
    ]
    assert "Inspections for hazards" in page
    assert page.count("nothing</span>") == 1
    assert "灯管老化" in page
    bare = make_sign(tree.east_outlets[0])
    assert "No inspection has been done." in text(
        head.get(reverse("premises:sign", args=[bare.pk]))
    )


def test_a_sign_takes_the_same_queries_for_many_orders(tree: Tree, head: Client) -> None:
    sign = make_sign(tree.east_outlets[0])
    address = reverse("premises:sign", args=[sign.pk])
    make_order(sign.unit, sign=sign)
    few = queries(head, address)
    for _n in range(24):
        make_order(sign.unit, sign=sign)
    assert queries(head, address) == few


def test_a_reader_sees_no_buttons(tree: Tree) -> None:
    sign = make_sign(tree.east_outlets[0])
    client = english(make_user("staff", unit=tree.east))
    page = text(client.get(reverse("premises:sign", args=[sign.pk])))
    assert "Open a work order" not in page
    assert client.get(reverse("premises:sign-edit", args=[sign.pk])).status_code == 403
