/** What a filled-in checklist says; the same shape as the server's InspectionDocument. */
export type Verdict = "met" | "not_met" | "not_applicable" | "not_observable";

export interface Mark {
  criterion: string;
  verdict: Verdict;
  value?: string;
  note?: string;
}

export interface InspectionDocument {
  marks: Mark[];
  remarks: string;
}

export const VERDICTS: readonly Verdict[] = ["met", "not_met", "not_applicable", "not_observable"];

/** Reads one criterion's fieldset; null while nothing is judged. */
export function readLine(line: HTMLElement): Mark | null {
  const chosen = line.querySelector<HTMLInputElement>("input[type=radio]:checked");
  const criterion = line.dataset["code"];
  if (!chosen || !criterion) return null;
  const mark: Mark = { criterion, verdict: chosen.value as Verdict };
  if (mark.verdict === "not_met") {
    const value = line.querySelector<HTMLInputElement | HTMLSelectElement>("[data-value]")?.value.trim();
    if (value) mark.value = value;
  }
  const note = line.querySelector<HTMLTextAreaElement>("[data-note]")?.value.trim();
  if (note) mark.note = note;
  return mark;
}

export function readDocument(form: HTMLElement): InspectionDocument {
  const lines = Array.from(form.querySelectorAll<HTMLElement>("[data-line]"));
  const marks = lines.map(readLine).filter((mark): mark is Mark => mark !== null);
  return { marks, remarks: form.querySelector<HTMLTextAreaElement>("[data-remarks]")?.value.trim() ?? "" };
}

/** Puts a mark back into its fieldset (after a crash, or from this device's unsent copy). */
export function writeLine(line: HTMLElement, mark: Mark): void {
  for (const radio of line.querySelectorAll<HTMLInputElement>("input[type=radio]")) radio.checked = radio.value === mark.verdict;
  const value = line.querySelector<HTMLInputElement | HTMLSelectElement>("[data-value]");
  if (value && mark.value !== undefined) value.value = mark.value;
  const note = line.querySelector<HTMLTextAreaElement>("[data-note]");
  if (note && mark.note !== undefined) note.value = mark.note;
}
