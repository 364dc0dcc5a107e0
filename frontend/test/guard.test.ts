import { beforeEach, expect, test, vi } from "vitest";
import { init, saved, unsaved } from "../src/lib/guard";
import { page, settled } from "./page";

const FORM = `<form data-hearth-guard="Leave?"><input name="a"></form>`;

function type(field: HTMLElement): void {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** True when the browser would let the reader go without a question. */
function mayLeave(): boolean {
  return window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

function htmxRequest(elt: Element, target: Element): { held: boolean; issued: () => number } {
  const issueRequest = vi.fn();
  const event = new CustomEvent("htmx:confirm", {
    bubbles: true,
    cancelable: true,
    detail: { elt, target, issueRequest },
  });
  const held = !elt.dispatchEvent(event);
  return { held, issued: () => issueRequest.mock.calls.length };
}

beforeEach(() => {
  for (const form of unsaved()) saved(form);
});

test("an untouched form lets go, a touched one does not", () => {
  const find = page(FORM);
  init(document);
  expect(mayLeave()).toBe(true);

  type(find("input"));

  expect(mayLeave()).toBe(false);
});

test("a form without the hook never holds anyone", () => {
  const find = page(`<form><input></form>`);
  init(document);

  type(find("input"));

  expect(mayLeave()).toBe(true);
});

test.each(["submit", "reset"])("after %s there is nothing to lose", (what) => {
  const find = page(FORM);
  init(document);
  type(find("input"));

  find("form").dispatchEvent(new Event(what, { bubbles: true, cancelable: true }));

  expect(mayLeave()).toBe(true);
});

test("a submit that was stopped saved nothing", () => {
  const find = page(FORM);
  init(document);
  type(find("input"));
  find("form").addEventListener("submit", (event) => event.preventDefault());

  find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

  expect(mayLeave()).toBe(false);
});

test("a refused form that comes back filled in holds from the start", () => {
  page(`<form data-hearth-guard="Leave?" data-hearth-guard-dirty></form>`);
  init(document);

  expect(mayLeave()).toBe(false);
});

test("a form that is gone from the page holds nobody", () => {
  const find = page(FORM);
  init(document);
  type(find("input"));

  find("form").remove();

  expect(mayLeave()).toBe(true);
});

test("a swap that would take the form away asks, and goes on after a yes", async () => {
  vi.stubGlobal("confirm", () => true);
  const find = page(`<a id="link"></a><div id="part">${FORM}</div>`);
  init(document);
  type(find("input"));

  const request = htmxRequest(find("#link"), find("#part"));
  expect(request.held).toBe(true);
  await settled();

  expect(request.issued()).toBe(1);
  expect(mayLeave()).toBe(true);
});

test("after a no the swap does not happen and the form still holds", async () => {
  vi.stubGlobal("confirm", () => false);
  const find = page(`<a id="link"></a><div id="part">${FORM}</div>`);
  init(document);
  type(find("input"));

  const request = htmxRequest(find("#link"), find("#part"));
  await settled();

  expect(request.issued()).toBe(0);
  expect(mayLeave()).toBe(false);
});

test("the form's own request and swaps elsewhere go through", () => {
  const find = page(`<a id="link"></a><div id="other"></div><div id="part">${FORM}</div>`);
  init(document);
  type(find("input"));

  expect(htmxRequest(find("form"), find("#part")).held).toBe(false);
  expect(htmxRequest(find("#link"), find("#other")).held).toBe(false);
});

test("a form that htmx sent is saved when the answer was good, not when it failed", () => {
  const find = page(FORM);
  init(document);
  type(find("input"));
  const answer = (successful: boolean): boolean =>
    find("form").dispatchEvent(
      new CustomEvent("htmx:afterRequest", { bubbles: true, detail: { successful } }),
    );

  answer(false);
  expect(mayLeave()).toBe(false);
  answer(true);
  expect(mayLeave()).toBe(true);
});
