"""The page frame and its behaviours, in a browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db(transaction=True)


def _theme(page):
    return page.locator("html").get_attribute("data-bs-theme")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_before_the_first_paint(new_page, live_server, scheme):
    page = new_page(color_scheme=scheme)
    # Only theme.js may have done it: the other script is kept empty.
    page.route("**/dist/app.js", lambda r: r.fulfill(body="", content_type="text/javascript"))
    page.goto(live_server.url + reverse("accounts:sign-in"), wait_until="commit")

    page.wait_for_selector("body")

    assert _theme(page) == scheme


def test_what_is_built_is_served_and_nothing_comes_from_elsewhere(page, live_server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(live_server.url + reverse("accounts:sign-in"), wait_until="networkidle")

    assert any(url.endswith("/dist/app.js") for url in asked)
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_sign_in_page_is_accessible(new_page, live_server, assert_accessible, scheme, width):
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})

    page.goto(live_server.url + reverse("accounts:sign-in"))

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
