"""A broken light box is reported by its code and replaced; a missed target becomes a task."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from hearth.kernel.periods import Period
from hearth.premises.models import AssetLabel, WorkOrder
from hearth.programme.models import Task
from tests.factories import make_tree, make_user
from tests.factories_premises import make_order, make_sign
from tests.factories_programme import make_plan, make_target

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def tree():
    return make_tree()


def picture(colour: str) -> dict[str, object]:
    """A file for an upload: one colour, as a telephone would send it."""
    content = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(content, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def add_photo(page: Page, caption: str, colour: str) -> None:
    form = page.locator("form[action$='/photos/']")
    form.locator("[name=caption]").select_option(caption)
    form.locator("[name=photo]").set_input_files(picture(colour))
    form.get_by_role("button", name="添加照片").click()
    page.locator(f"img[alt='{'作业前' if caption == 'before' else '作业后'}']").wait_for()


def replaced(page: Page, address: str) -> int:
    """What the campaign page says was replaced."""
    page.goto(address + reverse("premises:campaign"))
    return int(page.locator("a[href*='signs.replaced'] strong").first.inner_text())


def test_a_light_box_reported_by_its_code_is_replaced_and_counted(
    new_page, live_server, tree, enter, assert_accessible
):
    outlet, address = tree.east_outlets[0], live_server.url
    sign = make_sign(outlet, sign_no="L-OLD")
    label = AssetLabel.objects.create(unit=outlet, sign=sign)
    head = make_user("outlet_head", unit=outlet)
    manager = make_user("branch_manager", unit=tree.east)

    # a passer-by, without an account
    page = new_page(viewport=PHONE, has_touch=True)
    page.goto(address + reverse("premises:report", args=[label.token]))
    assert_accessible(page)
    page.get_by_text("不亮").click()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("感谢您的反馈").wait_for()
    order = WorkOrder.objects.get()
    assert order.state == WorkOrder.State.REPORTED

    # the head of the outlet sees it on the first page, takes it on, has it replaced
    page = enter(head, viewport=PHONE)
    page.goto(address + reverse("premises:orders"))
    page.get_by_role("link", name=order.order_no).first.click()
    page.locator("[name=kind]").select_option("replace")
    page.get_by_role("button", name="受理").click()
    page.get_by_role("button", name="派工").wait_for()
    page.locator("form[action$='/start/'] [name=contractor]").fill("明光标识")
    page.get_by_role("button", name="派工").click()
    add_photo(page, "before", "dimgray")
    page.locator("[name=cost]").fill("3800")
    page.locator("[name=new_sign_no]").fill("L-NEW")
    page.get_by_role("button", name="完成：旧招牌拆除").click()
    page.get_by_text("须由他人核验").first.wait_for()
    add_photo(page, "after", "gold")
    assert_accessible(page)

    # another person verifies, and the campaign counts it
    page = enter(manager)
    assert replaced(page, address) == 1
    page.goto(address + reverse("premises:order", args=[order.pk]))
    page.get_by_role("button", name="核验通过").click()
    expect(page.locator(".page-head")).to_contain_text("已核验")
    page.goto(address + reverse("figures:rows", args=["signs.replaced"]) + f"?unit={outlet.code}")
    expect(page.locator("#content tbody tr")).to_have_count(1)
    page.locator("#content tbody a").first.click()
    expect(page.locator("h1")).to_contain_text("更换")


def test_a_missed_target_opens_to_its_rows_and_becomes_a_task(
    live_server, tree, enter, assert_accessible
):
    today = timezone.localdate()
    period = Period.of(today, "quarter").key
    make_plan(today.year)
    make_target(tree.east, "signs.replaced", period=period, target_milli=5_000)
    outlet = tree.east_outlets[0]
    sign = make_sign(outlet)
    make_order(
        outlet, kind="replace", sign=sign, opened_on=date(today.year, 1, 1), done_on=today,
        order_no="W-ONE",
    )  # fmt: skip
    page = enter(make_user("branch_manager", unit=tree.east))

    page.goto(live_server.url + reverse("programme:sheet", args=[period, "E"]))
    line = page.locator("tbody tr").filter(has_text="更换")
    expect(line).to_contain_text("20")  # points of a hundred for one of five
    assert_accessible(page)
    line.locator("a[href*='signs.replaced']").first.click()
    expect(page.locator("#content tbody tr")).to_have_count(1)
    expect(page.locator("#content")).to_contain_text("东门支行")
    page.get_by_role("link", name="W-ONE").first.click()
    expect(page.locator("#content")).to_contain_text("W-ONE")

    page.goto(live_server.url + reverse("programme:sheet", args=[period, "E"]))
    line.get_by_role("link", name="下达任务").click()
    assert page.locator("[name=unit]").input_value() == "E"
    page.locator("[name=code]").fill("T-1")
    page.locator("[name=due_on]").fill(today.isoformat())
    page.locator("[name=starts_on]").fill(today.isoformat())
    page.locator("form.form-card button[type=submit]").click()
    page.wait_for_url("**/programme/tasks/*/")
    task = Task.objects.get()
    assert (task.unit, task.figure) == (tree.east, "signs.replaced")
    assert_accessible(page)
