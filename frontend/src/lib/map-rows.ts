/**
 * The map and the list beside it: a row points out its place on the picture.
 *
 * `[data-hearth-map-row="NAME"]` marks, while the pointer or the focus is on it, everything in
 * `[data-hearth-map]` whose tooltip begins with NAME.
 */
import { firstTime, hooks } from "./behaviour";

const NAMED = "is-named";

/** The marks whose tooltip begins with `name`, on every drawing of the page. */
function marksOf(name: string): Element[] {
  const titles = document.querySelectorAll("[data-hearth-map] svg title");
  return Array.from(titles)
    .filter((title) => title.textContent?.startsWith(name))
    .map((title) => title.parentElement)
    .filter((mark): mark is HTMLElement => mark !== null);
}

export function init(root: ParentNode): void {
  for (const row of hooks(root, "[data-hearth-map-row]")) {
    if (!firstTime(row, "map-row")) continue;
    const name = row.dataset["hearthMapRow"] ?? "";
    const point = (on: boolean) => () => marksOf(name).forEach((mark) => mark.classList.toggle(NAMED, on));
    row.addEventListener("mouseenter", point(true));
    row.addEventListener("mouseleave", point(false));
    row.addEventListener("focusin", point(true));
    row.addEventListener("focusout", point(false));
  }
}
