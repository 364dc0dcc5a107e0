import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { init } from "../src/inspection/checklist";
import { page, settled } from "./page";

const KEY = "hearth-draft-u";
const ASIDE = `${KEY}-aside`;

function form(attributes = "", remarks = ""): string {
  return `<form data-hearth-checklist data-save-url="/save/" data-uuid="u" data-version="3" ${attributes}
    data-text-saving="saving" data-text-saved="saved" data-text-offline="offline" data-text-stale="stale"
    data-text-signed-out="signed out" data-text-gone="gone" data-text-refused="refused" data-text-unsent="back"
    data-text-choice-mine="you see yours" data-text-choice-served="you see the newer">
    <input name="version" value="3" data-version-field><span data-save-state></span>
    <div data-choice hidden><p data-choice-text></p><button type="button" data-take-mine></button><button type="button" data-discard-mine></button></div>
    <textarea data-remarks>${remarks}</textarea><button type="submit"></button></form>`;
}

function answering(status: number, body: unknown): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function leave(key: string, version: number, remarks: string): void {
  window.localStorage.setItem(key, JSON.stringify({ version, document: { marks: [], remarks }, sent: [] }));
}

function body(fetched: ReturnType<typeof vi.fn>): unknown {
  return JSON.parse(String((fetched.mock.lastCall?.[1] as RequestInit | undefined)?.body));
}

beforeEach(() => window.localStorage.clear());

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("what an earlier visit left comes back and is sent", async () => {
  leave(KEY, 3, "mine");
  const fetched = answering(200, { version: 4 });
  const find = page(form("", "served"));

  init(document);
  await settled();

  expect(find<HTMLTextAreaElement>("[data-remarks]").value).toBe("mine");
  expect(body(fetched)).toMatchObject({ version: 3, document: { remarks: "mine" } });
  expect(find<HTMLInputElement>("[data-version-field]").value).toBe("4");
  expect(find("[data-choice]").hidden).toBe(true);
});

test("the server's newer text wins; ours is offered, and taken when wanted", async () => {
  leave(KEY, 2, "mine");
  const fetched = answering(200, { version: 4 });
  const find = page(form("", "served"));
  init(document);
  expect(find<HTMLTextAreaElement>("[data-remarks]").value).toBe("served");
  expect(find("[data-choice]").hidden).toBe(false);
  expect(find("[data-choice-text]").textContent).toBe("you see the newer");
  expect(fetched).not.toHaveBeenCalled();

  find("[data-take-mine]").click();
  await settled();

  expect(find<HTMLTextAreaElement>("[data-remarks]").value).toBe("mine");
  expect(body(fetched)).toMatchObject({ version: 3, document: { remarks: "mine" } });
  expect(find("[data-choice]").hidden).toBe(true);
  expect(window.localStorage.getItem(ASIDE)).toBeNull();
});

test("ours is forgotten when it is not wanted", () => {
  leave(ASIDE, 2, "mine");
  const leaving = vi.spyOn(window.location, "assign").mockImplementation(() => undefined);
  const find = page(form("", "served"));
  init(document);

  find("[data-discard-mine]").click();

  expect(window.localStorage.getItem(ASIDE)).toBeNull();
  expect(find("[data-choice]").hidden).toBe(true);
  expect(leaving).not.toHaveBeenCalled(); // the newer text is on the page already
});

test("a page that came back overtaken waits for a choice before anything is sent", async () => {
  const fetched = answering(200, { version: 4 });
  const leaving = vi.spyOn(window.location, "assign").mockImplementation(() => undefined);
  const find = page(form("data-stale", "mine"));
  init(document);
  expect(find("[data-choice-text]").textContent).toBe("you see yours");

  const submitted = find("form").dispatchEvent(new Event("submit", { cancelable: true }));
  expect(submitted).toBe(false);
  expect(fetched).not.toHaveBeenCalled();
  find("[data-discard-mine]").click();

  expect(leaving).toHaveBeenCalledOnce();
  expect(window.localStorage.getItem(ASIDE)).toBeNull();
});

test.each([
  [401, { message: "out" }, "signed out"],
  [404, {}, "gone"],
  [413, { message: "too large" }, "too large"],
  [422, {}, "refused"],
  [409, { version: 9, document: { marks: [], remarks: "other" } }, "stale"],
])("an answer of %s is told in words", async (status, answer, text) => {
  leave(KEY, 3, "mine");
  answering(status, answer);
  const find = page(form());

  init(document);
  await settled();

  expect(find("[data-save-state]").textContent).toBe(text);
  expect(find("[data-save-state]").classList.contains("is-bad")).toBe(true);
  expect(find("[data-choice]").hidden).toBe(status !== 409);
});
