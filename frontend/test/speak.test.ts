import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { init, pieces, spoken } from "../src/lib/speak";
import { page } from "./page";

interface Said {
  text: string;
  lang: string;
  onend?: () => void;
}

const said: Said[] = [];
const cancel = vi.fn();

beforeEach(() => {
  said.length = 0;
  cancel.mockClear();
  vi.stubGlobal("SpeechSynthesisUtterance", function (this: Said, text: string) {
    this.text = text;
  });
  vi.stubGlobal("speechSynthesis", { cancel, getVoices: () => [], speak: (one: Said) => said.push(one) });
  document.documentElement.lang = "zh-CN";
});
afterEach(() => vi.unstubAllGlobals());

const HTML = `<button data-hearth-speak="#a" data-text-stop="停止" hidden><span data-speak-label>朗读</span></button><div id="a">申请上门服务。两人上门。</div>`;

test("the button shows itself, reads what it names and stops at a second press", () => {
  const find = page(HTML);
  const button = find<HTMLButtonElement>("button");
  init(document);
  init(document);

  expect(button.hidden).toBe(false);
  button.click();
  expect(said.map((one) => one.text)).toEqual(["申请上门服务。", "两人上门。"]);
  expect(said[0]?.lang).toBe("zh-CN");
  expect(button.getAttribute("aria-pressed")).toBe("true");
  expect(button.textContent).toBe("停止");

  cancel.mockClear();
  button.click();
  expect(cancel).toHaveBeenCalledOnce();
  expect(button.textContent).toBe("朗读");
  expect(said).toHaveLength(2);
});

test("at the end of the text the button is as before", () => {
  const button = page(HTML)<HTMLButtonElement>("button");
  init(document);
  button.click();

  said[1]?.onend?.();

  expect(button.getAttribute("aria-pressed")).toBe("false");
});

test("a browser that cannot speak shows no button", () => {
  vi.unstubAllGlobals();
  vi.stubGlobal("speechSynthesis", undefined);
  Reflect.deleteProperty(window, "speechSynthesis");
  const button = page(HTML)<HTMLButtonElement>("button");

  init(document);

  expect(button.hidden).toBe(true);
});

test("long sentences are cut between characters, rare ones too", () => {
  const parts = pieces("𠮷".repeat(161) + "。好");

  expect(parts.map((part) => Array.from(part).length)).toEqual([160, 2, 1]);
  expect(parts.join("")).toBe("𠮷".repeat(161) + "。好");
});

test("blanks and lines are put in order", () => {
  const area = page(`<div id="a"></div>`)("#a");
  Object.defineProperty(area, "innerText", { value: "  one \t two \n three " });

  expect(pieces(spoken(area))).toEqual(["one two", "three"]);
});
