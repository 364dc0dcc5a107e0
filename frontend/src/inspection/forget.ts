/** `[data-hearth-forget-draft=UUID]`: the server has this check; this device's copy may go. */
import { hooks } from "../lib/behaviour";
import { asideKey } from "./autosave";

export function init(root: ParentNode): void {
  for (const place of hooks(root, "[data-hearth-forget-draft]")) {
    const key = `hearth-draft-${place.dataset["hearthForgetDraft"] ?? ""}`;
    try {
      window.localStorage.removeItem(key);
      window.localStorage.removeItem(asideKey(key));
    } catch {
      // Storage is forbidden here: then nothing was kept either.
    }
  }
}
