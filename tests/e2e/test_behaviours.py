"""The frontend's behaviours where only a browser tells: dialogs, leaving, the back button."""

from __future__ import annotations

import pytest

from tests.e2e import island_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.e2e.island_urls")]


@pytest.fixture
def hooks(page, live_server):
    island_urls.received.clear()
    page.goto(live_server.url)
    return page


def kinds():
    return [form["kind"] for form in island_urls.received]


def test_a_button_pressed_again_while_the_server_works_sends_its_form_once(hooks):
    hooks.evaluate(
        """() => { const button = document.querySelector("#plain button");
                   button.click(); setTimeout(() => button.click(), 60); }"""
    )
    hooks.get_by_text("received").wait_for()

    assert kinds() == ["plain"]


def test_back_on_the_page_the_form_can_be_sent_again(hooks):
    hooks.locator("#plain button").click()
    hooks.get_by_text("received").wait_for()

    hooks.go_back()
    hooks.locator("#plain button:enabled").click()
    hooks.get_by_text("received").wait_for()

    assert kinds() == ["plain", "plain"]


@pytest.mark.parametrize("way", ["no", "Escape"])
def test_a_question_answered_no_sends_nothing_and_the_focus_returns(hooks, way):
    hooks.locator("#asking button").press("Enter")
    dialog = hooks.locator("dialog[open]")
    assert dialog.get_by_text("Withdraw the check?").is_visible()

    hooks.keyboard.press("Escape") if way == "Escape" else dialog.get_by_text("no").click()
    dialog.wait_for(state="detached")

    assert kinds() == []
    assert hooks.evaluate("document.activeElement.closest('form').id") == "asking"


def test_a_question_answered_yes_sends_the_form_with_its_button(hooks):
    hooks.locator("#asking button").click()
    hooks.locator("dialog[open]").get_by_text("yes").click()
    hooks.get_by_text("received").wait_for()

    assert kinds() == ["asking"]


def test_what_was_typed_is_not_left_without_a_question(hooks):
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    hooks.on("dialog", stay)
    hooks.locator("#guarded input[name=text]").fill("words")

    hooks.locator("#away").click()
    hooks.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    assert hooks.locator("#guarded").is_visible()


def test_what_was_typed_is_saved_without_a_question(hooks):
    hooks.on("dialog", lambda dialog: pytest.fail(f"asked: {dialog.type}"))
    hooks.locator("#guarded input[name=text]").fill("words")

    hooks.locator("#guarded button").click()
    hooks.get_by_text("received").wait_for()

    assert island_urls.received[0]["text"] == "words"


def test_the_theme_outlives_the_page(hooks):
    assert hooks.locator("html").get_attribute("data-bs-theme") == "light"

    hooks.locator("#theme").click()
    hooks.reload()

    assert hooks.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_slash_goes_to_the_search_box_without_being_typed(hooks):
    hooks.keyboard.press("/")

    assert hooks.evaluate("document.activeElement.matches('[data-hearth-search]')")
    assert hooks.locator("[data-hearth-search]").input_value() == ""


def test_a_part_that_htmx_brings_has_its_behaviours(hooks):
    hooks.locator("#swap").click()
    hooks.locator("[data-hearth-dismiss]").click()

    assert hooks.locator("[data-hearth-toast]").count() == 0
