"""The machine's own Chromium, as browser tests and pictures start it."""

from __future__ import annotations

import os
import shutil
from typing import Any

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # may run as root, and opens only our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
USUAL: dict[str, Any] = {
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "reduced_motion": "reduce",
}


class NoBrowser(Exception):
    """The machine has no Chromium."""


def find() -> str:
    """Its path: HEARTH_TEST_CHROMIUM, or the first one on the PATH.

    Raises:
        NoBrowser: there is none.
    """
    named = os.environ.get("HEARTH_TEST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise NoBrowser("no Chromium: run scripts/browser_ready, which says how to get one")
    return found


def launch(playwright: Playwright) -> Browser:
    """Start it without a window."""
    return playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
