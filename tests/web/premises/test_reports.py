"""A visitor reports by a label; the outlet prints labels."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hearth.premises.models import AssetLabel, WorkOrder
from hearth.premises.services.reports import MOST_A_LABEL
from tests.factories import Tree, make_tree, make_user
from tests.factories_premises import facility, make_facility_check, make_sign
from tests.web.premises.pages import english, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def label(tree: Tree) -> AssetLabel:
    sign = make_sign(tree.east_outlets[0])
    return AssetLabel.objects.create(unit=sign.unit, sign=sign)


def address(label: AssetLabel, name: str = "report") -> str:
    return reverse(f"premises:{name}", args=[label.token])


# --- the visitor --------------------------------------------------------------------------------


def test_a_stranger_reports_in_chinese_without_an_account(label: AssetLabel) -> None:
    stranger = Client()
    page = stranger.get(address(label)).content.decode()
    assert "东门支行 · 灯箱" in page
    assert "哪里有问题" in page
    assert "<img" not in page.split("<main")[1]
    sent = stranger.post(
        address(label), {"problem": "unlit", "words": "整晚不亮", "photo": upload()}
    )
    assert sent.status_code == 302
    thanks = stranger.get(sent.url).content.decode()
    assert "已转告网点" in thanks
    order = WorkOrder.objects.get()
    assert (order.state, order.note, order.photos.count()) == ("reported", "整晚不亮", 1)


def test_whether_it_lights_up_is_asked_of_signs_alone(tree: Tree, label: AssetLabel) -> None:
    unit = tree.east_outlets[0]
    ramp = AssetLabel.objects.create(unit=unit, facility=facility("ramp"))
    assert "灯不亮" in Client().get(address(label)).content.decode()
    assert "灯不亮" not in Client().get(address(ramp)).content.decode()
    assert Client().post(address(ramp), {"problem": "unlit"}).status_code == 422
    assert Client().post(address(ramp), {"problem": "damaged"}).status_code == 302


def test_the_head_of_the_outlet_is_told(tree: Tree, label: AssetLabel) -> None:
    head = make_user("outlet_head", unit=tree.east_outlets[0])
    Client().post(address(label), {"problem": "loose"})
    page = english(head).get("/notices/").content.decode()
    assert "a visitor reported a fault" in page
    order = WorkOrder.objects.get()
    assert reverse("premises:order", args=[order.pk]) in page
    history = english(head).get(reverse("premises:order", args=[order.pk])).content.decode()
    assert "<strong>a visitor</strong> reported a fault" in history


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"problem": "ugly"},
        {"problem": "dirty", "words": "啊" * 201},
        {"problem": "dirty", "photo": SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")},
    ],
)
def test_what_cannot_be_taken_comes_back(label: AssetLabel, said: dict[str, object]) -> None:
    assert Client().post(address(label), said).status_code == 422
    assert not WorkOrder.objects.exists()


def test_too_many_reports_are_refused_in_words(label: AssetLabel) -> None:
    for _n in range(MOST_A_LABEL):
        assert Client().post(address(label), {"problem": "dirty"}).status_code == 302
    answer = Client().post(address(label), {"problem": "dirty"})
    assert answer.status_code == 422
    assert "提交过于频繁" in answer.content.decode()


def test_a_label_that_ended_says_so_and_takes_nothing(label: AssetLabel) -> None:
    AssetLabel.objects.update(ended_at=timezone.now())
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address(label), {"problem": "dirty"})
        assert answer.status_code == 410
    assert not WorkOrder.objects.exists()


def test_no_other_token_opens_anything(label: AssetLabel) -> None:
    for name in ("report", "report-thanks"):
        assert Client().get(reverse(f"premises:{name}", args=["x" * 20])).status_code == 404


def test_the_page_has_one_picture_of_nothing_else(label: AssetLabel) -> None:
    page = Client().get(address(label)).content.decode()
    assert label.sign is not None
    assert label.sign.sign_no not in page
    assert not re.search(r"(src|href)=.https?:", page)


# --- the sheet of labels ------------------------------------------------------------------------


def test_labels_are_made_printed_and_replaced(tree: Tree) -> None:
    outlet = tree.east_outlets[0]
    sign = make_sign(outlet)
    make_facility_check(outlet, "ramp")
    head = english("outlet_head", outlet)
    sheet = reverse("premises:labels", args=["E1"])
    page = head.get(sheet).content.decode()
    assert "<strong>2</strong> signs and facilities have no label yet." in page
    assert head.post(sheet).status_code == 302
    page = head.get(sheet).content.decode()
    assert page.count("<article") == 2
    assert page.count("<svg") >= 2
    assert sign.sign_no in page
    label = AssetLabel.objects.get(sign=sign)
    replace = reverse("premises:label-replace", args=[label.pk])
    assert "Replace this label?" in head.get(replace).content.decode()
    assert head.post(replace).status_code == 302
    assert head.post(replace, follow=True).status_code == 200
    assert AssetLabel.objects.in_use().filter(sign=sign).count() == 1


def test_labels_are_for_who_keeps_the_outlet(tree: Tree, label: AssetLabel) -> None:
    sheet = reverse("premises:labels", args=["E1"])
    replace = reverse("premises:label-replace", args=[label.pk])
    for page in (sheet, replace):
        assert english("staff", tree.east).get(page).status_code == 403
        assert english("branch_manager", tree.west).get(page).status_code == 404
    assert "Nothing here takes a label" in (
        english("branch_manager", tree.west)
        .get(reverse("premises:labels", args=["W1"]))
        .content.decode()
    )
