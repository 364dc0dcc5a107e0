"""The pictures in docs/screens: every main page at 1440 and 390 px, light and dark.

    python -m scripts.doc_screens [--at http://127.0.0.1:8000]

Without ``--at`` it starts a ``hearth serve --demo`` of its own. The invented bank is the same for
the same day, so pictures change when pages do, or a day has passed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.serving import serving

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screens"
LOOKS = [(width, theme) for width in (1440, 390) for theme in ("light", "dark")]
HEIGHTS = {1440: 900, 390: 844}
COLOURS = 192  # a palette keeps the repository small


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture: its name, what it shows, who looks, where; ``follow`` is a link to go on by."""

    name: str
    title: str
    who: str  # name of the demonstration account
    path: str
    follow: str = ""


MANAGER, OUTLET, INSPECTOR, REVIEWER = "沈知行", "陆青禾", "贺砚", "秦若谷"
AUDITOR, SECURITY = "章守拙", "梁慎之"
LAST = "#content table a[href^='/scoring/']"
SCREENS = (
    Screen("cockpit", "The first page of a programme manager", MANAGER, "/"),
    Screen("cockpit-outlet", "The first page of an outlet head", OUTLET, "/"),
    Screen("units", "Units", MANAGER, "/network/units/"),
    Screen("unit", "An outlet's page", MANAGER, "/network/units/LS010042/"),
    Screen("map", "The map", MANAGER, "/network/map/"),
    Screen("mine", "An inspector's work", INSPECTOR, "/inspections/mine/"),
    Screen(
        "checklist", "Filling in a check", INSPECTOR, "/inspections/mine/", "a[href*='assignment=']"
    ),
    Screen("checks", "Checks", MANAGER, "/inspections/"),
    Screen("check", "A check and its arithmetic", MANAGER, "/inspections/", "#checks table a"),
    Screen("review", "Reviewing", REVIEWER, "/inspections/review/", "#content table a"),
    Screen("standard", "A standard", MANAGER, "/standards/", "#content table a"),
    Screen("period", "A closed period", MANAGER, "/scoring/", "#content tr:has(.good) td.head a"),
    Screen("ranking", "A ranking with intervals", MANAGER, "/scoring/", "a[href$='/ranking/']"),
    Screen("policies", "Policies", MANAGER, "/scoring/policies/"),
    Screen("import", "Import", MANAGER, "/exchange/units/"),
    Screen("bulletins", "Bulletins", MANAGER, "/bulletins/"),
    Screen("figures", "Exploring figures", MANAGER, "/figures/"),
    Screen("figure", "A figure and its rows", MANAGER, "/figures/signs.replaced/"),
    Screen("report", "The report of any date", MANAGER, "/reports/"),
    Screen("plan", "The yearly plan", MANAGER, "/programme/"),
    Screen("performance", "Performance by targets", MANAGER, "/programme/performance/"),
    Screen("rectification", "Findings to be put right", MANAGER, "/rectification/"),
    Screen("signs", "Polish the sign: the campaign", MANAGER, "/premises/"),
    Screen("orders", "Work orders", MANAGER, "/premises/orders/"),
    Screen("facilities", "Convenience and age-friendly facilities", MANAGER, "/facilities/"),
    Screen("temperatures", "How warm the outlets were", MANAGER, "/temperatures/"),
    Screen("activities", "Activities", MANAGER, "/outreach/"),
    Screen("visits", "Home visits", OUTLET, "/visits/"),
    Screen("home-visit", "Asking for a home visit, without an account", MANAGER, "/home-visit/"),
    Screen("tests", "Knowledge tests", MANAGER, "/learning/"),
    Screen("cases", "Cases", MANAGER, "/voices/"),
    Screen("accounts", "Accounts", SECURITY, "/account/users/"),
    Screen("rights", "What I may do", OUTLET, "/account/what-i-may-do/"),
    Screen("audit", "The audit trail", AUDITOR, "/audit/"),
)


def take(browser: Browser, address: str, screen: Screen) -> None:
    """Take one page in every look."""
    for width, theme in LOOKS:
        look: dict[str, Any] = {
            "viewport": {"width": width, "height": HEIGHTS[width]},
            "color_scheme": theme,
        }
        context = browser.new_context(**(chromium.USUAL | look))
        page = context.new_page()
        _open(page, address, screen)
        shot = Image.open(io.BytesIO(page.screenshot()))
        small = shot.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
        small.save(FOLDER / f"{screen.name}-{width}-{theme}-zh.png", optimize=True)
        context.close()


def _open(page: Page, address: str, screen: Screen) -> None:
    page.goto(f"{address}/account/sign-in/")
    page.locator("button.offer", has_text=screen.who).first.click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}{screen.path}", wait_until="networkidle")
    if screen.follow:
        href = page.locator(screen.follow).first.get_attribute("href")
        page.goto(f"{address}{href}", wait_until="networkidle")
        begin = page.locator("input[name=assignment] ~ button")
        if begin.count():  # an assignment is begun, or gone on with, by a button
            begin.click()
            page.wait_for_load_state("networkidle")


def write_gallery() -> None:
    """A page with all pictures."""
    lines = ["# Pictures", "", "Made by `make screenshots` from the invented bank.", ""]
    for screen in SCREENS:
        lines += [f"## {screen.title}", ""]
        lines += [
            f"![{screen.title}, {width} px, {theme}]({screen.name}-{width}-{theme}-zh.png)"
            for width, theme in LOOKS
        ]
        lines.append("")
    (FOLDER / "README.md").write_text("\n".join(lines), encoding="utf-8")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--at", metavar="ADDRESS", help="a Hearth that is running, with the demo")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        address = given.at
        if not address:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearth-shots-")))
            address = stack.enter_context(serving(home, "--demo"))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        for screen in SCREENS:
            take(browser, address, screen)
            print(screen.name, flush=True)
        browser.close()
    write_gallery()
    return 0


if __name__ == "__main__":
    sys.exit(main())
