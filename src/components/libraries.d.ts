declare module "htl" {
  type Template = (strings: TemplateStringsArray, ...values: unknown[]) => Node | null;
  export const html: Template;
  export const svg: Template;
}

declare module "@observablehq/inputs" {
  type Input<T> = HTMLElement & {value: T};
  interface Common<T> {
    label?: string | Node;
    value?: T;
    disabled?: boolean;
    width?: number | string;
  }
  interface Choice<T> extends Common<T> {
    format?: (value: T) => string;
    keyof?: (value: T) => string;
  }
  export function select<T>(options: readonly T[] | Map<string, T>, choice?: Choice<T>): Input<T>;
  export function radio<T>(options: readonly T[] | Map<string, T>, choice?: Choice<T>): Input<T>;
  export function toggle(options?: Common<boolean>): Input<boolean>;
  export function range(
    extent: [number, number],
    options?: Common<number> & {step?: number; format?: (value: number) => string | number}
  ): Input<number>;
  export function text(options?: Common<string> & {placeholder?: string; submit?: boolean | string}): Input<string>;
}
