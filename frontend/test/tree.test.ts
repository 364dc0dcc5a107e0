import { beforeEach, expect, test } from "vitest";
import { init } from "../src/lib/tree";
import { page } from "./page";

let find: ReturnType<typeof page>;

beforeEach(() => {
  find = page(`<a data-hearth-tree-toggle aria-expanded="false" aria-controls="below">E</a>
    <div id="below"></div><a id="bare" data-hearth-tree-toggle aria-controls="nothing">W</a>`);
  init(document);
  init(document);
});

test("a branch unfolds, folds and unfolds again", () => {
  const toggle = find("[data-hearth-tree-toggle]");
  const seen = [1, 2, 3].map(() => {
    toggle.click();
    return [toggle.getAttribute("aria-expanded"), find("#below").hidden];
  });

  expect(seen).toEqual([
    ["true", false],
    ["false", true],
    ["true", false],
  ]);
});

test("a toggle without its part only says that it is open", () => {
  find("#bare").click();

  expect(find("#bare").getAttribute("aria-expanded")).toBe("true");
});
