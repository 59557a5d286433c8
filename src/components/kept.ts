/** What a page left in this browser under a name; null where there is nothing, or where the browser keeps nothing. */
export function kept<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** Leaves something in this browser. Where it keeps nothing, a page works without. */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // What the reader does here lasts as long as the page.
  }
}
