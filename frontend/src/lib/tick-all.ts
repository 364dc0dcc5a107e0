/** `<input type=checkbox data-hearth-tick-all="NAME">`: ticks every box of that name in its form. */
import { firstTime, hooks } from "./behaviour";

export function init(root: ParentNode): void {
  for (const all of hooks<HTMLInputElement>(root, "input[data-hearth-tick-all]")) {
    const form = all.form;
    if (!form || !firstTime(all, "tick-all")) continue;
    const boxes = (): HTMLInputElement[] =>
      Array.from(form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")).filter((box) => box.name === all.dataset["hearthTickAll"]);
    const follow = (): void => {
      const ticked = boxes().filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
      all.disabled = boxes().length === 0;
    };
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      follow();
    });
    form.addEventListener("change", (event) => {
      if (event.target !== all) follow();
    });
    follow();
  }
}
