/**
 * Keeps a draft on the server while it is typed, and on this device while the server is away.
 *
 * Each change is put into local storage at once; what the server acknowledged is taken out again.
 * One save runs at a time. One that did not get through is tried again, later each time, and when
 * the network is back; one that was refused waits for the next change; where another window was
 * faster, the reader decides between the two texts. What was sent and never answered is noted
 * beside the copy: where the server took it and only the answer was lost, the newer version that
 * the server tells of is our own, and the work goes on from there.
 */
import { digest, fingerprint, type InspectionDocument } from "./document";

/** "signed-out": sign in, or reload the page; "refused": the server gave a reason. */
export type SaveState = "saving" | "saved" | "offline" | "stale" | "signed-out" | "gone" | "refused";

export interface Unsent {
  version: number;
  document: InspectionDocument;
  /** Digests of the documents that were sent since the server last answered. */
  sent: string[];
}

interface Answer {
  version?: number;
  document?: InspectionDocument;
  message?: string;
}

interface Options {
  url: string;
  csrf: string;
  key: string;
  version: number;
  read: () => InspectionDocument;
  onState: (state: SaveState, message?: string) => void;
  onVersion: (version: number) => void;
  storage?: Storage;
  delay?: number;
}

const LONGEST_WAIT = 60_000; // ms
const MOST_REMEMBERED = 100; // sends without an answer: more than an hour of them

/** Where a copy lies that lost against a newer text of the server. */
export function asideKey(key: string): string {
  return `${key}-aside`;
}

export class Autosave {
  private timer: number | undefined;
  private running: Promise<void> | null = null;
  private again = false;
  private failures = 0;
  private stopped = false;
  private sent: string[] = [];
  private isDirty = false;
  private isWaiting = false;
  version: number;

  constructor(private readonly options: Options) {
    this.version = options.version;
    window.addEventListener("online", () => void this.flush());
  }

  private get storage(): Storage {
    return this.options.storage ?? window.localStorage;
  }

  /** What this device holds that the server had not acknowledged, if anything. */
  unsent(): Unsent | null {
    return this.kept(this.options.key);
  }

  /** What was put aside because the server has something else that is newer. */
  aside(): Unsent | null {
    return this.kept(asideKey(this.options.key));
  }

  private kept(key: string): Unsent | null {
    try {
      const value: unknown = JSON.parse(this.storage.getItem(key) ?? "null");
      return isUnsent(value) ? value : null;
    } catch {
      return null; // storage is forbidden, or holds what we never wrote
    }
  }

  private keep(key: string, value: Unsent | null): void {
    try {
      if (value === null) this.storage.removeItem(key);
      else this.storage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the server alone keeps the draft.
    }
  }

  /** The form's text onto this device: beside the server's while that choice is open. */
  private keepForm(document: InspectionDocument): void {
    const key = this.isWaiting ? asideKey(this.options.key) : this.options.key;
    this.keep(key, { version: this.version, document, sent: this.sent });
  }

  /**
   * What an earlier visit left on this device, to be written into the form; null where nothing was
   * left, where the server has it all, or where the server's text is another's and newer: then the
   * copy lies `aside`. After writing, `touch` sends it.
   */
  recover(served: InspectionDocument): InspectionDocument | null {
    const aside = this.aside();
    if (aside && fingerprint(aside.document) === fingerprint(served)) this.forgetAside();
    const left = this.unsent();
    if (!left) return null;
    if (fingerprint(left.document) === fingerprint(served)) {
      this.forget();
      return null;
    }
    if (left.version !== this.version && !left.sent.includes(digest(served))) {
      this.putAside();
      return null;
    }
    this.sent = left.version === this.version ? left.sent : [];
    return left.document;
  }

  /** Keep the unsent copy for the reader to decide about, out of the way of new changes. */
  putAside(): void {
    this.keep(asideKey(this.options.key), this.unsent());
    this.forget();
  }

  forgetAside(): void {
    this.isWaiting = false;
    this.keep(asideKey(this.options.key), null);
  }

  /** The form says something else than the server's newer text: nothing is sent until `take`. */
  holdBack(): void {
    this.stop();
    this.isWaiting = true;
    this.forget();
    this.keepForm(this.options.read());
  }

  /** The reader has chosen what the form says now: save it over the server's newer text. */
  take(): Promise<boolean> {
    this.forgetAside();
    this.stopped = false;
    this.options.onVersion(this.version);
    this.touch();
    return this.flush();
  }

  touch(): void {
    this.isDirty = true;
    this.keepForm(this.options.read());
    if (!this.stopped) this.plan(this.options.delay ?? 900);
  }

  /** Saves now; resolves when the server has it or the attempt has failed. True when it has. */
  async flush(): Promise<boolean> {
    window.clearTimeout(this.timer);
    if (this.stopped) return false;
    if (this.running) {
      this.again = true;
      await this.running;
      return !this.isDirty;
    }
    if (!this.isDirty) return true;
    this.running = this.save();
    await this.running;
    this.running = null;
    if (this.again) {
      this.again = false;
      return this.flush();
    }
    return !this.isDirty;
  }

  /** Whether the reader has still to choose between what the form says and the server's text. */
  get isHeldBack(): boolean {
    return this.isWaiting;
  }

  /** Whether the last save did not reach the server. */
  get isCutOff(): boolean {
    return this.failures > 0;
  }

  /** Whether a save is on its way. */
  get isSaving(): boolean {
    return this.running !== null;
  }

  /** Resolves once no save is on its way any more. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  /** No more saving: the draft is being submitted, or the reader must act first. */
  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }

  forget(): void {
    this.keep(this.options.key, null);
  }

  private plan(wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), wait);
  }

  private async save(): Promise<void> {
    const document = this.options.read();
    const now = digest(document);
    this.sent = [...this.sent.filter((one) => one !== now), now].slice(-MOST_REMEMBERED);
    this.keepForm(document);
    this.options.onState("saving");
    let response: Response;
    let answer: Answer;
    try {
      response = await fetch(this.options.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.options.csrf },
        body: JSON.stringify({ version: this.version, document }),
      });
      answer = isJson(response) ? ((await response.json()) as Answer) : {};
    } catch {
      this.retry();
      return;
    }
    if (response.ok && answer.version !== undefined) this.done(answer.version, document);
    else this.refused(response, answer);
  }

  private done(version: number, document: InspectionDocument): void {
    this.advance(version);
    if (fingerprint(this.options.read()) === fingerprint(document)) {
      this.isDirty = false;
      this.forget();
      this.options.onState("saved");
    } else {
      this.again = true;
    }
  }

  private advance(version: number): void {
    this.version = version;
    this.failures = 0;
    this.sent = [];
    this.options.onVersion(version);
  }

  private refused(response: Response, answer: Answer): void {
    const { status } = response;
    if (status === 409) {
      this.overtaken(answer);
    } else if (status === 404) {
      this.halt("gone");
    } else if (response.redirected || status === 401 || status === 403) {
      this.halt("signed-out");
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      this.sent = []; // answered: the server did not take it
      this.options.onState("refused", answer.message); // the next change is a next attempt
    } else {
      this.retry();
    }
  }

  /** The server has a newer version: an earlier save of ours whose answer was lost, or another's. */
  private overtaken({ version, document }: Answer): void {
    if (version === undefined || !document) {
      this.halt("stale");
    } else if (this.sent.includes(digest(document))) {
      this.advance(version);
      this.again = true;
    } else {
      this.version = version; // what `take` saves on top of
      this.sent = [];
      this.holdBack();
      this.options.onState("stale");
    }
  }

  private halt(state: SaveState): void {
    this.stop();
    this.options.onState(state);
  }

  private retry(): void {
    this.failures += 1;
    this.options.onState("offline");
    this.plan(Math.min(2000 * 2 ** (this.failures - 1), LONGEST_WAIT));
  }
}

function isUnsent(value: unknown): value is Unsent {
  const { version, document, sent } = (value ?? {}) as Partial<Unsent>;
  return typeof version === "number" && Array.isArray(document?.marks) && Array.isArray(sent);
}

function isJson(response: Response): boolean {
  return (response.headers.get("Content-Type") ?? "").includes("json");
}
