/** `[data-hearth-forget-draft=UUID]`: the server has this check; this device's copy may go. */
import { hooks } from "../lib/behaviour";
import { asideKey } from "./autosave";
import { forgetPhotos } from "./shelf";

export function init(root: ParentNode): void {
  for (const place of hooks(root, "[data-hearth-forget-draft]")) {
    const uuid = place.dataset["hearthForgetDraft"] ?? "";
    const key = `hearth-draft-${uuid}`;
    void forgetPhotos(uuid);
    try {
      window.localStorage.removeItem(key);
      window.localStorage.removeItem(asideKey(key));
    } catch {
      // Storage is forbidden here: then nothing was kept either.
    }
  }
}
