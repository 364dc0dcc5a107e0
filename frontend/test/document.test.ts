import { expect, test } from "vitest";
import { digest, fingerprint, readDocument, readLine, writeDocument, writeLine, type InspectionDocument } from "../src/inspection/document";
import { page } from "./page";

const VERDICTS = ["met", "not_met", "not_applicable", "not_observable"];

function line(code: string): string {
  const radios = VERDICTS.map((verdict) => `<input type="radio" name="verdict-${code}" value="${verdict}">`);
  return `<fieldset data-line data-code="${code}">${radios.join("")}<input data-value><textarea data-note></textarea></fieldset>`;
}

const FORM = `<form>${line("1.1")}${line("1.2")}<textarea data-remarks></textarea></form>`;

const DOCUMENT: InspectionDocument = {
  marks: [
    { criterion: "1.1", verdict: "not_met", value: "2", note: "Dust" },
    { criterion: "1.2", verdict: "met" },
  ],
  remarks: "Busy",
};

test("what is written into the form is read from it", () => {
  const form = page(FORM)<HTMLFormElement>("form");

  writeDocument(form, DOCUMENT);

  expect(readDocument(form)).toEqual(DOCUMENT);
});

test("writing takes away what the document does not say", () => {
  const form = page(FORM)<HTMLFormElement>("form");
  writeDocument(form, DOCUMENT);

  writeDocument(form, { marks: [{ criterion: "1.1", verdict: "not_met" }], remarks: "" });

  expect(readDocument(form)).toEqual({ marks: [{ criterion: "1.1", verdict: "not_met" }], remarks: "" });
});

test("a line without a verdict says nothing, and keeps what was typed", () => {
  const find = page(FORM);
  const first = find("[data-line]");
  writeLine(first, { criterion: "1.1", verdict: "not_met", note: "Dust" });

  writeLine(first, null);

  expect(readLine(first)).toBeNull();
  expect(find<HTMLTextAreaElement>("[data-note]").value).toBe("Dust");
});

test("a value belongs to what was not met only", () => {
  const first = page(FORM)("[data-line]");
  writeLine(first, { criterion: "1.1", verdict: "not_met", value: "3" });

  writeLine(first, { criterion: "1.1", verdict: "met" });

  expect(readLine(first)).toEqual({ criterion: "1.1", verdict: "met" });
});

test("documents that say the same have one fingerprint", () => {
  const same: InspectionDocument = {
    marks: [
      { criterion: "1.2", verdict: "met", value: "", note: "" },
      { criterion: "1.1", verdict: "not_met", value: "2", note: "Dust\r\n" },
    ],
    remarks: " Busy\r\n",
  };

  expect(fingerprint(same)).toBe(fingerprint(DOCUMENT));
  expect(digest(same)).toBe(digest(DOCUMENT));
});

test.each<[string, InspectionDocument]>([
  ["a remark", { ...DOCUMENT, remarks: "Busy!" }],
  ["a verdict", { ...DOCUMENT, marks: [DOCUMENT.marks[0]!, { criterion: "1.2", verdict: "not_applicable" }] }],
  ["a note", { ...DOCUMENT, marks: [{ ...DOCUMENT.marks[0]!, note: "dust" }, DOCUMENT.marks[1]!] }],
  ["a missing mark", { ...DOCUMENT, marks: [DOCUMENT.marks[0]!] }],
])("%s makes another fingerprint", (_name, other) => {
  expect(fingerprint(other)).not.toBe(fingerprint(DOCUMENT));
  expect(digest(other)).not.toBe(digest(DOCUMENT));
});

test("digests of many texts do not meet", () => {
  const all = Array.from({ length: 20_000 }, (_, n) => digest({ marks: [], remarks: `text ${n}` }));

  expect(new Set(all).size).toBe(all.length);
});
