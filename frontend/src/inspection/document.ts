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

/** Puts a mark back into its fieldset; null takes the judgement away and leaves what was typed. */
export function writeLine(line: HTMLElement, mark: Mark | null): void {
  for (const radio of line.querySelectorAll<HTMLInputElement>("input[type=radio]")) radio.checked = radio.value === mark?.verdict;
  if (!mark) return;
  const value = line.querySelector<HTMLInputElement | HTMLSelectElement>("[data-value]");
  if (value && mark.verdict === "not_met") value.value = mark.value ?? "";
  const note = line.querySelector<HTMLTextAreaElement>("[data-note]");
  if (note) note.value = mark.note ?? "";
}

/** Makes the form say what the document says, and nothing else. */
export function writeDocument(form: HTMLElement, document: InspectionDocument): void {
  const marks = new Map(document.marks.map((mark) => [mark.criterion, mark]));
  for (const line of form.querySelectorAll<HTMLElement>("[data-line]")) {
    writeLine(line, marks.get(line.dataset["code"] ?? "") ?? null);
  }
  const remarks = form.querySelector<HTMLTextAreaElement>("[data-remarks]");
  if (remarks) remarks.value = document.remarks;
}

/** The same text for two documents that say the same, whoever wrote them down. */
export function fingerprint(document: InspectionDocument): string {
  const marks = document.marks
    .map((mark) => [mark.criterion, mark.verdict, plain(mark.value), plain(mark.note)])
    .sort((one, other) => ((one[0] ?? "") < (other[0] ?? "") ? -1 : 1));
  return JSON.stringify([marks, plain(document.remarks)]);
}

/** A form that was posted whole ends its lines otherwise than a text field does. */
function plain(text: string | undefined): string {
  return (text ?? "").replace(/\r\n/g, "\n").trim();
}

/** A short stand-in for a fingerprint (FNV-1a twice, 64 bits), to remember many of them. */
export function digest(document: InspectionDocument): string {
  let one = 0x811c9dc5;
  let other = 0xc9dc5118;
  for (const sign of fingerprint(document)) {
    const code = sign.codePointAt(0) ?? 0;
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ (code + 0x9e37), 0x01000193) ^ (other >>> 13);
  }
  return `${(one >>> 0).toString(16)}-${(other >>> 0).toString(16)}`;
}
