/**
 * How a behaviour comes onto a page.
 *
 * A behaviour is a function `init(root)` that finds its hooks (`data-hearth-*`, never classes)
 * under `root` and may be run any number of times over the same elements. `start` runs all of
 * them when the page is there, and again over every part that htmx puts into it.
 */

export type Init = (root: ParentNode) => void;

const bound = new WeakMap<object, Set<string>>();

/** True the first time it is asked for this target and behaviour, false ever after. */
export function firstTime(target: object, behaviour: string): boolean {
  const names = bound.get(target) ?? new Set<string>();
  if (names.has(behaviour)) return false;
  names.add(behaviour);
  bound.set(target, names);
  return true;
}

/** All matches under `root`, `root` itself among them. */
export function hooks<E extends HTMLElement = HTMLElement>(root: ParentNode, selector: string): E[] {
  const below = Array.from(root.querySelectorAll<E>(selector));
  return root instanceof Element && root.matches(selector) ? [root as unknown as E, ...below] : below;
}

/** Run every behaviour now, or as soon as the page is parsed, and after each swap. */
export function start(behaviours: readonly Init[]): void {
  const run = (root: ParentNode): void => behaviours.forEach((init) => init(root));
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => run(document), { once: true });
  } else {
    run(document);
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    run(event.target instanceof Element ? event.target : document);
  });
}
