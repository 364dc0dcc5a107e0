"""A home visit from the daughter's telephone to the day on which nothing of her is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from hearth.network.models import User
from hearth.outreach.models import Visit
from hearth.workflows.upkeep import daily_chores
from tests.catalogues import fill_catalogues
from tests.factories import make_tree
from tests.factories_visits import ADDRESS, NAME, make_team

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """A Monday morning, and a way to later days."""
    travelling: list[time_machine.travel] = []

    def travel(to: datetime) -> None:
        while travelling:
            travelling.pop().stop()
        traveller = time_machine.travel(to, tick=True)
        traveller.start()
        travelling.append(traveller)

    travel(MONDAY)
    yield travel
    while travelling:
        travelling.pop().stop()


@pytest.fixture
def at_visit(enter, live_server):
    """A page on which a user is signed in, at the visit."""

    def signed_in(user_id: int | None, visit: Visit, **options) -> Page:
        page = enter(User.objects.get(pk=user_id), **options)
        page.goto(live_server.url + reverse("visits:detail", args=[visit.uuid]))
        return page

    return signed_in


def ask(page: Page, address: str) -> Visit:
    """What the daughter types on her telephone."""
    page.goto(address + reverse("home-visit:ask"))
    page.get_by_label("您在哪个城市？").select_option(label="东城市 · 东城分行")
    page.locator("#id_name").fill(NAME)
    page.get_by_label("您的电话").fill("138 1234 5678")
    page.locator("#id_address").fill(ADDRESS)
    page.get_by_text("高龄老人").click()
    page.get_by_text("社保卡激活").click()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="提交申请").click()
    page.get_by_role("heading", name="已收到您的申请").wait_for()
    return Visit.objects.get()


def sign(page: Page) -> None:
    """A few strokes on the field for the signature."""
    field = page.locator("canvas.signature")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for number in range(1, 8):
        page.mouse.move(box["x"] + 30 + 30 * number, box["y"] + 30 + 40 * (number % 2))
    page.mouse.up()
    page.get_by_role("button", name="保存签名").click()
    page.get_by_role("button", name="重新签名").wait_for()


def at_the_door(page: Page) -> None:
    page.locator(".page-head .btn-primary").click()
    page.get_by_label("均已到场").check()
    page.get_by_role("button", name="我们已到场").click()
    page.get_by_role("button", name="已核验，本人且有效").click()
    page.get_by_role("button", name="客户清楚办理内容").click()
    sign(page)
    page.get_by_label("已办理", exact=True).check()
    page.get_by_role("button", name="结束上门").click()
    page.get_by_text("请返回网点并交回凭证").wait_for()


def test_asked_for_visited_by_two_called_back_and_purged(
    new_page, live_server, clock, at_visit, assert_accessible
):
    fill_catalogues()
    tree = make_tree()
    outlet = tree.east_outlets[0]
    team = make_team(outlet, tree.east)
    visit = ask(new_page(**PHONE), live_server.url)

    # the branch calls back, says which outlet goes, when and who
    page = at_visit(team.manager.user_id, visit)
    page.locator(".page-head .btn-primary").click()
    page.locator("[name=unit]").select_option(label="东门支行")
    page.locator("[name=has_id]").check()
    page.locator("[name=has_family]").check()
    page.locator("form .btn-primary").click()

    page = at_visit(team.head.user_id, visit)
    page.locator(".page-head .btn-primary").click()
    page.locator("[name=starts_at]").fill("2026-11-23T14:00")
    page.locator("[name=first]").select_option(str(team.first.pk))
    page.locator("[name=second]").select_option(str(team.second.pk))
    page.locator("form .btn-primary").last.click()
    page.locator(".badge-soft", has_text="待审批").first.wait_for()
    assert_accessible(page)

    page = at_visit(team.manager.user_id, visit)
    page.locator(".page-head .btn-primary").click()
    page.locator("button[name=approve]").click()
    page.locator(".badge-soft", has_text="待上门").first.wait_for()

    # two go, and are back by the hour agreed on
    clock(MONDAY.replace(hour=14))
    page = at_visit(team.head.user_id, visit, **PHONE)
    at_the_door(page)
    page.goto(live_server.url + reverse("visits:hand-in", args=[visit.uuid]))
    page.locator("[name=vouchers]").fill("2")
    page.locator("form .btn-primary").click()

    # the next day someone else calls
    clock(MONDAY + timedelta(days=1))
    page = at_visit(team.manager.user_id, visit)
    page.locator(".page-head .btn-primary").click()
    page.locator("[name=result]").select_option("satisfied")
    page.locator("form .btn-primary").click()
    page.locator(".badge-soft", has_text="已办结").first.wait_for()
    visit.refresh_from_db()
    assert (visit.stage, visit.is_late) == ("closed", False)
    assert visit.activity.unit == outlet

    # on its clock everything personal goes, and the page says so
    clock(MONDAY + timedelta(days=1 + 31))
    daily_chores()
    visit.refresh_from_db()
    assert (visit.name, visit.phone, visit.address) == ("", "", "")
    assert not visit.papers.exists()
    page = at_visit(team.manager.user_id, visit)
    expect(page.locator("#personal")).to_contain_text("已于 2026-12-2")
    assert_accessible(page)
