/**
 * The tree: what was unfolded once is folded and unfolded without asking the server again.
 *
 * `[data-hearth-tree-toggle]` unfolds the element that its `aria-controls` names; htmx fills that
 * element on the first click. Without script the toggle is a link to the subtree.
 */
import { firstTime, hooks } from "./behaviour";

export function init(root: ParentNode): void {
  for (const toggle of hooks(root, "[data-hearth-tree-toggle]")) {
    if (!firstTime(toggle, "tree-toggle")) continue;
    toggle.addEventListener("click", () => {
      const below = document.getElementById(toggle.getAttribute("aria-controls") ?? "");
      const opens = toggle.getAttribute("aria-expanded") !== "true";
      toggle.setAttribute("aria-expanded", String(opens));
      if (below) below.hidden = !opens;
    });
  }
}
