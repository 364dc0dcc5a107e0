/** `[data-hearth-forget-draft=UUID]`: the server has this check; this device's copy may go. */
import { hooks } from "../lib/behaviour";

export function init(root: ParentNode): void {
  for (const place of hooks(root, "[data-hearth-forget-draft]")) {
    window.localStorage.removeItem(`hearth-draft-${place.dataset["hearthForgetDraft"] ?? ""}`);
  }
}
