/**
 * Keeps a draft on the server while it is typed, and on this device while the server is away.
 *
 * Each change is put into local storage at once; what the server acknowledged is taken out again.
 * One save runs at a time; a failed one is tried again, later each time, and when the network is back.
 */
import type { InspectionDocument } from "./document";

export type SaveState = "saving" | "saved" | "offline" | "stale";

export interface Unsent {
  version: number;
  document: InspectionDocument;
}

interface Options {
  url: string;
  csrf: string;
  key: string;
  version: number;
  read: () => InspectionDocument;
  onState: (state: SaveState) => void;
  onVersion: (version: number) => void;
  storage?: Storage;
  delay?: number;
}

export class Autosave {
  private timer: number | undefined;
  private running: Promise<void> | null = null;
  private again = false;
  private failures = 0;
  private stopped = false;
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
    const text = this.storage.getItem(this.options.key);
    if (text === null) return null;
    try {
      return JSON.parse(text) as Unsent;
    } catch {
      this.storage.removeItem(this.options.key);
      return null;
    }
  }

  touch(): void {
    if (this.stopped) return;
    const kept: Unsent = { version: this.version, document: this.options.read() };
    this.storage.setItem(this.options.key, JSON.stringify(kept));
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), this.options.delay ?? 900);
  }

  /** Saves now; resolves when the server has it or the attempt has failed. True when it has. */
  async flush(): Promise<boolean> {
    window.clearTimeout(this.timer);
    if (this.stopped) return false;
    if (this.running) {
      this.again = true;
      await this.running;
      return this.unsent() === null;
    }
    if (this.unsent() === null) return true;
    this.running = this.save();
    await this.running;
    this.running = null;
    if (this.again) {
      this.again = false;
      return this.flush();
    }
    return this.unsent() === null;
  }

  /** Whether a save is on its way. */
  get isSaving(): boolean {
    return this.running !== null;
  }

  /** Resolves once no save is on its way any more. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  /** No more saving: the draft was submitted or is stale. */
  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }

  forget(): void {
    this.storage.removeItem(this.options.key);
  }

  private async save(): Promise<void> {
    const document = this.options.read();
    this.options.onState("saving");
    let response: Response;
    try {
      response = await fetch(this.options.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.options.csrf },
        body: JSON.stringify({ version: this.version, document }),
      });
    } catch {
      this.retry();
      return;
    }
    if (response.status === 409) {
      this.stop();
      this.options.onState("stale");
      return;
    }
    if (!response.ok) {
      this.retry();
      return;
    }
    const answer = (await response.json()) as { version: number };
    this.version = answer.version;
    this.failures = 0;
    this.options.onVersion(answer.version);
    if (JSON.stringify(this.options.read()) === JSON.stringify(document)) {
      this.forget();
      this.options.onState("saved");
    } else {
      this.again = true;
    }
  }

  private retry(): void {
    this.failures += 1;
    this.options.onState("offline");
    const wait = Math.min(2000 * 2 ** (this.failures - 1), 60_000);
    this.timer = window.setTimeout(() => void this.flush(), wait);
  }
}
