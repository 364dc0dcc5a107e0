"""A daughter asks for a home visit on her telephone; two go and have it signed on theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hearth.network.models import User
from hearth.outreach.models import Visit
from tests.factories import PASSWORD, make_tree
from tests.factories_visits import NAME, make_rules, make_team, make_visit

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["home-visit:ask", "home-visit:state"]
# A browser at 200 % shows half as many CSS pixels, each drawn with twice as many of its own.
ZOOMED = [
    pytest.param({"width": 640, "height": 450}, id="desk at 200 %"),
    pytest.param({"width": 195, "height": 420}, id="telephone at 200 %"),
]
SMALL_TYPE = """() => {
    const small = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
        if (["SCRIPT", "STYLE", "TEMPLATE"].includes(element.tagName)) continue;
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (size < 20) small.push(`${size} ${element.tagName} ${element.textContent.trim()}`);
    }
    for (const field of document.querySelectorAll("input, select, textarea"))
        if (field.type !== "hidden" && parseFloat(getComputedStyle(field).fontSize) < 20
            && !["radio", "checkbox"].includes(field.type)) small.push(field.name);
    return small;
}"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def tree():
    make_rules()
    return make_tree()


@pytest.mark.parametrize("viewport", ZOOMED)
@pytest.mark.parametrize("name", PAGES)
def test_the_public_pages_work_at_200_per_cent(
    new_page, live_server, tree, assert_accessible, name, viewport
):
    page = new_page(viewport=viewport, device_scale_factor=2)

    page.goto(live_server.url + reverse(name))

    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL_TYPE) == []
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_public_page_is_accessible_when_it_refuses(
    new_page, live_server, tree, assert_accessible, scheme
):
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.goto(live_server.url + reverse("home-visit:ask"))

    page.locator("form[autocomplete=on]").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="提交申请").click()

    page.get_by_text("还有内容没有填好").wait_for()
    assert page.evaluate(SMALL_TYPE) == []
    assert_accessible(page)


def test_what_is_touched_is_large_enough(new_page, live_server, tree):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(live_server.url + reverse("home-visit:ask"))

    small = page.evaluate(
        """() => [".choice", "button", "input[type=text]", "input[type=tel]", "select"]
            .flatMap((what) => [...document.querySelectorAll(`.public ${what}`)])
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML)"""
    )

    assert small == []


def test_a_daughter_asks_on_her_telephone_and_looks_later(
    new_page, live_server, tree, assert_accessible
):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(live_server.url + reverse("home-visit:ask"))
    page.get_by_label("您在哪个城市？").select_option(label="东城市 · 东城分行")
    page.locator("#id_name").fill(NAME)
    page.get_by_label("您的电话").fill("138 1234 5678")
    page.locator("#id_address").fill("湖滨路18号")
    page.get_by_text("高龄老人").click()
    page.get_by_text("社保卡激活").click()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="提交申请").click()

    page.get_by_role("heading", name="已收到您的申请").wait_for()
    visit = Visit.objects.get()
    assert visit.name == NAME
    assert_accessible(page)
    assert NAME not in page.content()
    page.get_by_role("link", name="查询进度").click()
    page.get_by_text("已收到您的申请，我们会与您电话联系").wait_for()
    assert_accessible(page)


def test_the_page_is_read_aloud_where_the_browser_can(new_page, live_server, tree):
    page = new_page()
    page.add_init_script(
        """window.said = [];
        Object.defineProperty(window, "speechSynthesis", { value: {
            cancel() {}, getVoices: () => [], speak: (one) => window.said.push(one.text) } });
        window.SpeechSynthesisUtterance = function (text) { this.text = text; };"""
    )
    page.goto(live_server.url + reverse("home-visit:ask"))

    page.get_by_role("button", name="朗读本页").click()

    said = page.evaluate("window.said.join('')")
    assert "申请上门服务" in said
    assert "30 天后删除" in said
    page.get_by_role("button", name="停止朗读").click()
    page.get_by_role("button", name="朗读本页").wait_for()


def test_without_scripts_the_form_works(browser, live_server, tree):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_server.url + reverse("home-visit:ask"))
    page.locator("#id_unit").select_option("E")
    page.locator("#id_name").fill("王")
    page.locator("#id_phone").fill("2345678")
    page.locator("#id_address").fill("湖滨路")
    page.locator("input[name=group]").first.check()
    page.locator("input[name=need]").first.check()
    page.locator("#id_consents").check()
    page.get_by_role("button", name="提交申请").click()

    page.get_by_role("heading", name="已收到您的申请").wait_for()
    assert not page.get_by_role("button", name="朗读本页").is_visible()
    context.close()


def test_two_have_it_signed_on_their_telephone(new_page, live_server, tree, assert_accessible):
    outlet = tree.east_outlets[0]
    team = make_team(outlet, tree.east)
    visit = make_visit(
        outlet,
        "approved",
        at=timezone.now() + timedelta(minutes=1),
        first=team.first,
        second=team.second,
    )
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(live_server.url + reverse("accounts:sign-in"))
    user = User.objects.get(pk=team.head.user_id)
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form").filter(has=page.locator("[name=password]")).locator(
        "button[type=submit]"
    ).click()
    page.wait_for_url(live_server.url + "/")
    page.goto(live_server.url + reverse("visits:door", args=[visit.uuid]))
    assert not page.evaluate(TOO_WIDE)
    page.get_by_label("均已到场").check()
    page.get_by_role("button", name="我们已到场").click()
    page.get_by_role("button", name="已核验，本人且有效").click()
    page.get_by_role("button", name="客户清楚办理内容").click()

    field = page.locator("canvas.signature")
    field.scroll_into_view_if_needed()
    assert_accessible(page)
    keep = page.get_by_role("button", name="保存签名")
    assert keep.is_disabled()
    box = field.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for number in range(1, 8):
        page.mouse.move(box["x"] + 30 + 30 * number, box["y"] + 30 + 40 * (number % 2))
    page.mouse.up()
    keep.click()
    page.get_by_role("button", name="重新签名").wait_for()
    page.get_by_label("已办理", exact=True).check()
    page.get_by_role("button", name="结束上门").click()

    page.get_by_text("请返回网点并交回凭证").wait_for()
    visit.refresh_from_db()
    assert visit.stage == "left"
    assert visit.papers.get().content().startswith(b"\x89PNG")
