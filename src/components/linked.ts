/** Keeps an input's value in the page's address, so that a view can be linked to; a value that it cannot have counts for nothing. */
export function linked<T extends HTMLElement & {value: unknown}>(name: string, input: T): T {
  const fallback = encode(input.value);
  const initial = new URLSearchParams(location.search).get(name);
  if (initial !== null && initial !== fallback) {
    const value = input.value;
    const wanted = decode(initial, value);
    input.value = wanted as T["value"];
    if (input.value !== wanted) {
      input.value = value as T["value"];
      setAddress(name, null);
    }
    input.dispatchEvent(new Event("input", {bubbles: true}));
  }
  input.addEventListener("input", () => {
    const value = encode(input.value);
    setAddress(name, value === fallback ? null : value);
  });
  return input;
}

/** Writes a parameter of the page's address, or removes it, without a new entry in the history. */
export function setAddress(name: string, value: string | null): void {
  const url = new URL(location.href);
  if (value === null || value === "") url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function encode(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

function decode(text: string, like: unknown): unknown {
  if (typeof like === "number") return Number(text);
  if (typeof like === "boolean") return text === "true";
  return text;
}
