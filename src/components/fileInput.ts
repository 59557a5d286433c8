import {html} from "./kit.js";

export interface FileInputOptions {
  label: string;
  accept: string;
  /** Takes a file and says what came of it; throws where it is not what is expected. */
  take: (file: File) => Promise<string>;
}

/** An input for a file that a page wrote earlier, and the line that says what came of it. */
export function fileInput({label, accept, take}: FileInputOptions): {input: HTMLElement; notice: HTMLElement} {
  const notice: HTMLElement = html`<p class="live-status" role="status"></p>`;
  const input = html`<input type="file" accept=${accept} aria-label=${label} />` as HTMLInputElement;
  input.onchange = async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    try {
      notice.textContent = await take(file);
      notice.classList.remove("failed");
    } catch (error) {
      notice.textContent = (error as Error).message.split("\n")[0];
      notice.classList.add("failed");
    } finally {
      input.value = "";
    }
  };
  return {input, notice};
}
