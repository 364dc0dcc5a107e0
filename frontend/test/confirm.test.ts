import { beforeEach, expect, test, vi } from "vitest";
import { init } from "../src/lib/confirm";
import { page, settled } from "./page";

const DIALOG = `<template data-hearth-confirm-dialog><dialog>
  <p data-hearth-confirm-question></p>
  <button type="button" data-hearth-confirm-no>no</button>
  <button type="button" data-hearth-confirm-yes>yes</button>
</dialog></template>`;

let sent: (string | null)[] = [];

function listenForSubmits(form: HTMLElement): void {
  sent = [];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const submitter = event.submitter as HTMLButtonElement | null;
    sent.push(submitter?.value ?? null);
  });
}

beforeEach(() => init(document));

test("a form asks its question and is sent with the button pressed after a yes", async () => {
  const find = page(
    `${DIALOG}<form data-hearth-confirm="Withdraw it?"><button name="do" value="withdraw">go</button></form>`,
  );
  init(document);
  listenForSubmits(find("form"));

  find("form button").click();
  expect(find("dialog [data-hearth-confirm-question]").textContent).toBe("Withdraw it?");
  expect(sent).toEqual([]);

  find("dialog [data-hearth-confirm-yes]").click();
  await settled();
  expect(sent).toEqual(["withdraw"]);
  expect(document.querySelector("body > dialog")).toBeNull();
});

test.each(["[data-hearth-confirm-no]", "escape"])("a no (%s) sends nothing", async (way) => {
  const find = page(`${DIALOG}<form data-hearth-confirm="Sure?"><button>go</button></form>`);
  listenForSubmits(find("form"));

  find("form button").click();
  if (way === "escape") find<HTMLDialogElement>("body > dialog").close();
  else find(`dialog ${way}`).click();
  await settled();

  expect(sent).toEqual([]);
});

test("each submit asks anew", async () => {
  const find = page(`${DIALOG}<form data-hearth-confirm="Sure?"><button>go</button></form>`);
  listenForSubmits(find("form"));
  find("form button").click();
  find("dialog [data-hearth-confirm-yes]").click();
  await settled();

  find("form button").click();

  expect(sent).toHaveLength(1);
  expect(document.querySelector("body > dialog")).not.toBeNull();
});

test("only the button that carries the question asks", () => {
  const find = page(
    `${DIALOG}<form><button value="save">save</button><button value="drop" data-hearth-confirm="Drop?">drop</button></form>`,
  );
  listenForSubmits(find("form"));

  find("[value=save]").click();
  find("[value=drop]").click();

  expect(sent).toEqual(["save"]);
  expect(find("dialog [data-hearth-confirm-question]").textContent).toBe("Drop?");
});

test("a link or an htmx control is pressed again after a yes, and nobody hears of the first press", async () => {
  const find = page(`${DIALOG}<button type="button" hx-post="/x" data-hearth-confirm="Sure?"><b>go</b></button>`);
  const pressed = vi.fn();
  find("[hx-post]").addEventListener("click", pressed);

  find("b").click();
  expect(pressed).not.toHaveBeenCalled();
  find("dialog [data-hearth-confirm-yes]").click();
  await settled();

  expect(pressed).toHaveBeenCalledTimes(1);
});

test("a page without the dialog lets the browser ask", async () => {
  const asked = vi.fn(() => true);
  vi.stubGlobal("confirm", asked);
  const find = page(`<form data-hearth-confirm="Sure?"><button value="a">go</button></form>`);
  listenForSubmits(find("form"));

  find("button").click();
  await settled();

  expect(asked).toHaveBeenCalledWith("Sure?");
  expect(sent).toEqual(["a"]);
});
