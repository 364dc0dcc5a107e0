"""A slogan from a phone is chosen, and a case goes from its author into the column."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from hearth.voices.models import Case, Entry
from tests.factories import make_person, make_tree, make_user
from tests.factories_voices import make_solicitation

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def staff(tree):
    outlet = tree.east_outlets[0]
    return make_user("staff", unit=outlet, person=make_person(outlet))


@pytest.fixture
def office(tree):
    return make_user("programme_manager", unit=tree.province)


def test_a_slogan_is_handed_in_on_a_phone_and_chosen_by_another(
    live_server, tree, staff, office, enter, assert_accessible
):
    asked = make_solicitation(tree.province, title="标语征集", text="每人不限件数。")
    address = live_server.url + reverse("voices:solicitation", args=[asked.pk])

    page = enter(staff, viewport=PHONE)
    page.goto(live_server.url + reverse("voices:solicitations"))
    page.get_by_role("link", name="标语征集").click()
    page.get_by_label("作品类别").select_option("slogan")
    page.get_by_label("您的作品").fill("暖在一言一行")
    assert_accessible(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#rows")).to_contain_text("暖在一言一行")

    page = enter(office)
    page.goto(address)
    page.get_by_text("本页二维码").click()
    assert_accessible(page)
    page.get_by_role("button", name="选择").click()
    page.locator("dialog[open] button").last.click()
    expect(page.locator(".tiles")).to_contain_text("暖在一言一行")
    assert Entry.objects.get().chosen_by == office


def test_a_case_is_written_approved_by_another_published_and_liked(
    live_server, staff, office, enter, assert_accessible
):
    author = enter(staff, viewport=PHONE)
    author.goto(live_server.url + reverse("voices:case-new"))
    author.get_by_label("标题").fill("一杯热水")
    author.get_by_label("做法与成效").fill("下雪天，为等候的老人递上一杯热水。")
    assert_accessible(author)
    author.get_by_role("button", name="保存草稿").click()
    author.get_by_role("button", name="提交").click()
    expect(author.locator(".page-head")).to_contain_text("待审批")

    judge = enter(office)
    judge.goto(live_server.url + reverse("voices:desk"))
    judge.get_by_role("link", name="一杯热水").click()
    expect(judge.locator("button[name=approve]")).to_be_visible()  # the case, no longer the list
    assert_accessible(judge)
    judge.locator("button[name=approve]").click()
    judge.locator("button[name=publish]").click()
    expect(judge.locator(".page-head")).to_contain_text(office.name)

    author.goto(live_server.url + reverse("voices:cases"))
    assert_accessible(author)
    author.get_by_role("link", name="一杯热水").click()
    author.get_by_role("button", name="点赞").click()
    expect(author.locator("button[name=unlike]")).to_be_visible()
    assert Case.objects.get().likes.count() == 1
