"""Every template can be read, and everything that it names is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

HEARTH = Path(__file__).resolve().parents[2] / "hearth"
FOLDERS = sorted(HEARTH.glob("**/templates"))
TEMPLATES = {
    str(file.relative_to(folder)): file
    for folder in FOLDERS
    for file in sorted(folder.rglob("*"))
    if file.suffix in {".html", ".txt"}
}
STATIC = re.compile(r"""{%\s*static\s+['"]([^'"]+)['"]""")
ICON = re.compile(r"""{%\s*icon\s+['"]([^'"]+)['"]""")
URL = re.compile(r"""{%\s*url\s+['"]([^'"]+)['"]""")
QUOTED_TEMPLATE = re.compile(r"""['"]([\w/-]+\.(?:html|txt))['"]""")
HTMX_CONFIG = re.compile(r"""<meta name="htmx-config" content='([^']+)'""")


def named(pattern: re.Pattern[str]) -> dict[str, set[str]]:
    """What the templates name by ``pattern``, each with the templates that do."""
    found: dict[str, set[str]] = {}
    for name, file in TEMPLATES.items():
        for match in pattern.findall(file.read_text(encoding="utf-8")):
            found.setdefault(match, set()).add(name)
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name):
    engines["django"].get_template(name)


def test_every_static_file_that_a_template_names_is_there():
    missing = {name: where for name, where in named(STATIC).items() if not finders.find(name)}

    assert missing == {}


def test_every_icon_that_a_template_names_is_there():
    icons = {file.stem for file in (HEARTH / "static" / "icons").glob("*.svg")}

    assert {name: where for name, where in named(ICON).items() if name not in icons} == {}


def test_every_address_that_a_template_names_is_there():
    known = set(_address_names(get_resolver()))

    assert {name: where for name, where in named(URL).items() if name not in known} == {}


def _address_names(resolver: URLResolver, prefix: str = ""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _address_names(pattern, inner)


def test_every_template_is_used():
    """By a view, by another template, or by Django, which looks for its own names."""
    used: set[str] = set()
    for file in [*HEARTH.rglob("*.py"), *TEMPLATES.values()]:
        used |= set(QUOTED_TEMPLATE.findall(file.read_text(encoding="utf-8")))

    unused = {name for name in TEMPLATES if name not in used and not name.startswith("django/")}

    assert unused == set()


def test_no_template_carries_script_or_style_of_its_own():
    """The Content-Security-Policy would refuse it, silently for whoever does not look."""
    inline = re.compile(
        r"""<script(?![^>]*\b(?:src=|type="application/json"))|<style|\s(?:style|on\w+)="|\shx-on""",
        re.I,
    )

    assert {name for name, f in TEMPLATES.items() if inline.search(f.read_text("utf-8"))} == set()


def test_htmx_shows_refused_forms_and_evaluates_nothing():
    config = json.loads(HTMX_CONFIG.findall(TEMPLATES["base.html"].read_text(encoding="utf-8"))[0])

    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False  # a style inside the page, which we forbid
    assert {"code": "422", "swap": True} in config["responseHandling"]
