/**
 * A page read aloud by the browser's own voice.
 *
 * `<button data-hearth-speak="#what" data-text-stop="Stop reading" hidden>` shows itself where the
 * browser can speak, reads the text of `#what` in the language of the page, and stops at a second
 * press. A voice of the device itself is preferred to one that the browser fetches from its maker.
 */
import { firstTime, hooks } from "./behaviour";

const LONGEST = 160; // characters at once: browsers break off in the middle of long texts

export function init(root: ParentNode): void {
  if (!("speechSynthesis" in window)) return;
  for (const button of hooks<HTMLButtonElement>(root, "[data-hearth-speak]")) {
    if (!firstTime(button, "speak")) continue;
    button.hidden = false;
    const label = button.querySelector<HTMLElement>("[data-speak-label]") ?? button;
    const start = label.textContent ?? "";
    const settle = (speaking: boolean): void => {
      button.setAttribute("aria-pressed", String(speaking));
      label.textContent = speaking ? (button.dataset["textStop"] ?? start) : start;
    };
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") {
        speechSynthesis.cancel();
        settle(false);
        return;
      }
      const area = document.querySelector<HTMLElement>(button.dataset["hearthSpeak"] ?? "");
      if (area) say(pieces(spoken(area)), () => settle(false));
      settle(true);
    });
    window.addEventListener("pagehide", () => speechSynthesis.cancel());
  }
}

/** The text that a reader sees, a line a block; what is hidden or typed is not read. */
export function spoken(area: HTMLElement): string {
  return (area.innerText ?? area.textContent ?? "").replace(/[ \t]+/g, " ").trim();
}

/** Sentences, none longer than the browser can say at once. */
export function pieces(text: string): string[] {
  const sentences = text.split(/(?<=[\u3002\uff01\uff1f\uff1b!?;])|(?<=\.)\s|\n+/).map((sentence) => sentence.trim());
  return sentences.filter(Boolean).flatMap((sentence) => {
    const parts: string[] = [];
    const characters = Array.from(sentence); // not in the middle of a rare character
    for (let at = 0; at < characters.length; at += LONGEST) parts.push(characters.slice(at, at + LONGEST).join(""));
    return parts;
  });
}

function say(parts: readonly string[], done: () => void): void {
  speechSynthesis.cancel();
  const lang = document.documentElement.lang || "zh-CN";
  const voice = speechSynthesis.getVoices().find((one) => one.localService && one.lang.replace("_", "-").startsWith(lang.slice(0, 2)));
  if (parts.length === 0) done();
  parts.forEach((part, number) => {
    const utterance = new SpeechSynthesisUtterance(part);
    utterance.lang = lang;
    utterance.rate = 0.9; // a little slower than usual
    if (voice) utterance.voice = voice;
    if (number === parts.length - 1) utterance.onend = utterance.onerror = done;
    speechSynthesis.speak(utterance);
  });
}
