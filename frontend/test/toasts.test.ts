import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { init } from "../src/lib/toasts";
import { page } from "./page";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function toasts(): number {
  return document.querySelectorAll("[data-hearth-toast]").length;
}

test("a toast stays until it is dismissed, and the focus moves to the content", () => {
  const find = page(
    `<div data-hearth-toast>saved<button data-hearth-dismiss></button></div><main id="content" tabindex="-1"></main>`,
  );
  init(document);
  vi.advanceTimersByTime(60_000);
  expect(toasts()).toBe(1);

  find("button").focus();
  find("button").click();

  expect(toasts()).toBe(0);
  expect(document.activeElement).toBe(find("main"));
});

test("a toast with a number of seconds leaves by itself", () => {
  page(`<div data-hearth-toast="8">saved</div>`);
  init(document);

  vi.advanceTimersByTime(7_999);
  expect(toasts()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(toasts()).toBe(0);
});

test.each([
  ["pointerenter", "pointerleave"],
  ["focusin", "focusout"],
])("it waits from %s to %s", (arrive, leave) => {
  const find = page(`<div data-hearth-toast="8">saved</div>`);
  init(document);

  find("div").dispatchEvent(new Event(arrive));
  vi.advanceTimersByTime(60_000);
  expect(toasts()).toBe(1);

  find("div").dispatchEvent(new Event(leave));
  vi.advanceTimersByTime(8_000);
  expect(toasts()).toBe(0);
});
