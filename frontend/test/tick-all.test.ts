import { expect, test } from "vitest";
import { init } from "../src/lib/tick-all";
import { page } from "./page";

const FORM = `<form><input type="checkbox" id="all" data-hearth-tick-all="one"><input type="checkbox" name="one" id="a"><input type="checkbox" name="one" id="b"><input type="checkbox" name="other" id="c"></form>`;

function change(box: HTMLInputElement, checked: boolean): void {
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

test("one tick ticks all of the name, and no others", () => {
  const find = page(FORM);
  init(document);

  change(find("#all"), true);

  expect(["#a", "#b", "#c"].map((id) => find<HTMLInputElement>(id).checked)).toEqual([true, true, false]);
  change(find("#all"), false);
  expect(["#a", "#b"].map((id) => find<HTMLInputElement>(id).checked)).toEqual([false, false]);
});

test("it shows whether none, some or all are ticked", () => {
  const find = page(FORM);
  init(document);
  const all = find<HTMLInputElement>("#all");

  change(find("#a"), true);
  expect([all.checked, all.indeterminate]).toEqual([false, true]);
  change(find("#b"), true);
  expect([all.checked, all.indeterminate]).toEqual([true, false]);
  change(find("#a"), false);
  change(find("#b"), false);
  expect([all.checked, all.indeterminate]).toEqual([false, false]);
});

test("where there is nothing to tick it cannot be ticked", () => {
  const find = page(`<form><input type="checkbox" id="all" data-hearth-tick-all="one"></form>`);
  init(document);

  expect(find<HTMLInputElement>("#all").disabled).toBe(true);
});
