/**
 * `/` puts the cursor into the search box, `[data-hearth-search]`.
 *
 * A single key without Ctrl or Alt can be pressed by accident or by speech, so a checkbox
 * `[data-hearth-shortcuts]` turns it off on this device (WCAG 2.1.4).
 */
import { firstTime, hooks } from "./behaviour";

const KEY = "hearth.shortcuts";
const TYPING = "input, textarea, select, [contenteditable], dialog";

export function enabled(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true; // storage is forbidden, so nobody can have turned it off
  }
}

export function init(root: ParentNode): void {
  for (const box of hooks<HTMLInputElement>(root, "input[data-hearth-shortcuts]")) {
    box.checked = enabled();
    if (firstTime(box, "shortcuts")) box.addEventListener("change", () => keep(box.checked));
  }
  if (firstTime(document, "shortcuts")) document.addEventListener("keydown", onKey);
}

function keep(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // Storage is forbidden: the checkbox holds for as long as the page does.
  }
}

function onKey(event: KeyboardEvent): void {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest(TYPING)) return;
  const box = document.querySelector<HTMLInputElement>("[data-hearth-search]");
  if (!box || !enabled()) return;
  event.preventDefault();
  box.focus();
  box.select();
}
