import { beforeEach, expect, test, vi } from "vitest";
import { init } from "../src/lib/signature";
import { page } from "./page";

const lines: number[][] = [];
const pen = {
  beginPath: vi.fn(),
  moveTo: (x: number, y: number) => lines.push([x, y]),
  lineTo: (x: number, y: number) => lines.push([x, y]),
  stroke: vi.fn(),
  clearRect: vi.fn(),
};

const HTML = `<form data-hearth-signature hidden><input data-signature-value><canvas width="800" height="320"></canvas>
<button data-signature-send disabled>keep</button><button type="button" data-signature-clear>again</button></form>
<details data-signature-other open></details>`;

let find: ReturnType<typeof page>;
beforeEach(() => {
  lines.length = 0;
  find = page(HTML);
  const canvas = find<HTMLCanvasElement>("canvas");
  canvas.getContext = (() => pen) as unknown as HTMLCanvasElement["getContext"];
  canvas.toDataURL = () => "data:image/png;base64,AAAA";
  canvas.getBoundingClientRect = () => ({ left: 10, top: 20, width: 400, height: 160 }) as DOMRect;
});

function point(type: string, x: number, y: number): void {
  find<HTMLCanvasElement>("canvas").dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, bubbles: true }));
}

test("the field shows itself and folds the other way", () => {
  init(document);

  expect(find<HTMLFormElement>("form").hidden).toBe(false);
  expect(find<HTMLDetailsElement>("details").open).toBe(false);
});

test("a stroke goes where the finger went, in the size of the drawing", () => {
  init(document);
  init(document);
  point("pointermove", 50, 50); // not touching yet
  point("pointerdown", 10, 20);
  point("pointermove", 210, 100);
  point("pointerup", 210, 100);
  point("pointermove", 300, 100);

  expect(lines).toEqual([[0, 0], [400, 160]]);
  expect(find<HTMLInputElement>("input").value).toBe("data:image/png;base64,AAAA");
  expect(find<HTMLButtonElement>("[data-signature-send]").disabled).toBe(false);
});

test("signing again empties the field", () => {
  init(document);
  point("pointerdown", 10, 20);
  point("pointerup", 10, 20);

  find<HTMLButtonElement>("[data-signature-clear]").click();

  expect(pen.clearRect).toHaveBeenCalledWith(0, 0, 800, 320);
  expect(find<HTMLInputElement>("input").value).toBe("");
  expect(find<HTMLButtonElement>("[data-signature-send]").disabled).toBe(true);
});

test("where nothing can be drawn the field stays away", () => {
  find<HTMLCanvasElement>("canvas").getContext = () => null;

  init(document);

  expect(find<HTMLFormElement>("form").hidden).toBe(true);
  expect(find<HTMLDetailsElement>("details").open).toBe(true);
});
