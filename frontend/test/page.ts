/** Put markup on the page and hand back a finder that fails loudly. */
export function page(html: string): <E extends HTMLElement = HTMLElement>(selector: string) => E {
  document.body.innerHTML = html;
  return <E extends HTMLElement = HTMLElement>(selector: string): E => {
    const found = document.querySelector<E>(selector);
    if (!found) throw new Error(`nothing matches ${selector}`);
    return found;
  };
}

/** Let promises and zero timers run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

export function last<T>(values: readonly T[]): T | undefined {
  return values[values.length - 1];
}
