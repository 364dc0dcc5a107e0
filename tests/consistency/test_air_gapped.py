"""No request leaves the machine unless an integration is switched on (design 6.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from csp.constants import NONE, SELF
from django.conf import settings

TOP = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"(?:https?:|wss?:)?//([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
# Names that stand in a file and are never asked for.
NEVER_ASKED = {
    "www.w3.org",  # the namespace of SVG
    "127.0.0.1",
}
PLACES = {
    "hearth": {".html", ".css", ".svg", ".js", ".json", ".typ", ".webmanifest"},
    "frontend/src": {".ts", ".css", ".svg", ".json"},
}


def hosts(text: str) -> list[str]:
    """Every other machine that ``text`` names in an address."""
    return sorted({host for host in ADDRESS.findall(text) if host not in NEVER_ASKED})


def _sources():
    for place, suffixes in PLACES.items():
        for file in sorted((TOP / place).rglob("*")):
            if file.suffix in suffixes and "dist" not in file.parts:
                yield file


def test_no_page_style_script_or_document_names_another_machine():
    named = {
        str(file.relative_to(TOP)): found
        for file in _sources()
        if (found := hosts(file.read_text(encoding="utf-8")))
    }

    assert named == {}


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example.com/x.js">',
        '<link href="//fonts.example.com/css">',
        "@import url(http://a.example/x.css)",
        'fetch("wss://feed.example.org")',
    ],
)
def test_the_guard_sees_an_address(text):
    assert hosts(text)


@pytest.mark.parametrize(
    "text", ['<svg xmlns="http://www.w3.org/2000/svg">', "a // b", "/static/x.js"]
)
def test_the_guard_lets_our_own_be(text):
    assert not hosts(text)


def test_the_browser_is_told_to_ask_nobody_else():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {source for sources in directives.values() for source in sources}

    assert allowed <= {NONE, SELF, "data:", "blob:"}
    assert directives["default-src"] == [NONE]
    assert directives["script-src"] == [SELF]
