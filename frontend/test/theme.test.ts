import { beforeEach, expect, test, vi } from "vitest";
import { apply, choose, chosen, follow, init, opposite } from "../src/lib/theme";
import { page } from "./page";

let systemIsDark = false;
let systemChanged: () => void = () => undefined;

function shown(): string | undefined {
  return document.documentElement.dataset["bsTheme"];
}

beforeEach(() => {
  localStorage.clear();
  systemIsDark = false;
  vi.stubGlobal("matchMedia", () => ({
    get matches() {
      return systemIsDark;
    },
    addEventListener: (_: string, listener: () => void) => (systemChanged = listener),
  }));
});

test("without a choice the page follows the system", () => {
  systemIsDark = true;

  expect(apply()).toBe("dark");
  expect(shown()).toBe("dark");
});

test("a choice is kept on the device and outlives the system's", () => {
  choose("dark");
  systemIsDark = false;

  expect(chosen()).toBe("dark");
  expect(apply()).toBe("dark");
});

test("a kept value that means nothing is taken for no choice", () => {
  localStorage.setItem("hearth.theme", "purple");

  expect(chosen()).toBe("auto");
});

test("where storage is forbidden the page still follows the system and switches", () => {
  vi.stubGlobal("localStorage", {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("denied");
    },
  });

  expect(apply()).toBe("light");
  choose("dark");
  expect(shown()).toBe("dark");
});

test("the switch shows the other theme, and gives the choice back when it meets the system", () => {
  const find = page(`<button data-hearth-theme></button>`);
  apply();
  init(document);
  init(document); // a second run must not bind a second time, or one press would switch twice

  find("button").click();
  expect([shown(), chosen()]).toEqual(["dark", "dark"]);

  find("button").click();
  expect([shown(), chosen()]).toEqual(["light", "auto"]);
  expect(opposite()).toBe("dark");
});

test("a button with a value chooses it and tells so", () => {
  const find = page(`<button data-hearth-theme="dark"></button><button data-hearth-theme="auto"></button>`);
  init(document);
  expect(find("[data-hearth-theme=auto]").getAttribute("aria-pressed")).toBe("true");

  find("[data-hearth-theme=dark]").click();

  expect(shown()).toBe("dark");
  expect(find("[data-hearth-theme=dark]").getAttribute("aria-pressed")).toBe("true");
  expect(find("[data-hearth-theme=auto]").getAttribute("aria-pressed")).toBe("false");
});

test("a change of the system, or in another tab, reaches an open page", () => {
  apply();
  follow();

  systemIsDark = true;
  systemChanged();
  expect(shown()).toBe("dark");

  localStorage.setItem("hearth.theme", "light");
  window.dispatchEvent(new StorageEvent("storage", { key: "hearth.theme" }));
  expect(shown()).toBe("light");
});

test("a dark page is printed light, and is dark again afterwards", () => {
  choose("dark");
  follow();

  window.dispatchEvent(new Event("beforeprint"));
  expect(shown()).toBe("light");

  window.dispatchEvent(new Event("afterprint"));
  expect(shown()).toBe("dark");
});
