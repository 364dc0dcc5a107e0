/**
 * The main menu on a narrow screen: `[data-hearth-sidebar-open]` shows `[data-hearth-sidebar]`,
 * and `[data-hearth-sidebar-close]`, Escape, a link in it or a press beside it hides it again.
 * On a wide screen the menu always shows and the two buttons do not.
 */
import { firstTime, hooks } from "./behaviour";

const OPEN = "is-open";

export function init(root: ParentNode): void {
  for (const opener of hooks(root, "[data-hearth-sidebar-open]")) {
    opener.setAttribute("aria-expanded", String(isOpen()));
    if (firstTime(opener, "sidebar")) opener.addEventListener("click", show);
  }
  for (const closer of hooks(root, "[data-hearth-sidebar-close]")) {
    if (firstTime(closer, "sidebar")) closer.addEventListener("click", () => hide(true));
  }
  if (!firstTime(document, "sidebar")) return;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) hide(true);
  });
  document.addEventListener("click", (event) => {
    const origin = event.target instanceof Element ? event.target : null;
    if (!isOpen() || origin?.closest("[data-hearth-sidebar-open]")) return;
    const inside = origin?.closest("[data-hearth-sidebar]");
    if (!inside || origin?.closest("a[href]")) hide(false);
  });
}

function sidebar(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-hearth-sidebar]");
}

function isOpen(): boolean {
  return sidebar()?.classList.contains(OPEN) ?? false;
}

function show(): void {
  sidebar()?.classList.add(OPEN);
  tell(true);
  sidebar()?.querySelector<HTMLElement>("[data-hearth-sidebar-close]")?.focus();
}

function hide(backToOpener: boolean): void {
  sidebar()?.classList.remove(OPEN);
  tell(false);
  if (backToOpener) document.querySelector<HTMLElement>("[data-hearth-sidebar-open]")?.focus();
}

function tell(open: boolean): void {
  for (const opener of hooks(document, "[data-hearth-sidebar-open]")) {
    opener.setAttribute("aria-expanded", String(open));
  }
}
