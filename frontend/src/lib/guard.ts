/**
 * Work that was typed and not saved is not lost without a question.
 *
 * `<form data-hearth-guard="You have changes that are not saved. Leave them?">`. A form that comes
 * back refused, with what was typed still in it, says `data-hearth-guard-dirty` as well.
 */
import { firstTime, hooks } from "./behaviour";
import { ask } from "./confirm";

const dirty = new Set<HTMLFormElement>();

/** The guarded forms on the page whose changes are not saved. */
export function unsaved(): HTMLFormElement[] {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  return Array.from(dirty);
}

/** What a form says when its own script has saved it. */
export function saved(form: HTMLFormElement): void {
  dirty.delete(form);
}

export function init(root: ParentNode): void {
  for (const form of hooks<HTMLFormElement>(root, "form[data-hearth-guard]")) {
    if (!firstTime(form, "guard")) continue;
    const touch = (): void => void dirty.add(form);
    form.addEventListener("input", touch);
    form.addEventListener("change", touch);
    form.addEventListener("reset", () => dirty.delete(form));
    if (form.dataset["hearthGuardDirty"] !== undefined) touch();
  }
  if (!firstTime(document, "guard")) return;
  window.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!event.defaultPrevented) dirty.delete(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved().length > 0) event.preventDefault(); // the browser asks, in its own words
  });
  document.addEventListener("htmx:confirm", (event) => onHtmxRequest(event as CustomEvent<HtmxConfirm>));
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful } = (event as CustomEvent<{ successful?: boolean }>).detail ?? {};
    if (successful && event.target instanceof HTMLFormElement) dirty.delete(event.target);
  });
}

interface HtmxConfirm {
  elt: Element;
  target?: Element | null;
  issueRequest: (skipConfirmation?: boolean) => void;
}

/** A swap that would take an unsaved form away asks first; the form's own request does not. */
function onHtmxRequest(event: CustomEvent<HtmxConfirm>): void {
  const { elt, target, issueRequest } = event.detail;
  const lost = unsaved().find((form) => !form.contains(elt) && target?.contains(form));
  if (!lost) return;
  event.preventDefault();
  void ask(lost.dataset["hearthGuard"] ?? "").then((yes) => {
    if (!yes) return;
    dirty.delete(lost);
    issueRequest(true);
  });
}
