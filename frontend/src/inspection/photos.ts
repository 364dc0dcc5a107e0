/** Photos of one criterion: shown at once, sent one after another, tried again when asked to. */
export interface PhotoOptions {
  url: string;
  csrf: string;
  texts: { remove: string; failed: string };
  onChange: () => void;
}

interface Answer {
  uuid: string;
  url: string;
  remove: string;
  message?: string;
}

let sending = 0;

/** How many photos are still on their way. */
export function photosUnderWay(): number {
  return sending;
}

export function initPhotos(line: HTMLElement, options: PhotoOptions): void {
  const area = line.querySelector<HTMLElement>("[data-photos]");
  const input = line.querySelector<HTMLInputElement>("[data-photo-input]");
  if (!area || !input) return;
  line.querySelector<HTMLElement>("[data-add-photo]")?.removeAttribute("hidden");
  input.addEventListener("change", () => {
    for (const file of Array.from(input.files ?? [])) void send(file, line, area, options);
    input.value = "";
  });
  area.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-remove]") : null;
    if (button) void remove(button, options);
  });
}

async function send(file: File, line: HTMLElement, area: HTMLElement, options: PhotoOptions): Promise<void> {
  const thumb = document.createElement("span");
  thumb.className = "thumb is-sending";
  const image = document.createElement("img");
  image.width = image.height = 72;
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  thumb.append(image);
  area.insertBefore(thumb, area.querySelector("[data-add-photo]"));
  const body = new FormData();
  body.set("photo", file);
  body.set("criterion", line.dataset["code"] ?? "");
  body.set("uuid", crypto.randomUUID());
  sending += 1;
  try {
    const response = await fetch(options.url, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": options.csrf }, body });
    const answer = (await response.json().catch(() => ({}))) as Partial<Answer>;
    if (response.ok && isWhole(answer)) {
      finish(thumb, answer, options);
      options.onChange();
    } else {
      thumb.remove();
      say(line, answer.message ?? options.texts.failed);
    }
  } catch {
    thumb.remove(); // the network, in words of the browser: ours say more
    say(line, options.texts.failed);
  } finally {
    sending -= 1;
    URL.revokeObjectURL(image.src);
  }
}

function isWhole(answer: Partial<Answer>): answer is Answer {
  return Boolean(answer.uuid && answer.url && answer.remove);
}

function finish(thumb: HTMLElement, answer: Answer, options: PhotoOptions): void {
  thumb.classList.remove("is-sending");
  thumb.dataset["photo"] = answer.uuid;
  const image = thumb.querySelector("img");
  if (image) image.src = answer.url;
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["remove"] = answer.remove;
  button.setAttribute("aria-label", options.texts.remove);
  button.textContent = "×";
  thumb.append(button);
}

async function remove(button: HTMLButtonElement, options: PhotoOptions): Promise<void> {
  const url = button.dataset["remove"];
  if (!url) return;
  button.disabled = true;
  const headers = { Accept: "application/json", "X-CSRFToken": options.csrf };
  const response = await fetch(url, { method: "POST", headers }).catch(() => null); // offline
  if (response?.ok) {
    button.closest(".thumb")?.remove();
    options.onChange();
  } else {
    button.disabled = false;
  }
}

function say(line: HTMLElement, text: string): void {
  let place = line.querySelector<HTMLElement>("[data-photo-message]");
  if (!place) {
    place = document.createElement("div");
    place.className = "invalid-feedback";
    place.dataset["photoMessage"] = "";
    place.setAttribute("role", "alert");
    line.querySelector("[data-photos]")?.after(place);
  }
  place.textContent = text;
}
