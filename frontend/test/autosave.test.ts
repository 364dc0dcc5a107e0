import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Autosave, type SaveState, type Unsent } from "../src/inspection/autosave";
import { digest, type InspectionDocument } from "../src/inspection/document";
import { last } from "./page";

const KEY = "hearth-draft-1";
const ASIDE = `${KEY}-aside`;

/** A document with one remark; two with the same remark say the same. */
function saying(remarks: string): InspectionDocument {
  return { marks: [], remarks };
}

/** What the server answers, one answer a request; the last one goes on answering. */
type Reply = () => Response | Promise<Response>;

const json =
  (status: number, body: unknown): Reply =>
  () =>
    new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const html =
  (status: number): Reply =>
  () =>
    new Response("<p>", { status, headers: { "Content-Type": "text/html" } });
const lost: Reply = () => Promise.reject(new TypeError("network"));

interface Bench {
  save: Autosave;
  states: SaveState[];
  messages: (string | undefined)[];
  versions: number[];
  /** Version and remarks of each request. */
  sent: () => [number, string][];
  type: (remarks: string) => void;
}

function bench(replies: Reply[], start = { version: 3, text: "" }): Bench {
  let form = saying(start.text);
  const requests: [number, string][] = [];
  const fetched = vi.fn(async (_url: string, init: RequestInit) => {
    const { version, document } = JSON.parse(String(init.body)) as Unsent;
    requests.push([version, document.remarks]);
    const reply = replies[Math.min(requests.length, replies.length) - 1];
    if (!reply) throw new Error("no answer was prepared");
    return reply();
  });
  vi.stubGlobal("fetch", fetched);
  const states: SaveState[] = [];
  const messages: (string | undefined)[] = [];
  const versions: number[] = [];
  const save = new Autosave({
    url: "/save/",
    csrf: "token",
    key: KEY,
    version: start.version,
    read: () => form,
    onState: (state, message) => {
      states.push(state);
      messages.push(message);
    },
    onVersion: (version) => versions.push(version),
  });
  const type = (remarks: string): void => {
    form = saying(remarks);
    save.touch();
  };
  return { save, states, messages, versions, sent: () => requests, type };
}

function stored(key: string): Unsent | null {
  return JSON.parse(window.localStorage.getItem(key) ?? "null") as Unsent | null;
}

beforeEach(() => {
  vi.useFakeTimers();
  window.localStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a change lies on this device at once, and is saved after a pause", async () => {
  const { save, states, versions, sent, type } = bench([json(200, { version: 4 })]);

  type("a");
  expect(stored(KEY)).toMatchObject({ version: 3, document: { remarks: "a" } });
  expect(sent()).toEqual([]);
  await vi.advanceTimersByTimeAsync(900);

  expect(sent()).toEqual([[3, "a"]]);
  expect(states).toEqual(["saving", "saved"]);
  expect(versions).toEqual([4]);
  expect(save.version).toBe(4);
  expect(stored(KEY)).toBeNull();
});

test("typing goes on counting the pause from the last change", async () => {
  const { sent, type } = bench([json(200, { version: 4 })]);

  type("a");
  await vi.advanceTimersByTimeAsync(800);
  type("ab");
  await vi.advanceTimersByTimeAsync(800);
  expect(sent()).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);

  expect(sent()).toEqual([[3, "ab"]]);
});

test("what is typed while a save runs is saved next, on top of it", async () => {
  let answer: (response: Response) => void = () => undefined;
  const slow: Reply = () => new Promise<Response>((resolve) => (answer = resolve));
  const { save, sent, type } = bench([slow, json(200, { version: 5 })]);
  type("a");
  const first = save.flush();
  expect(save.isSaving).toBe(true);
  type("ab");
  const second = save.flush();

  answer(await json(200, { version: 4 })());
  await Promise.all([first, second]);
  await save.settled();

  expect(sent()).toEqual([[3, "a"], [4, "ab"]]);
  expect(stored(KEY)).toBeNull();
});

test("nothing to save asks nothing of the server", async () => {
  const { save, sent } = bench([json(500, {})]);

  expect(await save.flush()).toBe(true);

  expect(sent()).toEqual([]);
});

test.each([
  ["no connection", lost],
  ["a broken server", html(500)],
  ["a busy server", html(429)],
])("%s: kept here, tried again later each time", async (_name, failing) => {
  const { save, states, sent, type } = bench([failing, failing, json(200, { version: 4 })]);
  type("a");

  expect(await save.flush()).toBe(false);
  expect(last(states)).toBe("offline");
  expect(stored(KEY)).toMatchObject({ document: { remarks: "a" } });
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(3999);
  expect(sent()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);

  expect(sent()).toHaveLength(3);
  expect(last(states)).toBe("saved");
  expect(stored(KEY)).toBeNull();
});

test("the network coming back does not wait for the next try", async () => {
  const { states, sent, type } = bench([lost, json(200, { version: 4 })]);
  type("a");
  await vi.advanceTimersByTimeAsync(900);
  expect(last(states)).toBe("offline");

  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);

  expect(sent()).toHaveLength(2);
  expect(last(states)).toBe("saved");
});

test("a save whose answer was lost is known by its text, and the work goes on", async () => {
  const taken = json(409, { version: 4, document: saying("a") });
  const { save, states, versions, sent, type } = bench([lost, taken, json(200, { version: 5 })]);
  type("a");
  await save.flush();
  type("ab");
  await save.flush();

  expect(sent()).toEqual([[3, "a"], [3, "ab"], [4, "ab"]]);
  expect(versions).toEqual([4, 5]);
  expect(states).not.toContain("stale");
  expect(stored(KEY)).toBeNull();
});

test("so is one before other losses", async () => {
  const taken = json(409, { version: 4, document: saying("a") });
  const { save, states, type } = bench([lost, lost, taken, json(200, { version: 5 })]);
  for (const text of ["a", "ab", "abc"]) {
    type(text);
    await save.flush();
  }

  expect(save.version).toBe(5);
  expect(states).not.toContain("stale");
});

test("the same text that another visit saved already is not a conflict", async () => {
  const { save, states, type } = bench([json(409, { version: 7, document: saying("a") }), json(200, { version: 8 })]);
  type("a");

  expect(await save.flush()).toBe(true);

  expect(last(states)).toBe("saved");
});

test("another's newer text stops saving and lays ours aside, with all that follows", async () => {
  const { save, states, versions, sent, type } = bench([json(409, { version: 9, document: saying("other") })]);
  type("a");

  expect(await save.flush()).toBe(false);
  type("ab");
  await vi.advanceTimersByTimeAsync(100_000);

  expect(last(states)).toBe("stale");
  expect(save.isHeldBack).toBe(true);
  expect(sent()).toHaveLength(1);
  expect(versions).toEqual([]); // a plain submission must not go over it either
  expect(stored(KEY)).toBeNull();
  expect(stored(ASIDE)).toMatchObject({ document: { remarks: "ab" } });
});

test("taking ours saves it over the newer version", async () => {
  const { save, versions, sent, type } = bench([
    json(409, { version: 9, document: saying("other") }),
    json(200, { version: 10 }),
  ]);
  type("a");
  await save.flush();

  expect(await save.take()).toBe(true);

  expect(last(sent())).toEqual([9, "a"]);
  expect(versions).toEqual([9, 10]);
  expect(save.isHeldBack).toBe(false);
  expect(stored(ASIDE)).toBeNull();
  type("ab"); // and saving goes on
  await save.flush();
  expect(last(sent())).toEqual([10, "ab"]);
});

test("a conflict that tells nothing of the other text still stops", async () => {
  const { save, states, type } = bench([html(409)]);
  type("a");
  await save.flush();

  expect(last(states)).toBe("stale");
  expect(stored(KEY)).toMatchObject({ document: { remarks: "a" } });
});

test.each<[string, Reply, SaveState]>([
  ["a draft that is gone", html(404), "gone"],
  ["a session that has ended", json(401, { message: "out" }), "signed-out"],
  ["a token or a right that no longer holds", html(403), "signed-out"],
])("%s: no more saving, and every change stays here", async (_name, reply, state) => {
  const { save, states, sent, type } = bench([reply]);
  type("a");
  await save.flush();
  type("ab");
  await vi.advanceTimersByTimeAsync(100_000);

  expect(last(states)).toBe(state);
  expect(sent()).toHaveLength(1);
  expect(stored(KEY)).toMatchObject({ version: 3, document: { remarks: "ab" } });
});

test("an answer from the sign-in page is not taken for a save", async () => {
  const redirected: Reply = () => Object.defineProperty(html(200)() as Response, "redirected", { value: true });
  const { save, states, type } = bench([redirected]);
  type("a");

  expect(await save.flush()).toBe(false);

  expect(last(states)).toBe("signed-out");
});

test.each<[string, Reply, string | undefined]>([
  ["with a reason", json(413, { message: "This check is too large." }), "This check is too large."],
  ["without one", html(422), undefined],
])("a refusal %s is told, and the next change is the next try", async (_name, reply, message) => {
  const { save, states, messages, sent, type } = bench([reply, json(200, { version: 4 })]);
  type("a");
  expect(await save.flush()).toBe(false);
  expect(last(states)).toBe("refused");
  expect(last(messages)).toBe(message);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(sent()).toHaveLength(1);

  type("b");
  await vi.advanceTimersByTimeAsync(900);

  expect(sent()).toHaveLength(2);
  expect(last(states)).toBe("saved");
});

test("a stopped draft sends nothing, and keeps what is typed", async () => {
  const { save, sent, type } = bench([json(200, { version: 4 })]);
  save.stop();
  type("a");
  await vi.advanceTimersByTimeAsync(5000);

  expect(sent()).toEqual([]);
  expect(stored(KEY)).not.toBeNull();
});

function leave(version: number, remarks: string, sent: string[] = []): void {
  window.localStorage.setItem(KEY, JSON.stringify({ version, document: saying(remarks), sent: sent.map((text) => digest(saying(text))) }));
}

test("nothing was left by an earlier visit", () => {
  expect(bench([]).save.recover(saying("served"))).toBeNull();
});

test("what was left on the same version comes back", () => {
  leave(3, "mine");

  expect(bench([]).save.recover(saying("served"))).toEqual(saying("mine"));
});

test("what the server has already is forgotten", () => {
  leave(2, "same");

  expect(bench([]).save.recover(saying("same "))).toBeNull();
  expect(stored(KEY)).toBeNull();
  expect(stored(ASIDE)).toBeNull();
});

test("a newer version that an earlier visit sent is gone on from", async () => {
  leave(2, "abc", ["a", "ab"]);
  const { save, sent, type } = bench([json(200, { version: 4 })]);

  expect(save.recover(saying("a"))).toEqual(saying("abc"));
  type("abc");
  await save.flush();

  expect(sent()).toEqual([[3, "abc"]]);
});

test("what an earlier visit sent is still known in this one", async () => {
  leave(3, "ab", ["a"]);
  const { save, states, type } = bench([json(409, { version: 4, document: saying("a") }), json(200, { version: 5 })]);
  save.recover(saying("served")); // the save of "a" lands only now

  type("ab");
  await save.flush();

  expect(last(states)).toBe("saved");
  expect(save.version).toBe(5);
});

test("a newer version of another wins, and ours lies aside", () => {
  leave(2, "mine", ["mi"]);
  const { save } = bench([]);

  expect(save.recover(saying("other"))).toBeNull();

  expect(save.unsent()).toBeNull();
  expect(save.aside()).toMatchObject({ version: 2, document: saying("mine") });
  save.forgetAside();
  expect(save.aside()).toBeNull();
});

test("what lies aside is forgotten once the server says the same", () => {
  leave(2, "mine");
  const { save } = bench([]);
  save.putAside();

  save.recover(saying("mine"));

  expect(save.aside()).toBeNull();
});

test.each(["{", "7", "null", `{"version":3}`, `{"version":"3","document":{"marks":[]},"sent":[]}`])(
  "what we never wrote is left alone: %s",
  (text) => {
    window.localStorage.setItem(KEY, text);

    expect(bench([]).save.recover(saying("served"))).toBeNull();
  },
);

test("without storage the server alone keeps the draft", async () => {
  vi.stubGlobal("localStorage", {
    getItem: () => {
      throw new Error("forbidden");
    },
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => {
      throw new Error("forbidden");
    },
  });
  const { save, states, type } = bench([json(200, { version: 4 })]);
  expect(save.recover(saying("served"))).toBeNull();
  type("a");

  expect(await save.flush()).toBe(true);
  expect(last(states)).toBe("saved");
});
