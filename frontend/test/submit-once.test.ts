import { beforeEach, expect, test } from "vitest";
import { init } from "../src/lib/submit-once";
import { page, settled } from "./page";

/** True when the submit would go out: happy-dom follows no form, so the event tells. */
function submit(form: HTMLFormElement, submitter?: HTMLElement): boolean {
  return form.dispatchEvent(
    new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: submitter ?? null }),
  );
}

beforeEach(() => init(document));

test("a second press of the button is held back, and the buttons close after the first went out", async () => {
  const find = page(
    `<form method="post"><button>go</button><button type="button" id="menu">menu</button></form>`,
  );
  const form = find<HTMLFormElement>("form");

  expect(submit(form)).toBe(true);
  expect(find<HTMLButtonElement>("button").disabled).toBe(false); // its value still has to be sent
  expect(submit(form)).toBe(false);
  await settled();

  expect(find<HTMLButtonElement>("button").disabled).toBe(true);
  expect(form.getAttribute("aria-busy")).toBe("true");
  expect(find<HTMLButtonElement>("#menu").disabled).toBe(false);
});

test("a button outside its form closes with it", async () => {
  const find = page(`<form method="post" id="f"></form><button form="f">go</button>`);

  submit(find<HTMLFormElement>("form"));
  await settled();

  expect(find<HTMLButtonElement>("button").disabled).toBe(true);
});

test("back from the browser's cache the form works again, and what was closed before stays closed", async () => {
  const find = page(`<form method="post"><button id="a">go</button><button id="b" disabled>not yet</button></form>`);
  const form = find<HTMLFormElement>("form");
  submit(form);
  await settled();

  window.dispatchEvent(new Event("pageshow"));

  expect(find<HTMLButtonElement>("#a").disabled).toBe(false);
  expect(find<HTMLButtonElement>("#b").disabled).toBe(true);
  expect(form.hasAttribute("aria-busy")).toBe(false);
  expect(submit(form)).toBe(true);
});

test.each([
  ["a search", `<form method="get"><button>go</button></form>`],
  ["a download", `<form method="post" data-hearth-resubmit><button>go</button></form>`],
  ["a form for another tab", `<form method="post" target="_blank"><button>go</button></form>`],
])("%s may be sent again", async (_name, html) => {
  const find = page(html);
  const form = find<HTMLFormElement>("form");

  expect(submit(form)).toBe(true);
  await settled();

  expect(find<HTMLButtonElement>("button").disabled).toBe(false);
  expect(submit(form)).toBe(true);
});

test("a submit that someone stopped leaves the form open", async () => {
  const find = page(`<form method="post"><button>go</button></form>`);
  const form = find<HTMLFormElement>("form");
  form.addEventListener("submit", (event) => event.preventDefault(), { once: true });

  expect(submit(form)).toBe(false);
  await settled();

  expect(find<HTMLButtonElement>("button").disabled).toBe(false);
  expect(submit(form)).toBe(true);
});

test("an htmx form closes while its request runs and opens when the answer is there", async () => {
  const find = page(`<form hx-post="/x"><button>go</button></form>`);
  const form = find<HTMLFormElement>("form");
  form.addEventListener("submit", (event) => event.preventDefault()); // as htmx does

  submit(form);
  await settled();
  expect(find<HTMLButtonElement>("button").disabled).toBe(true);

  form.dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true }));
  expect(find<HTMLButtonElement>("button").disabled).toBe(false);
});
