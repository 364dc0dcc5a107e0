/** The checklist page: progress, "the rest is met", keys, autosave, photos, submission. */
import { firstTime, hooks } from "../lib/behaviour";
import { Autosave, type SaveState } from "./autosave";
import { readDocument, readLine, VERDICTS, writeDocument, type Verdict } from "./document";
import { Photos } from "./photos";
import { deviceShelf, type Shelf } from "./shelf";

export function init(root: ParentNode, shelf: Shelf = deviceShelf()): void {
  for (const form of hooks<HTMLFormElement>(root, "form[data-hearth-checklist]")) {
    if (firstTime(form, "checklist")) new Checklist(form, shelf);
  }
}

/** Names of the texts that the page holds for each state. */
const WORDS: Record<SaveState, string> = {
  saving: "Saving",
  saved: "Saved",
  offline: "Offline",
  stale: "Stale",
  "signed-out": "SignedOut",
  gone: "Gone",
  refused: "Refused",
};

class Checklist {
  private readonly lines: HTMLElement[];
  private readonly autosave: Autosave;
  private readonly photos: Photos;

  constructor(
    private readonly form: HTMLFormElement,
    shelf: Shelf,
  ) {
    this.lines = Array.from(form.querySelectorAll<HTMLElement>("[data-line]"));
    const csrf = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    this.autosave = new Autosave({
      url: form.dataset["saveUrl"] ?? "",
      csrf,
      key: `hearth-draft-${form.dataset["uuid"] ?? ""}`,
      version: Number(form.dataset["version"]),
      read: () => readDocument(form),
      onState: (state, message) => this.showState(state, message),
      onVersion: (version) => this.keepVersion(version),
    });
    this.photos = new Photos({
      url: form.dataset["evidenceUrl"] ?? "",
      draft: form.dataset["uuid"] ?? "",
      csrf,
      texts: { remove: this.text("Remove"), failed: this.text("PhotoFailed"), kept: this.text("PhotoKept") },
      shelf,
      onChange: () => this.autosave.touch(),
    });
    this.restore();
    for (const line of this.lines) {
      this.photos.attach(line);
      this.steppers(line);
    }
    void this.photos.recover(this.lines);
    this.reveal();
    this.listen();
    this.refresh();
  }

  private text(name: string): string {
    return this.form.dataset[`text${name}`] ?? "";
  }

  /** Bring back what an earlier visit on this device typed and the server never got. */
  private restore(): void {
    if (this.form.dataset["stale"] !== undefined) {
      this.autosave.holdBack(); // the page came back refused, with what was typed in it
      this.showChoice(true);
      return;
    }
    const left = this.autosave.recover(readDocument(this.form));
    if (left) {
      writeDocument(this.form, left);
      this.say(this.text("Unsent"));
      this.autosave.touch();
      void this.autosave.flush();
    }
    if (this.autosave.aside()) this.showChoice(false);
  }

  /** Offer both texts: `isMine` tells whether the form shows this device's or the server's. */
  private showChoice(isMine: boolean): void {
    const place = this.form.querySelector<HTMLElement>("[data-choice]");
    if (!place) return;
    place.hidden = false;
    const words = place.querySelector("[data-choice-text]");
    if (words) words.textContent = this.text(isMine ? "ChoiceMine" : "ChoiceServed");
  }

  private chosen(): void {
    this.form.querySelector("[data-choice]")?.setAttribute("hidden", "");
  }

  /** This device's text into the form, where it is not there already, and over the server's. */
  private takeMine(): void {
    const mine = this.autosave.aside();
    if (mine) writeDocument(this.form, mine.document);
    this.refresh();
    this.chosen();
    void this.autosave.take();
  }

  /** Forget this device's text; where the form shows it, fetch the page anew. */
  private discardMine(): void {
    const isShown = this.autosave.isHeldBack;
    this.autosave.forgetAside();
    this.chosen();
    if (isShown) window.location.assign(window.location.pathname);
  }

  private reveal(): void {
    for (const hidden of this.form.querySelectorAll("[data-rest-met], [data-chapter-rest], [data-step]")) hidden.removeAttribute("hidden");
  }

  private listen(): void {
    const touched = (): void => {
      this.refresh();
      this.autosave.touch();
    };
    this.form.addEventListener("change", touched);
    this.form.addEventListener("input", () => this.autosave.touch());
    this.form.querySelector("[data-rest-met]")?.addEventListener("click", () => {
      this.restIsMet(this.lines);
      touched();
    });
    for (const button of this.form.querySelectorAll("[data-chapter-rest]")) {
      button.addEventListener("click", () => {
        this.restIsMet(this.linesOf(button.closest("[data-chapter]")));
        touched();
      });
    }
    this.form.querySelector("[data-take-mine]")?.addEventListener("click", () => this.takeMine());
    this.form.querySelector("[data-discard-mine]")?.addEventListener("click", () => this.discardMine());
    document.addEventListener("keydown", (event) => this.onKey(event));
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload(); // back from a page that may have saved more
    });
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
  }

  private linesOf(chapter: Element | null): HTMLElement[] {
    return this.lines.filter((line) => chapter?.contains(line));
  }

  private restIsMet(lines: HTMLElement[]): void {
    for (const line of lines) if (!readLine(line)) this.judge(line, "met");
  }

  private judge(line: HTMLElement, verdict: Verdict): void {
    const radio = line.querySelector<HTMLInputElement>(`input[type=radio][value=${verdict}]`);
    if (radio) radio.checked = true;
  }

  private refresh(): void {
    let answered = 0;
    let faults = 0;
    for (const line of this.lines) {
      const verdict = readLine(line)?.verdict;
      for (const name of VERDICTS) line.classList.toggle(`is-${name}`, verdict === name);
      if (verdict) {
        answered += 1;
        line.classList.remove("has-problem");
      }
      if (verdict === "not_met") faults += 1;
    }
    this.put("[data-answered]", String(answered));
    this.put("[data-faults]", String(faults));
    this.put("[data-left]", String(this.lines.length - answered));
    const progress = this.form.querySelector<HTMLProgressElement>("[data-progress]");
    if (progress) progress.value = answered;
    const rest = this.form.querySelector<HTMLButtonElement>("[data-rest-met]");
    if (rest) rest.disabled = answered === this.lines.length;
    for (const chapter of this.form.querySelectorAll<HTMLElement>("[data-chapter]")) this.refreshChapter(chapter);
  }

  private refreshChapter(chapter: HTMLElement): void {
    const lines = this.linesOf(chapter);
    const marks = lines.map(readLine);
    const answered = marks.filter((mark) => mark !== null).length;
    const faults = marks.filter((mark) => mark?.verdict === "not_met").length;
    const link = this.form.querySelector<HTMLElement>(`[data-chapter-link="${CSS.escape(chapter.dataset["chapter"] ?? "")}"]`);
    chapter.querySelector("[data-chapter-rest]")?.toggleAttribute("hidden", answered === lines.length);
    if (!link) return;
    link.classList.toggle("is-done", answered === lines.length);
    const tally = link.querySelector("[data-chapter-answered]");
    if (tally) tally.textContent = String(answered);
    const dot = link.querySelector<HTMLElement>("[data-chapter-faults]");
    if (dot) {
      dot.textContent = String(faults);
      dot.hidden = faults === 0;
    }
  }

  private put(selector: string, text: string): void {
    const place = this.form.querySelector(selector);
    if (place) place.textContent = text;
  }

  private keepVersion(version: number): void {
    const field = this.form.querySelector<HTMLInputElement>("[data-version-field]");
    if (field) field.value = String(version);
  }

  /** Says how saving goes; the server's own reason, if it gave one, rather than ours. */
  private showState(state: SaveState, message?: string): void {
    this.say(message ?? this.text(WORDS[state]), state !== "saving" && state !== "saved");
    if (state === "stale") this.showChoice(this.autosave.isHeldBack);
  }

  private say(text: string, isBad = false): void {
    const place = this.form.querySelector("[data-save-state]");
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("is-bad", isBad);
  }

  private steppers(line: HTMLElement): void {
    const input = line.querySelector<HTMLInputElement>(".stepper input");
    for (const button of line.querySelectorAll<HTMLButtonElement>("[data-step]")) {
      button.addEventListener("click", () => {
        if (!input) return;
        input.value = String(Math.min(999, Math.max(1, (Number(input.value) || 1) + Number(button.dataset["step"]))));
        this.autosave.touch();
      });
    }
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    const here = target.closest<HTMLElement>("[data-line]");
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      this.move(here, key === "j" ? 1 : -1);
    } else if (here && /^[1-4]$/.test(key)) {
      this.judge(here, VERDICTS[Number(key) - 1] ?? "met");
      here.dispatchEvent(new Event("change", { bubbles: true }));
      if (key !== "2") this.move(here, 1);
    } else if (here && key === "n") {
      here.querySelector<HTMLElement>("[data-note]")?.focus();
    } else if (here && key === "p") {
      here.querySelector<HTMLElement>("[data-photo-input]")?.click();
    } else {
      return;
    }
    event.preventDefault();
  }

  private move(here: HTMLElement | null, by: 1 | -1): void {
    const at = here ? this.lines.indexOf(here) + by : 0;
    const next = this.lines[Math.min(Math.max(at, 0), this.lines.length - 1)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "center" });
  }

  /**
   * Let the plain form go, once there is a network, and photos and a running save are through: a save that lands while the
   * form is on its way would make the form's version stale. This device's copy stays until the
   * page of the submitted check says that the server has it.
   */
  private onSubmit(event: SubmitEvent): void {
    if (this.autosave.isHeldBack) {
      event.preventDefault(); // it would go over the newer text unread
      this.form.querySelector("[data-choice]")?.scrollIntoView({ block: "center" });
      this.form.querySelector<HTMLElement>("[data-take-mine]")?.focus({ preventScroll: true });
      return;
    }
    if (this.autosave.isCutOff || !navigator.onLine) {
      event.preventDefault(); // the browser would put its own page of error in the place of the work
      this.say(this.text("SubmitOffline"), true);
      return;
    }
    if (this.photos.underWay > 0) {
      event.preventDefault();
      this.say(this.text("PhotoWait"), true);
      return;
    }
    if (this.autosave.isSaving) {
      event.preventDefault();
      void this.autosave.settled().then(() => this.form.requestSubmit(event.submitter));
      return;
    }
    this.autosave.stop();
  }
}

function isTyping(target: HTMLElement): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox";
}
