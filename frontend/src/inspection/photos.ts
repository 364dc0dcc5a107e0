/**
 * Photos of a check: shown at once, sent one after another, kept on this device until the server
 * has them. A shop without a network is where many are taken: nothing that was photographed is
 * lost, and a reload goes on where it stopped.
 */
import { type KeptPhoto, type Shelf } from "./shelf";

export interface PhotoOptions {
  url: string;
  draft: string;
  csrf: string;
  texts: { remove: string; failed: string; kept: string };
  shelf: Shelf;
  onChange: () => void;
}

interface Answer {
  uuid: string;
  url: string;
  remove: string;
  message?: string;
}

interface Waiting {
  kept: KeptPhoto;
  line: HTMLElement;
  thumb: HTMLElement;
}

const FIRST_WAIT = 2000; // ms
const LONGEST_WAIT = 60_000;

export class Photos {
  private readonly queue: Waiting[] = [];
  private isRunning = false;
  private failures = 0;
  private isLeaving = false;
  private timer: number | undefined;

  constructor(private readonly options: PhotoOptions) {
    window.addEventListener("online", () => void this.run());
    window.addEventListener("beforeunload", () => (this.isLeaving = true));
  }

  /** How many the server has not taken yet. */
  get underWay(): number {
    return this.queue.length;
  }

  attach(line: HTMLElement): void {
    const area = line.querySelector<HTMLElement>("[data-photos]");
    const input = line.querySelector<HTMLInputElement>("[data-photo-input]");
    if (!area || !input) return;
    line.querySelector<HTMLElement>("[data-add-photo]")?.removeAttribute("hidden");
    input.addEventListener("change", () => {
      for (const file of Array.from(input.files ?? [])) void this.add(file, line);
      input.value = "";
    });
    area.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
      if (button?.dataset["remove"]) void this.remove(button);
      else if (button?.dataset["drop"]) this.drop(button.dataset["drop"]);
    });
  }

  /** Those that an earlier visit left on this device. */
  async recover(lines: HTMLElement[]): Promise<void> {
    for (const kept of await this.options.shelf.of(this.options.draft)) {
      const line = lines.find((one) => one.dataset["code"] === kept.criterion);
      const isHere = line?.querySelector(`[data-photo="${CSS.escape(kept.uuid)}"]`);
      if (line && !isHere) this.enqueue(kept, line);
      else void this.options.shelf.drop(kept.uuid); // taken after all, or asked no more
    }
    await this.run();
  }

  private async add(file: File, line: HTMLElement): Promise<void> {
    const kept: KeptPhoto = {
      uuid: crypto.randomUUID(),
      draft: this.options.draft,
      criterion: line.dataset["code"] ?? "",
      name: file.name,
      photo: file,
      at: Date.now() + this.queue.length / 1000,
    };
    this.enqueue(kept, line);
    await this.options.shelf.put(kept);
    await this.run();
  }

  private enqueue(kept: KeptPhoto, line: HTMLElement): void {
    const thumb = document.createElement("span");
    thumb.className = "thumb is-sending";
    const image = document.createElement("img");
    image.width = image.height = 72;
    image.alt = kept.name;
    image.src = URL.createObjectURL(kept.photo);
    thumb.append(image, this.button("drop", kept.uuid));
    line.querySelector("[data-photos]")?.insertBefore(thumb, line.querySelector("[data-add-photo]"));
    this.queue.push({ kept, line, thumb });
  }

  private button(what: "drop" | "remove", value: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset[what] = value;
    button.setAttribute("aria-label", this.options.texts.remove);
    button.textContent = "×";
    return button;
  }

  private async run(): Promise<void> {
    window.clearTimeout(this.timer);
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (let next = this.queue[0]; next; next = this.queue[0]) {
        if (!(await this.send(next))) return this.later();
      }
    } finally {
      this.isRunning = false;
    }
  }

  private later(): void {
    for (const { line } of this.queue) say(line, this.options.texts.kept);
    this.timer = window.setTimeout(() => void this.run(), Math.min(FIRST_WAIT * 2 ** this.failures, LONGEST_WAIT));
    this.failures += 1;
  }

  /** False when the server was not reached: the photo stays, and so do those behind it. */
  private async send(waiting: Waiting): Promise<boolean> {
    const { kept, line } = waiting;
    const body = new FormData();
    body.set("photo", kept.photo, kept.name || "photo");
    body.set("criterion", kept.criterion);
    body.set("uuid", kept.uuid);
    const response = await this.post(this.options.url, body);
    const answer = (await response?.json().catch(() => ({}))) as Partial<Answer> | undefined;
    const isTaken = response?.ok && isWhole(answer);
    // Of an answer that broke off nothing is known: the same photo is sent again, and counts once.
    if (!response || isPassing(response) || (response.ok && !isTaken)) return false;
    this.failures = 0;
    say(line, "");
    if (!this.queue.includes(waiting)) {
      if (isTaken) await this.post(answer.remove); // taken off while it was on its way
    } else if (isTaken) {
      this.finish(waiting, answer);
    } else {
      this.drop(kept.uuid);
      say(line, answer?.message ?? this.options.texts.failed);
    }
    return true;
  }

  /** The answer; null where the network is away. */
  private post(url: string, body?: FormData): Promise<Response | null> {
    const headers = { Accept: "application/json", "X-CSRFToken": this.options.csrf };
    return fetch(url, { method: "POST", headers, body: body ?? null }).catch(() => null);
  }

  private finish(waiting: Waiting, answer: Answer): void {
    const { thumb, kept } = waiting;
    this.takeOut(kept.uuid);
    // The page that comes next may have been made before this photo was taken: it asks for it again.
    if (!this.isLeaving) void this.options.shelf.drop(kept.uuid);
    thumb.classList.remove("is-sending");
    thumb.dataset["photo"] = answer.uuid;
    const image = thumb.querySelector("img");
    if (image) {
      URL.revokeObjectURL(image.src);
      image.src = answer.url;
    }
    thumb.querySelector("button")?.replaceWith(this.button("remove", answer.remove));
    this.options.onChange();
  }

  private drop(uuid: string): void {
    const waiting = this.queue.find(({ kept }) => kept.uuid === uuid);
    waiting?.thumb.remove();
    this.takeOut(uuid);
    void this.options.shelf.drop(uuid);
  }

  private takeOut(uuid: string): void {
    const at = this.queue.findIndex(({ kept }) => kept.uuid === uuid);
    if (at >= 0) this.queue.splice(at, 1);
  }

  private async remove(button: HTMLButtonElement): Promise<void> {
    const url = button.dataset["remove"];
    if (!url) return;
    button.disabled = true;
    const response = await this.post(url);
    if (response?.ok) {
      const thumb = button.closest<HTMLElement>(".thumb");
      thumb?.remove();
      // A download also announces that the page is left: what was kept then must not come back.
      if (thumb?.dataset["photo"]) void this.options.shelf.drop(thumb.dataset["photo"]);
      this.options.onChange();
    } else {
      button.disabled = false;
    }
  }
}

/** Whether trying again may help: the server is busy, or the reader has to sign in first. */
function isPassing(response: Response): boolean {
  return response.redirected || [401, 403, 408, 429].includes(response.status) || response.status >= 500;
}

function isWhole(answer: Partial<Answer> | undefined): answer is Answer {
  return Boolean(answer?.uuid && answer.url && answer.remove);
}

function say(line: HTMLElement, text: string): void {
  let place = line.querySelector<HTMLElement>("[data-photo-message]");
  if (!place) {
    if (!text) return;
    place = document.createElement("div");
    place.className = "invalid-feedback";
    place.dataset["photoMessage"] = "";
    place.setAttribute("role", "alert");
    line.querySelector("[data-photos]")?.after(place);
  }
  if (place.textContent !== text) place.textContent = text;
}
