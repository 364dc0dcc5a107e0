"""A real browser against a real server.

- ``page``: a page in Chromium, Chinese, 1440 x 900; a script error, something that the
  Content-Security-Policy refused or a missing file fails the test, and a failure leaves a picture
  in ``build/e2e``.
- ``new_page(**options)``: more of them, e.g. ``viewport=``, ``locale="en-GB"``, ``offline=True``.
- ``enter(user, **options)``: a page on which that user is signed in to ``live_server``.
- ``live_server`` (pytest-django): Hearth in a thread, over the test's own database.
- ``assert_accessible(page)``: axe finds nothing against WCAG 2.2 AA.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from hearth.network.models import User
from tests import chromium
from tests.factories import PASSWORD

TOP = Path(__file__).resolve().parents[2]
PICTURES = TOP / "build" / "e2e"
AXE = TOP / "build" / "test-assets" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is an ``e2e`` test."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Tell the fixtures how the test went, so that they know whether to take a picture."""
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


_failed = pytest.StashKey[bool]()


# --- the browser --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's synchronous interface runs an event loop in this thread, and Django refuses to
    # use the database beside one. Nothing here is asynchronous in fact.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            yield browser
            browser.close()


class Complaints:
    """What the browser said while a page was open that no reader should have to live with."""

    # An answer that refuses is what some tests are about; a missing script or picture never is.
    REFUSALS = re.compile(r"status of (401|403|404|409|413|422|429|500)")

    def __init__(self) -> None:
        self.all: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda failure: self.all.append(f"script: {failure.error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        where = message.location.get("url", "")
        if self.REFUSALS.search(message.text) and "/static/" not in where:
            return
        if "net::ERR_INTERNET_DISCONNECTED" in message.text:  # a test went offline on purpose
            return
        self.all.append(f"console: {message.text} ({where})")


@pytest.fixture
def complaints() -> Complaints:
    """Empty it where a test provokes a complaint on purpose: ``complaints.all.clear()``."""
    return Complaints()


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, browser: Browser, complaints: Complaints
) -> Iterator[NewPage]:
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        usual = chromium.USUAL | {"viewport": {"width": 1440, "height": 900}}
        context = browser.new_context(**(usual | options))
        context.set_default_timeout(10_000)
        complaints.listen(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    if request.node.stash.get(_failed, False):
        _take_pictures(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert complaints.all == [], "the browser complained"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def _take_pictures(name: str, contexts: list[BrowserContext]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    pages = [page for context in contexts for page in context.pages if not page.is_closed()]
    for number, page in enumerate(pages, start=1):
        file = re.sub(r"[^\w-]+", "_", name)[:100] + f"-{number}.png"
        page.screenshot(path=PICTURES / file, full_page=True)


# --- accessibility ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """``assert_accessible(page, within="main")``: axe finds nothing against WCAG 2.2 AA.

    A click that leads to another page does not wait for it, so expect something of that page
    first; else axe judges the page before, or one that is going away under it.
    """
    script = AXE.read_text(encoding="utf-8")

    def check(page: Page, within: str | None = None) -> None:
        page.wait_for_load_state("load")
        page.evaluate(script)  # by the debugger, so the Content-Security-Policy stays as it is
        found = page.evaluate(
            """([within, tags]) => axe.run(within || document, {
                 runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})""",
            [within, WCAG],
        )
        assert [_told(violation) for violation in found["violations"]] == []

    return check


def _told(violation: dict[str, Any]) -> str:
    places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
    return f"{violation['id']}: {violation['help']} [{'; '.join(places[:5])}]"


@pytest.fixture
def enter(new_page: NewPage, live_server: Any) -> Callable[..., Page]:
    """A page on which a user is signed in."""

    def signed_in(user: User, **options: Any) -> Page:
        page = new_page(**options)
        page.goto(live_server.url + reverse("accounts:sign-in"))
        page.locator("[name=username]").fill(user.username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(live_server.url + "/")
        return page

    return signed_in
