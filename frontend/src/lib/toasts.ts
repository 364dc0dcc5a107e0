/**
 * Notes that go away.
 *
 * `[data-hearth-toast]` stays until its `[data-hearth-dismiss]` is pressed. With a number of seconds
 * (`data-hearth-toast="8"`) it also goes by itself, but not while someone points at it or has the
 * focus in it (WCAG 2.2.1): only for news that is also to be seen elsewhere on the page.
 */
import { firstTime, hooks } from "./behaviour";

export function init(root: ParentNode): void {
  for (const toast of hooks(root, "[data-hearth-toast]")) {
    if (!firstTime(toast, "toast")) continue;
    for (const button of hooks(toast, "[data-hearth-dismiss]")) {
      button.addEventListener("click", () => dismiss(toast));
    }
    const seconds = Number(toast.dataset["hearthToast"]);
    if (seconds > 0) leaveAfter(toast, seconds * 1000);
  }
}

function leaveAfter(toast: HTMLElement, milliseconds: number): void {
  let timer = setTimeout(() => dismiss(toast), milliseconds);
  const hold = (): void => clearTimeout(timer);
  const resume = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => dismiss(toast), milliseconds);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", resume);
  toast.addEventListener("focusout", resume);
}

/** Take it away; a focus inside it goes to the page's content, not to nowhere. */
function dismiss(toast: HTMLElement): void {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.querySelector<HTMLElement>("#content")?.focus({ preventScroll: true });
}
