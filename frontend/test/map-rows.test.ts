import { beforeEach, expect, test } from "vitest";
import { init } from "../src/lib/map-rows";
import { page } from "./page";

let find: ReturnType<typeof page>;

beforeEach(() => {
  find = page(`<div data-hearth-map><svg><a id="s"><title>Shenyang: 183 outlets</title></a>
    <a id="f"><title>Fushun: 47 outlets</title></a></svg></div>
    <svg><a id="elsewhere"><title>Shenyang</title></a></svg>
    <table><tr data-hearth-map-row="Shenyang"><td><a href="#s">Shenyang</a></td></tr></table>`);
  init(document);
  init(document);
});

function named(): string[] {
  return Array.from(document.querySelectorAll(".is-named")).map((mark) => mark.id);
}

test.each([
  ["mouseenter", "mouseleave"],
  ["focusin", "focusout"],
])("a row names its place on the map from %s to %s", (on, off) => {
  const row = find("tr");
  row.dispatchEvent(new Event(on));
  expect(named()).toEqual(["s"]);

  row.dispatchEvent(new Event(off));
  expect(named()).toEqual([]);
});
