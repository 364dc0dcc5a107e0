/**
 * A form that writes is sent once, however often its button is pressed.
 *
 * Applies to every form with method="post". A form whose answer leaves the page standing (a
 * download, a new tab) says `data-hearth-resubmit`. The server is idempotent all the same: this
 * spares the reader a second look at "already done".
 */
import { firstTime, hooks } from "./behaviour";

const BUTTONS = "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]";
const SENT = "hearthSent";
const CLOSED = "hearthClosed";

export function init(_root: ParentNode): void {
  if (!firstTime(document, "submit-once")) return;
  // On window and bubbling: whoever prevented the submit has done so by now.
  window.addEventListener("submit", onSubmit);
  // Back to a page from the browser's cache: it must be usable again.
  window.addEventListener("pageshow", () => hooks<HTMLFormElement>(document, "form").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form) release(form);
  });
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !isGuarded(form, event.submitter)) return;
  if (form.dataset[SENT] !== undefined) {
    event.preventDefault();
    return;
  }
  // htmx prevents the browser's own submit and sends by itself; others who prevent it mean to stop it.
  if (event.defaultPrevented && !isHtmx(form)) return;
  form.dataset[SENT] = "";
  form.setAttribute("aria-busy", "true");
  // A turn later, because a disabled button is not sent along with its form.
  setTimeout(() => {
    if (form.dataset[SENT] === undefined) return;
    for (const button of controls(form)) {
      if (button.disabled) continue;
      button.disabled = true;
      button.dataset[CLOSED] = "";
    }
  });
}

function release(form: HTMLFormElement): void {
  delete form.dataset[SENT];
  form.removeAttribute("aria-busy");
  for (const button of controls(form)) {
    if (button.dataset[CLOSED] === undefined) continue;
    button.disabled = false;
    delete button.dataset[CLOSED];
  }
}

function isGuarded(form: HTMLFormElement, submitter: HTMLElement | null): boolean {
  const method = submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
  const writes = method.toLowerCase() === "post" || isHtmx(form);
  return writes && form.dataset["hearthResubmit"] === undefined && !opensElsewhere(form);
}

function isHtmx(form: HTMLFormElement): boolean {
  return form.hasAttribute("hx-post") || form.hasAttribute("data-hx-post");
}

function opensElsewhere(form: HTMLFormElement): boolean {
  const target = form.getAttribute("target");
  return target !== null && target !== "" && target !== "_self";
}

function controls(form: HTMLFormElement): (HTMLButtonElement | HTMLInputElement)[] {
  const inside = hooks<HTMLButtonElement>(form, BUTTONS);
  const outside = form.id
    ? hooks<HTMLButtonElement>(document, BUTTONS).filter((button) => button.getAttribute("form") === form.id)
    : [];
  return [...inside, ...outside];
}
