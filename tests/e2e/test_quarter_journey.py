"""The great journey: from a standard in Excel to the published quarter, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from hearth.exchange.demo.content import content_rows
from hearth.exchange.demo.load import DemoSize, load_demo
from hearth.network.actors import operator
from hearth.network.models import Grant, Unit, User
from tests.catalogues import fill_catalogues

HALL = ZoneInfo("Asia/Shanghai")
LAST_DAY = datetime(2026, 9, 30, 10, 0, tzinfo=HALL)
NEXT_DAY = datetime(2026, 10, 1, 9, 0, tzinfo=HALL)
PERIOD = "2026Q3"


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """The last day of a quarter, and a way to the next morning."""
    travelling: list[time_machine.travel] = []

    def travel(to: datetime) -> None:
        while travelling:
            travelling.pop().stop()
        traveller = time_machine.travel(to, tick=True)
        traveller.start()
        travelling.append(traveller)

    travel(LAST_DAY)
    yield travel
    while travelling:
        travelling.pop().stop()


@pytest.fixture
def bank(transactional_db: None, clock: object) -> Unit:
    """A small invented bank whose quarter is about to end; returns the outlet of `outlet`."""
    size = DemoSize(outlets=26, quarters=1, video=2)
    fill_catalogues()
    load_demo(actor=operator("test"), size=size, report=lambda *_: None, today=LAST_DAY.date())
    return Grant.objects.select_related("unit").get(user__username="outlet").unit


def sign_in(page: Page, address: str, username: str) -> None:
    """Choose a demonstration account on the sign-in page."""
    page.goto(f"{address}/account/sign-in/")
    key = User.objects.get(username=username).pk
    page.locator(f"button.offer[value='{key}']").click()
    page.wait_for_url(f"{address}/")


def workbook(target: Path, *, mistakes: bool) -> Path:
    """The demonstration's standard as a new edition; with three mistakes if asked."""
    book = openpyxl.Workbook()
    head = book.active
    head.title = "standard"
    (about,) = content_rows("standard")
    about = about | {"edition": "2026-10"}
    head.append(list(about))
    head.append(list(about.values()))
    sheet = book.create_sheet("criteria")
    rows = [dict(row) for row in content_rows("criteria")]
    if mistakes:
        rows[0]["method"] = "guess"
        rows[1]["points"] = "many"
        rows[2]["pillar"] = "roof"
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(target)
    return target


def photo(target: Path) -> Path:
    Image.new("RGB", (640, 480), (180, 90, 40)).save(target, "JPEG")
    return target


def test_from_a_standard_to_the_published_quarter(
    live_server: object,
    bank: Unit,
    clock: Callable[[datetime], None],
    new_page: Callable[..., Page],
    tmp_path: Path,
    assert_accessible: Callable[..., None],
) -> None:
    address = str(live_server)

    manager = new_page(accept_downloads=True)
    sign_in(manager, address, "manager")
    import_a_standard(manager, address, tmp_path)
    assert_accessible(manager)

    inspector = new_page(viewport={"width": 390, "height": 844})
    sign_in(inspector, address, "inspector")
    check = fill_in_a_check(inspector, address, bank, tmp_path, assert_accessible)

    reviewer = new_page()
    sign_in(reviewer, address, "reviewer")
    reviewer.goto(f"{address}/inspections/review/{check}/")
    reviewer.locator("button[name=review_and_release]").click()
    expect(reviewer.locator(".alert-success")).to_be_visible()

    head = new_page()
    sign_in(head, address, "outlet")
    head.goto(f"{address}/inspections/{check}/")
    expect(head.locator(".sum")).to_contain_text("100 ×")
    expect(head.locator(".arithmetic .quote").first).to_contain_text("灯箱左侧两字不亮")
    expect(head.locator(".arithmetic img")).to_have_count(2)
    assert (
        "贺砚" not in head.locator("main").inner_text()
    )  # who checked is not shown to the checked
    assert_accessible(head)

    clock(NEXT_DAY)
    manager = new_page(accept_downloads=True)
    sign_in(manager, address, "manager")
    close_the_quarter(manager, address, assert_accessible)
    publish_the_bulletin(manager, new_page, address, tmp_path, assert_accessible)


def import_a_standard(page: Page, address: str, folder: Path) -> None:
    """Three mistakes are named by their cells; mended, the file becomes a draft, then published."""
    page.goto(f"{address}/standards/import/")
    page.set_input_files("input[type=file]", workbook(folder / "wrong.xlsx", mistakes=True))
    page.locator("main form button[type=submit]").click()
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(3)
    for value in ("guess", "many", "roof"):
        expect(page.locator("table")).to_contain_text(value)
    page.set_input_files("input[type=file]", workbook(folder / "right.xlsx", mistakes=False))
    page.locator("main form button[type=submit]").click()
    page.locator("button[name=accept]").click()
    expect(page.locator("h1")).to_contain_text("2026-10")
    page.locator("form[action$='/publish/'] button").click()
    page.locator("dialog button").last.click()
    expect(page.locator(".badge-soft.good").first).to_be_visible()


def fill_in_a_check(
    page: Page,
    address: str,
    outlet: Unit,
    folder: Path,
    assert_accessible: Callable[..., None],
) -> str:
    """One fault with two photos, everything else met in one gesture, submitted; its UUID."""
    page.goto(f"{address}/inspections/start/?unit={outlet.code}&channel=onsite")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/fill/**")
    line = page.locator("[data-line][data-code='A01']")
    line.locator(".v.not_met").click()
    line.locator("[data-note]").fill("灯箱左侧两字不亮")
    line.locator("[data-photo-input]").set_input_files(photo(folder / "1.jpg"))
    expect(line.locator(".thumb[data-photo]")).to_have_count(1)
    assert_accessible(page)
    page.locator("[data-rest-met]").click()
    expect(page.locator("[data-left]")).to_have_text("0")
    lose_the_network(page, line, photo(folder / "2.jpg"))
    page.locator("[data-submit]").click()
    page.wait_for_url("**/inspections/*-*/")
    expect(page.locator(".alert-success")).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[1]


def lose_the_network(page: Page, line: Locator, picture: Path) -> None:
    """Without a network a photo waits and nothing is submitted; a reload loses neither."""
    page.context.set_offline(True)
    line.locator("[data-photo-input]").set_input_files(picture)
    expect(line.locator("[data-photo-message]")).to_contain_text("照片已存在本机")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-save-state]")).to_contain_text("尚未提交")
    page.context.set_offline(False)
    page.reload()
    expect(line.locator(".thumb[data-photo]")).to_have_count(2)
    expect(page.locator("[data-left]")).to_have_text("0")
    page.wait_for_load_state("networkidle")


def close_the_quarter(page: Page, address: str, assert_accessible: Callable[..., None]) -> None:
    """Coverage is shown, the period is closed, and the ranking says how far a rank can be read."""
    page.goto(f"{address}/scoring/{PERIOD}/close/")
    page.locator("main form button[type=submit]").click()
    if page.locator("dialog[open]").count():
        page.locator("dialog[open] button").last.click()
    page.wait_for_url(f"**/scoring/{PERIOD}/")
    assert_accessible(page)
    page.goto(f"{address}/scoring/{PERIOD}/ranking/?level=branch")
    expect(page.locator("main .alert").first).to_contain_text("差异不显著")
    page.locator("main table tbody tr a").first.click()
    expect(page.locator(".sum")).to_contain_text("÷")
    assert_accessible(page)


def publish_the_bulletin(
    manager: Page,
    new_page: Callable[..., Page],
    address: str,
    folder: Path,
    assert_accessible: Callable[..., None],
) -> None:
    """Drafted by one, approved by another, published; the PDF says what the page says."""
    manager.goto(f"{address}/bulletins/new/{PERIOD}/")
    manager.locator("main form button[type=submit]").click()
    manager.wait_for_url("**/edit/")
    manager.locator("textarea[name^='prose_zh_']").last.fill("请各分行于两周内完成整改。")
    manager.locator("button[name=propose]").click()
    manager.wait_for_url("**/bulletins/*/")
    read = manager.url

    approver = new_page()
    sign_in(approver, address, "approver")
    approver.goto(read)
    approver.locator("form[action$='/approve/'] button").click()
    approver.locator("form[action$='/publish/'] button").click()
    approver.locator("dialog[open] button").last.click()
    expect(approver.locator(".turn .badge-soft.good, .turn .good").first).to_be_visible()
    assert_accessible(approver)

    manager.goto(read)
    sentence = manager.locator("p.figures:has(a[href])").first
    said = "".join(sentence.inner_text().split())
    numbers = sentence.locator("a[href]")
    assert numbers.count() > 0
    for number in numbers.all():
        answer = manager.request.get(f"{address}{number.get_attribute('href')}")
        assert answer.status == 200, number.get_attribute("href")
    with manager.expect_download() as download:
        manager.locator("a[href*='/pdf/']").first.click()
    target = folder / "bulletin.pdf"
    download.value.save_as(target)
    text = pdf_text(target.read_bytes())
    assert said[:30] in text
    assert "请各分行于两周内完成整改" in text


def pdf_text(content: bytes) -> str:
    """All text of a PDF without blanks, as its reader sees it."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)
