import { beforeEach, expect, test } from "vitest";
import { init } from "../src/lib/shortcuts";
import { page } from "./page";

const SEARCH = `<input data-hearth-search value="old">`;

/** True when the key was taken. */
function press(target: EventTarget, key = "/", more: KeyboardEventInit = {}): boolean {
  return !target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );
}

beforeEach(() => {
  localStorage.clear();
  init(document);
});

test("a slash goes to the search box", () => {
  const find = page(SEARCH);

  expect(press(document.body)).toBe(true);
  expect(document.activeElement).toBe(find("[data-hearth-search]"));
});

test.each([
  ["in a text field", `${SEARCH}<textarea id="at"></textarea>`, "/", {}],
  ["in an editable part", `${SEARCH}<div id="at" contenteditable></div>`, "/", {}],
  ["with Ctrl", `${SEARCH}<p id="at"></p>`, "/", { ctrlKey: true }],
  ["of another key", `${SEARCH}<p id="at"></p>`, "a", {}],
  ["on a page without search", `<p id="at"></p>`, "/", {}],
])("a press %s is left alone", (_name, html, key, more) => {
  const find = page(html);

  expect(press(find("#at"), key, more)).toBe(false);
});

test("it can be turned off on this device, and on again", () => {
  const find = page(`${SEARCH}<input type="checkbox" data-hearth-shortcuts>`);
  init(document);
  const box = find<HTMLInputElement>("[data-hearth-shortcuts]");
  expect(box.checked).toBe(true);

  box.click();
  expect(press(document.body)).toBe(false);

  box.click();
  expect(press(document.body)).toBe(true);
});
