import { beforeEach, expect, test } from "vitest";
import { init } from "../src/lib/sidebar";
import { page } from "./page";

let find: ReturnType<typeof page>;

function isOpen(): boolean {
  return find("aside").classList.contains("is-open");
}

beforeEach(() => {
  find = page(`<button data-hearth-sidebar-open></button><main>text</main>
    <aside data-hearth-sidebar><button data-hearth-sidebar-close></button><a href="#x">x</a><p>words</p></aside>`);
  init(document);
  init(document);
  find("[data-hearth-sidebar-open]").click();
});

test("the menu opens, says so, and takes the focus", () => {
  expect(isOpen()).toBe(true);
  expect(find("[data-hearth-sidebar-open]").getAttribute("aria-expanded")).toBe("true");
  expect(document.activeElement).toBe(find("[data-hearth-sidebar-close]"));
});

test("Escape and the close button hide it and give the focus back", () => {
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(isOpen()).toBe(false);
  expect(document.activeElement).toBe(find("[data-hearth-sidebar-open]"));
  expect(find("[data-hearth-sidebar-open]").getAttribute("aria-expanded")).toBe("false");

  find("[data-hearth-sidebar-open]").click();
  find("[data-hearth-sidebar-close]").click();
  expect(isOpen()).toBe(false);
});

test.each([
  ["main", false],
  ["aside a", false],
  ["aside p", true],
])("after a press on %s it is open: %s", (selector, open) => {
  find(selector).click();

  expect(isOpen()).toBe(open);
});
