/**
 * Light, dark, or as the system says.
 *
 * `[data-hearth-theme]` switches to the other of the two that is shown now; where the system
 * shows that one anyway, the choice goes back to "auto". `[data-hearth-theme="light|dark|auto"]`
 * chooses outright and tells by `aria-pressed` whether it is chosen.
 */
import { firstTime, hooks } from "./behaviour";

export type Choice = "light" | "dark" | "auto";
export type Shown = "light" | "dark";

const KEY = "hearth.theme";
const DARK = "(prefers-color-scheme: dark)";

/** What was chosen on this device; "auto" where nothing was, or storage is forbidden. */
export function chosen(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto"; // a browser that forbids storage throws on reading; the page follows the system
  }
}

export function system(): Shown {
  return matchMedia(DARK).matches ? "dark" : "light";
}

/** Put the choice onto the page. Runs before the first paint, so nothing flashes. */
export function apply(choice: Choice = chosen()): Shown {
  const shown = choice === "auto" ? system() : choice;
  document.documentElement.dataset["bsTheme"] = shown;
  for (const button of hooks(document, "[data-hearth-theme]")) mark(button, choice);
  return shown;
}

export function choose(choice: Choice): void {
  try {
    if (choice === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is forbidden: the choice holds for this page only.
  }
  apply(choice);
}

/** What a switch without a value leads to. */
export function opposite(): Choice {
  const other: Shown = document.documentElement.dataset["bsTheme"] === "dark" ? "light" : "dark";
  return other === system() ? "auto" : other;
}

/** Follow the system and the other tabs as long as the page is open. */
export function follow(): void {
  matchMedia(DARK).addEventListener("change", () => apply());
  addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) apply();
  });
  // Paper is white: a dark page would print its badges as dark blots, its pale words unreadable.
  addEventListener("beforeprint", () => (document.documentElement.dataset["bsTheme"] = "light"));
  addEventListener("afterprint", () => apply());
}

export function init(root: ParentNode): void {
  for (const button of hooks(root, "[data-hearth-theme]")) {
    mark(button, chosen());
    if (!firstTime(button, "theme")) continue;
    button.addEventListener("click", () => choose(asChoice(button) ?? opposite()));
  }
}

function asChoice(button: HTMLElement): Choice | null {
  const value = button.dataset["hearthTheme"];
  return value === "light" || value === "dark" || value === "auto" ? value : null;
}

function mark(button: HTMLElement, choice: Choice): void {
  const value = asChoice(button);
  if (value) button.setAttribute("aria-pressed", String(value === choice));
}
