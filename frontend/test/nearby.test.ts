import { afterEach, expect, test, vi } from "vitest";
import { init } from "../src/lib/nearby";
import { page } from "./page";

const FORM = `<form data-hearth-nearby><input type="hidden" name="lon"><input type="hidden" name="lat">
  <button type="button" data-nearby hidden></button><p data-nearby-words hidden></p><p data-nearby-failed hidden></p></form>`;

type Answer = (done: PositionCallback, failed: PositionErrorCallback) => void;

function device(answer: Answer | null): void {
  const geolocation = answer ? { getCurrentPosition: answer } : undefined;
  vi.stubGlobal("navigator", geolocation ? { geolocation } : {});
}

afterEach(() => vi.unstubAllGlobals());

test("the place goes into the form, rounded, and the form is sent", () => {
  device((done) => done({ coords: { longitude: 123.43151, latitude: 41.80571 } } as GeolocationPosition));
  const find = page(FORM);
  const sent = vi.fn();
  find<HTMLFormElement>("form").requestSubmit = sent;
  init(document);

  expect(find("[data-nearby]").hidden).toBe(false);
  find("[data-nearby]").click();

  expect(find<HTMLInputElement>("[name=lon]").value).toBe("123.43");
  expect(find<HTMLInputElement>("[name=lat]").value).toBe("41.81");
  expect(sent).toHaveBeenCalledOnce();
});

test("a device that does not tell is said, and may be asked again", () => {
  device((_done, failed) => failed({} as GeolocationPositionError));
  const find = page(FORM);
  init(document);

  find("[data-nearby]").click();

  expect(find("[data-nearby-failed]").hidden).toBe(false);
  expect(find<HTMLButtonElement>("[data-nearby]").disabled).toBe(false);
  expect(find<HTMLInputElement>("[name=lon]").value).toBe("");
});

test("without a way to ask, the button stays away", () => {
  device(null);
  const find = page(FORM);
  init(document);

  expect(find("[data-nearby]").hidden).toBe(true);
});
