"""Pictures of the pages as each demonstration account sees them, into build/screenshots.

    python -m scripts.screenshots              every page of every menu, 1440 wide, light, Chinese
    python -m scripts.screenshots --every      and 390 wide, dark, English
    python -m scripts.screenshots --at http://127.0.0.1:8000        of a Hearth that is running
    python -m scripts.screenshots --only manager --path /scoring/   one page of one role

It starts a ``hearth serve --demo`` of its own, goes through the menu, and on each page follows the
first link of its content as well. It says where a page is wider than the screen, complains in the
console or answers with an error, and ends with 1 if any did.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.serving import serving

FOLDER = Path(__file__).resolve().parents[1] / "build" / "screenshots"
MENU = "[data-hearth-sidebar] nav a"
OFFER = "main button.offer"
CONTENT_LINK = "#content a[href^='/']:not([download])"
LOOKS = list(itertools.product((1440, 390), ("light", "dark"), ("zh-hans", "en")))


@dataclass(slots=True)
class Tour:
    """One run: where, what of it, and what was noticed on the way."""

    browser: Browser
    address: str
    looks: list[tuple[int, str, str]]
    path: str | None
    noticed: list[str] = field(default_factory=list)

    def visit(self, account: int, name: str) -> None:
        """Take every page of one account, in every look."""
        for width, scheme, language in self.looks:
            with self._signed_in(account, width, scheme, language) as page:
                for path in self._paths(page):
                    self._take(page, path, f"{name}/{_slug(path)}-{width}-{scheme}-{language}")

    @contextlib.contextmanager
    def _signed_in(self, account: int, width: int, scheme: str, language: str) -> Iterator[Page]:
        size = {"width": width, "height": 900}
        look: dict[str, Any] = {"viewport": size, "color_scheme": scheme}
        context = self.browser.new_context(**(chromium.USUAL | look))
        context.add_cookies([{"name": "hearth_language", "value": language, "url": self.address}])
        page = context.new_page()
        page.on("console", lambda m: self._notice(page, m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self._notice(page, str(error)))
        page.goto(self.address)  # whoever is not signed in lands on the sign-in page
        page.locator(OFFER).nth(account).click()
        page.wait_for_selector(MENU, state="attached")
        yield page
        context.close()

    def _paths(self, page: Page) -> list[str]:
        """The menu, and the first link of each of its pages that the menu has not."""
        if self.path:
            return [self.path]
        menu = [str(link.get_attribute("href")) for link in page.locator(MENU).all()]
        paths = list(dict.fromkeys(menu))
        for path in menu:
            page.goto(urljoin(self.address, path))
            links = page.locator(CONTENT_LINK)
            if links.count() and (onward := links.first.get_attribute("href")):
                paths.append(urlsplit(onward).path)
        return list(dict.fromkeys(paths))

    def _take(self, page: Page, path: str, name: str) -> None:
        answer = page.goto(urljoin(self.address, path), wait_until="networkidle")
        if answer is None or answer.status != 200:
            self._notice(page, f"answered {answer.status if answer else 'nothing'}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self._notice(page, "wider than the screen")
        file = FOLDER / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, full_page=True)
        print(file.relative_to(FOLDER.parents[1]))

    def _notice(self, page: Page, what: str) -> None:
        size = page.viewport_size or {"width": 0}
        self.noticed.append(f"{urlsplit(page.url).path} ({size['width']}): {what}")


def _slug(path: str) -> str:
    return re.sub(r"[^\w]+", "-", path).strip("-") or "home"


def _accounts(browser: Browser, address: str) -> list[str]:
    """The role names on the sign-in page, which is where the accounts are chosen."""
    page = browser.new_page(locale="en-GB")
    page.context.add_cookies([{"name": "hearth_language", "value": "en", "url": address}])
    page.goto(address)
    names = [_slug(text).lower() for text in page.locator(f"{OFFER} strong").all_inner_texts()]
    page.close()
    return names


def main() -> int:
    """The command line; 1 when something was noticed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--at", metavar="ADDRESS", help="a Hearth that is running, with the demo")
    parser.add_argument("--every", action="store_true", help="each width, theme and language")
    parser.add_argument("--only", metavar="ROLE", help="roles whose English name holds this")
    parser.add_argument("--path", help="this page only")
    given = parser.parse_args()

    with contextlib.ExitStack() as stack:
        address = given.at
        if not address:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearth-shots-")))
            address = stack.enter_context(serving(home, "--demo"))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        tour = Tour(browser, address, LOOKS if given.every else LOOKS[:1], given.path)
        for account, name in enumerate(_accounts(browser, address)):
            if not given.only or given.only in name:
                tour.visit(account, name)
        browser.close()
    print("\n".join(dict.fromkeys(tour.noticed)) or "Nothing amiss.")
    return 1 if tour.noticed else 0


if __name__ == "__main__":
    sys.exit(main())
