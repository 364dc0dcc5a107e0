import { afterEach, expect, test, vi } from "vitest";
import { init } from "../src/inspection/checklist";
import { type KeptPhoto, type Shelf } from "../src/inspection/shelf";
import { page, settled } from "./page";

const MARKUP = `<form data-hearth-checklist data-save-url="/save/" data-evidence-url="/evidence/" data-uuid="u" data-version="3"
    data-text-saving="saving" data-text-saved="saved" data-text-offline="offline" data-text-submit-offline="not submitted"
    data-text-photo-failed="failed" data-text-photo-kept="kept here" data-text-photo-wait="wait" data-text-remove="remove">
    <input name="version" value="3" data-version-field><span data-save-state></span>
    <fieldset data-line data-code="A01"><input type="radio" value="not_met" checked>
      <div data-photos><label data-add-photo hidden><input type="file" data-photo-input></label></div></fieldset>
    <textarea data-remarks></textarea><button type="submit"></button></form>`;

class Memory implements Shelf {
  readonly photos = new Map<string, KeptPhoto>();
  put = async (photo: KeptPhoto): Promise<void> => void this.photos.set(photo.uuid, photo);
  drop = async (uuid: string): Promise<void> => void this.photos.delete(uuid);
  of = async (draft: string): Promise<KeptPhoto[]> => [...this.photos.values()].filter((photo) => photo.draft === draft);
}

function kept(uuid = "p1", criterion = "A01"): KeptPhoto {
  return { uuid, draft: "u", criterion, name: "door.jpg", photo: new Blob(["x"]), at: 1 };
}

const P1 = "00000000-0000-4000-8000-000000000001";
const leaving = (): void => void window.dispatchEvent(new Event("beforeunload"));

type Reply = () => Response;

/** Photos are answered by `photo`, saves and removals are taken. */
function serving(photo: Reply): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async (url: string) => (url === "/evidence/" ? photo() : Response.json({ version: 4 })));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

const cutOff: Reply = () => {
  throw new TypeError("Failed to fetch");
};
const taken: Reply = () => Response.json({ uuid: "p1", url: "/photo/p1/", remove: "/remove/p1/" });
const refused: Reply = () => Response.json({ message: "not a picture" }, { status: 422 });

function take(find: ReturnType<typeof page>): void {
  const input = find<HTMLInputElement>("[data-photo-input]");
  Object.defineProperty(input, "files", { configurable: true, value: [new File(["x"], "door.jpg", { type: "image/jpeg" })] });
  input.dispatchEvent(new Event("change"));
}

function submitted(find: ReturnType<typeof page>): boolean {
  return find("form").dispatchEvent(new Event("submit", { cancelable: true }));
}

/** A checklist on which a photo was just taken; `before` is called between opening and taking. */
async function photographed(shelf: Shelf, photo: Reply, before = (): void => undefined): Promise<ReturnType<typeof page>> {
  serving(photo);
  const find = page(MARKUP);
  init(document, shelf);
  before();
  take(find);
  await settled();
  return find;
}

async function online(): Promise<void> {
  window.dispatchEvent(new Event("online"));
  await settled();
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  window.localStorage.clear();
});

test("a photo taken without a network stays on the device and goes when it is back", async () => {
  const shelf = new Memory();
  const find = await photographed(shelf, cutOff);

  expect(shelf.photos.size).toBe(1);
  expect(find("[data-photo-message]").textContent).toBe("kept here");
  expect(submitted(find)).toBe(false);
  expect(find("[data-save-state]").textContent).toBe("wait");

  serving(taken);
  await online();
  expect(shelf.photos.size).toBe(0);
  expect(find("[data-photo]").dataset["photo"]).toBe("p1");
  expect(find("[data-remove]").dataset["remove"]).toBe("/remove/p1/");
  expect(find("[data-photo-message]").textContent).toBe("");
});

test("what an earlier visit could not send goes on the next", async () => {
  const shelf = new Memory();
  await shelf.put(kept());
  await shelf.put({ ...kept("other"), draft: "another check" });
  const fetched = serving(taken);
  const find = page(MARKUP);
  init(document, shelf);
  await settled();

  const body = fetched.mock.calls.find(([url]) => url === "/evidence/")?.[1] as { body: FormData };
  expect([body.body.get("uuid"), body.body.get("criterion")]).toEqual(["p1", "A01"]);
  expect(find("[data-photo]").dataset["photo"]).toBe("p1");
  expect([...shelf.photos.keys()]).toEqual(["other"]);
});

test("a photo whose answer was lost is not sent again", async () => {
  const shelf = new Memory();
  await shelf.put(kept());
  const fetched = serving(taken);
  page(MARKUP.replace("<label", '<span data-photo="p1"></span><label'));
  init(document, shelf);
  await settled();
  expect(fetched).not.toHaveBeenCalled();
  expect(shelf.photos.size).toBe(0);
});

test("a photo that is taken while the page is left is kept for the next page", async () => {
  const shelf = new Memory();
  const find = await photographed(shelf, taken, leaving);
  expect(find("[data-photo]").dataset["photo"]).toBe("p1");
  expect(shelf.photos.size).toBe(1);
});

test("a photo that was taken off does not come back, though the page seemed to be left", async () => {
  vi.spyOn(crypto, "randomUUID").mockReturnValue(P1);
  const shelf = new Memory();
  const find = await photographed(shelf, () => Response.json({ uuid: P1, url: "/photo/", remove: "/remove/" }), leaving);
  expect(shelf.photos.size).toBe(1);

  find("[data-remove]").click();
  await settled();
  expect(document.querySelector(".thumb")).toBeNull();
  expect(shelf.photos.size).toBe(0);
});

test("a photo whose answer broke off stays and is sent again", async () => {
  const shelf = new Memory();
  const find = await photographed(shelf, () => new Response('{"uuid": "p'));
  expect(shelf.photos.size).toBe(1);

  serving(taken);
  await online();
  expect(shelf.photos.size).toBe(0);
  expect(find("[data-photo]").dataset["photo"]).toBe("p1");
});

test("a refused photo says why and is forgotten", async () => {
  const shelf = new Memory();
  const find = await photographed(shelf, refused);
  expect(find("[data-photo-message]").textContent).toBe("not a picture");
  expect(document.querySelector(".thumb")).toBeNull();
  expect(shelf.photos.size).toBe(0);
});

test("a waiting photo can be taken off", async () => {
  const shelf = new Memory();
  const find = await photographed(shelf, cutOff);
  find("[data-drop]").click();
  expect(document.querySelector(".thumb")).toBeNull();
  expect(shelf.photos.size).toBe(0);
});

test("without a network nothing is submitted, and the page stays", async () => {
  serving(taken);
  const find = page(MARKUP);
  init(document, new Memory());
  await settled();
  vi.spyOn(window.navigator, "onLine", "get").mockReturnValue(false);
  expect(submitted(find)).toBe(false);
  expect(find("[data-save-state]").textContent).toBe("not submitted");
  vi.restoreAllMocks();
  expect(submitted(find)).toBe(true);
});
