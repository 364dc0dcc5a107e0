/**
 * "Nearest to me": asks the device where it is, only when touched, and sends the place, rounded to
 * hundredths of a degree, in the body of the form. Without it the form works by city.
 */
import { firstTime, hooks } from "./behaviour";

const WAIT = 10_000; // ms

export function init(root: ParentNode): void {
  for (const form of hooks<HTMLFormElement>(root, "form[data-hearth-nearby]")) {
    const button = form.querySelector<HTMLButtonElement>("[data-nearby]");
    if (!button || !("geolocation" in navigator) || !firstTime(form, "nearby")) continue;
    button.hidden = false;
    show(form, "[data-nearby-words]", true);
    button.addEventListener("click", () => locate(form, button));
  }
}

function locate(form: HTMLFormElement, button: HTMLButtonElement): void {
  button.disabled = true;
  show(form, "[data-nearby-failed]", false);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      put(form, "lon", coords.longitude);
      put(form, "lat", coords.latitude);
      form.requestSubmit();
    },
    () => {
      button.disabled = false;
      show(form, "[data-nearby-failed]", true);
    },
    { timeout: WAIT, maximumAge: 60_000 },
  );
}

function put(form: HTMLFormElement, name: string, degrees: number): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = degrees.toFixed(2);
}

function show(form: HTMLFormElement, selector: string, shown: boolean): void {
  const part = form.querySelector<HTMLElement>(selector);
  if (part) part.hidden = !shown;
}
