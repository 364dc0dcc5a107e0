/**
 * What is typed into a form stays on this device until the server has taken it: a dead battery, a
 * lost network or a closed tab costs nothing.
 *
 * `<form data-hearth-keep="KEY" data-hearth-keep-text="…is back…">` keeps texts, numbers, choices
 * and ticks; files and hidden fields are not kept. `data-hearth-keep-as-is` on a form that came back
 * refused leaves what the server shows. The page that follows a success says
 * `data-hearth-kept="KEY"`, and the copy is forgotten. Copies older than a week are forgotten too.
 */
import { firstTime, hooks } from "./behaviour";

const PREFIX = "hearth-keep-";
const WEEK = 7 * 24 * 3600 * 1000; // ms
const LEFT_OUT = new Set(["hidden", "file", "password", "submit", "button", "reset"]);

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Kept {
  at: number;
  values: Record<string, string>;
}

export function init(root: ParentNode): void {
  for (const page of hooks(root, "[data-hearth-kept]")) forget(page.dataset["hearthKept"] ?? "");
  for (const form of hooks<HTMLFormElement>(root, "form[data-hearth-keep]")) {
    if (!firstTime(form, "keep")) continue;
    const key = form.dataset["hearthKeep"] ?? "";
    if (form.dataset["hearthKeepAsIs"] === undefined) restore(form, key);
    form.addEventListener("input", () => keep(form, key));
    form.addEventListener("change", () => keep(form, key));
  }
}

function controls(form: HTMLFormElement): Control[] {
  return Array.from(form.elements).filter(
    (one): one is Control =>
      (one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement) &&
      one.name !== "" &&
      !LEFT_OUT.has(one.type),
  );
}

function valueOf(one: Control): string {
  const ticked = one instanceof HTMLInputElement && (one.type === "checkbox" || one.type === "radio");
  return ticked ? String(one.checked) : one.value;
}

function keep(form: HTMLFormElement, key: string): void {
  const values: Record<string, string> = {};
  for (const one of controls(form)) if (one.type !== "radio") values[one.name] = valueOf(one);
  const kept: Kept = { at: Date.now(), values };
  try {
    window.localStorage.setItem(PREFIX + key, JSON.stringify(kept));
  } catch {
    // A full or forbidden storage: the form works as it does without this help.
  }
}

function read(key: string): Kept | null {
  try {
    const kept = JSON.parse(window.localStorage.getItem(PREFIX + key) ?? "null") as Kept | null;
    return kept && typeof kept.at === "number" && Date.now() - kept.at < WEEK ? kept : null;
  } catch {
    return null;
  }
}

function restore(form: HTMLFormElement, key: string): void {
  const kept = read(key);
  if (!kept) {
    forget(key);
    return;
  }
  let changed = false;
  for (const one of controls(form)) {
    const value = kept.values[one.name];
    if (value === undefined || one.type === "radio" || value === valueOf(one)) continue;
    if (one instanceof HTMLInputElement && one.type === "checkbox") one.checked = value === "true";
    else one.value = value;
    changed = true;
  }
  if (changed) say(form);
}

function say(form: HTMLFormElement): void {
  const told = document.createElement("p");
  told.className = "alert";
  told.setAttribute("role", "status");
  told.textContent = form.dataset["hearthKeepText"] ?? "";
  form.prepend(told);
}

function forget(key: string): void {
  try {
    window.localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept where storage is forbidden.
  }
}
