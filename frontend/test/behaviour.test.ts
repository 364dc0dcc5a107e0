import { expect, test, vi } from "vitest";
import { firstTime, hooks, start } from "../src/lib/behaviour";
import { page } from "./page";

test("a behaviour binds to an element once", () => {
  const element = document.createElement("p");

  expect(firstTime(element, "a")).toBe(true);
  expect(firstTime(element, "a")).toBe(false);
  expect(firstTime(element, "b")).toBe(true);
});

test("the root itself is among its hooks", () => {
  const find = page(`<div id="root" data-x><p data-x></p></div>`);

  expect(hooks(find("#root"), "[data-x]").map((e) => e.tagName)).toEqual(["DIV", "P"]);
});

test("behaviours run over the page, and over each part that htmx settles", () => {
  const find = page(`<div id="part"></div>`);
  const init = vi.fn();

  start([init]);
  find("#part").dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));

  expect(init.mock.calls.map(([root]) => root)).toEqual([document, find("#part")]);
});
