/**
 * A signature drawn on the screen.
 *
 * `<form data-hearth-signature hidden>` with a canvas, a hidden input `data-signature-value` and
 * the buttons `data-signature-send` and `data-signature-clear`. The form shows itself where it can
 * be drawn on; the drawing goes along as a PNG data URL. `[data-signature-other]` beside it, the
 * way without a screen, is folded.
 */
import { firstTime, hooks } from "./behaviour";

interface Point {
  x: number;
  y: number;
}

export function init(root: ParentNode): void {
  for (const form of hooks<HTMLFormElement>(root, "form[data-hearth-signature]")) {
    const canvas = form.querySelector("canvas");
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen || !firstTime(form, "signature")) continue;
    form.hidden = false;
    hooks<HTMLDetailsElement>(document, "[data-signature-other]").forEach((other) => (other.open = false));
    draw(form, canvas, pen);
  }
}

function draw(form: HTMLFormElement, canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D): void {
  const value = form.querySelector<HTMLInputElement>("[data-signature-value]");
  const send = form.querySelector<HTMLButtonElement>("[data-signature-send]");
  let from: Point | null = null;

  const settle = (drawn: string): void => {
    if (value) value.value = drawn;
    if (send) send.disabled = drawn === "";
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture?.(event.pointerId); // also when the finger leaves the field
    from = place(canvas, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(canvas, event);
    pen.lineWidth = 6;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#000"; // ink, whatever the theme: the field is white
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    from = to;
  });
  const lift = (): void => {
    if (!from) return;
    from = null;
    settle(canvas.toDataURL("image/png"));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  form.querySelector("[data-signature-clear]")?.addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    settle("");
  });
}

/** Where on the drawing a finger is, whatever size the field has on the screen. */
function place(canvas: HTMLCanvasElement, event: PointerEvent): Point {
  const box = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) * canvas.width) / (box.width || 1),
    y: ((event.clientY - box.top) * canvas.height) / (box.height || 1),
  };
}
