import { beforeEach, expect, test } from "vitest";
import { init } from "../src/lib/keep";
import { page } from "./page";

const FORM = (more = "", title = ""): string =>
  `<form data-hearth-keep="a" data-hearth-keep-text="back" ${more}>
    <input name="title" value="${title}"><input name="version" type="hidden" value="1">
    <input name="open" type="checkbox"><textarea name="note"></textarea>
    <select name="kind"><option value="x">x</option><option value="y">y</option></select></form>`;

function type(find: ReturnType<typeof page>): void {
  find<HTMLInputElement>("[name=title]").value = "守住钱袋子";
  find<HTMLInputElement>("[name=open]").checked = true;
  find<HTMLSelectElement>("[name=kind]").value = "y";
  find<HTMLInputElement>("[name=version]").value = "7";
  find("[name=title]").dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(() => window.localStorage.clear());

test("what was typed is back on the next page, and said to be", () => {
  const find = page(FORM());
  init(document);
  type(find);

  const again = page(FORM());
  init(document);

  expect(again<HTMLInputElement>("[name=title]").value).toBe("守住钱袋子");
  expect(again<HTMLInputElement>("[name=open]").checked).toBe(true);
  expect(again<HTMLSelectElement>("[name=kind]").value).toBe("y");
  expect(again<HTMLInputElement>("[name=version]").value).toBe("1");
  expect(again("[role=status]").textContent).toBe("back");
});

test("a form that came back refused shows what the server shows", () => {
  const find = page(FORM());
  init(document);
  type(find);

  const again = page(FORM("data-hearth-keep-as-is", "from the server"));
  init(document);

  expect(again<HTMLInputElement>("[name=title]").value).toBe("from the server");
});

test("a page that follows a success forgets", () => {
  const find = page(FORM());
  init(document);
  type(find);
  page(`<main data-hearth-kept="a"></main>`);
  init(document);

  const again = page(FORM());
  init(document);

  expect(again<HTMLInputElement>("[name=title]").value).toBe("");
  expect(document.querySelector("[role=status]")).toBeNull();
});

test("what is older than a week, or not ours, is forgotten", () => {
  window.localStorage.setItem("hearth-keep-a", JSON.stringify({ at: Date.now() - 8 * 86_400_000, values: { title: "old" } }));
  const find = page(FORM());
  init(document);
  expect(find<HTMLInputElement>("[name=title]").value).toBe("");

  window.localStorage.setItem("hearth-keep-a", "{not json");
  const again = page(FORM());
  init(document);
  expect(again<HTMLInputElement>("[name=title]").value).toBe("");
  expect(window.localStorage.getItem("hearth-keep-a")).toBeNull();
});
