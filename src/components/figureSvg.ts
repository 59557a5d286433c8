import type {FigureOptions} from "./figure.js";
import {keyShape} from "./figure.js";

const svgNamespace = "http://www.w3.org/2000/svg";
const copied = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "font-variant-numeric",
  "text-anchor",
  "dominant-baseline",
  "paint-order",
  "visibility",
  "mix-blend-mode"
];

/** A drawn figure as one SVG file that needs neither the page's style sheet nor the network: title, key, charts and note. */
export function figureSvg(stage: HTMLElement, {title, subtitle, key = [], note}: FigureOptions): string {
  const frame = stage.getBoundingClientRect();
  const page = getComputedStyle(document.documentElement);
  const ink = page.color;
  const margin = 16;
  const width = Math.ceil(frame.width) + 2 * margin;
  const root = element("svg", {xmlns: svgNamespace, width, "font-family": "Inter, system-ui, sans-serif", fill: ink});
  const holder = document.createElement("div");
  holder.style.cssText = "position:absolute;left:-10000px";
  holder.append(root);
  document.body.append(holder);
  try {
    root.append(element("rect", {width: "100%", height: "100%", fill: page.backgroundColor}));
    let y = margin;
    const text = (content: string, size: number, weight: number, opacity: number) => {
      for (const line of wrap(content, (width - 2 * margin) / (size * 0.53))) {
        root.append(
          element(
            "text",
            {x: margin, y: (y += size * 1.3), "font-size": size, "font-weight": weight, "fill-opacity": opacity},
            line
          )
        );
      }
    };
    text(title, 15, 600, 1);
    if (subtitle) text(subtitle, 13, 400, 0.75);
    if (key.length) {
      y += 20;
      let x = margin;
      for (const item of key) {
        const label = element("text", {x: x + 24, y: y + 4, "font-size": 12}, item.label);
        const icon = element("g", {transform: `translate(${x + 9},${y})`});
        icon.append(keyShape(item));
        root.append(icon, label);
        inline(icon, icon);
        x += 24 + label.getComputedTextLength() + 18;
      }
      y += 8;
    }
    y += 12;
    let bottom = y;
    for (const chart of stage.querySelectorAll("svg")) {
      const box = chart.getBoundingClientRect();
      if (!box.width) continue;
      const copy = chart.cloneNode(true) as SVGSVGElement;
      inline(chart, copy);
      for (const style of copy.querySelectorAll("style")) style.remove();
      for (const [name, value] of Object.entries({
        x: box.x - frame.x + margin,
        y: box.y - frame.y + y,
        width: box.width,
        height: box.height
      }))
        copy.setAttribute(name, String(value));
      copy.setAttribute("overflow", "visible");
      root.append(copy);
      bottom = Math.max(bottom, box.bottom - frame.y + y);
    }
    y = bottom + 8;
    text(note, 12, 400, 0.75);
    root.setAttribute("height", String(Math.ceil(y + margin)));
    root.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(y + margin)}`);
    return new XMLSerializer().serializeToString(root);
  } finally {
    holder.remove();
  }
}

/** Writes an element's computed style, and that of what it holds, into the attributes of its copy. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of copied) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, plainColor(value));
  }
  to.removeAttribute("style");
  to.removeAttribute("class");
  for (let i = 0; i < from.children.length; i++) inline(from.children[i], to.children[i]);
}

/** A mixed colour as every reader of SVG knows it: color(srgb 0.5 0 1) as rgb(128, 0, 255). */
const plainColor = (value: string): string =>
  value.replace(
    /color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)\)/,
    (_, ...parts: string[]) =>
      `rgb(${parts
        .slice(0, 3)
        .map((part) => Math.round(Number(part) * 255))
        .join(", ")})`
  );

function element<K extends "svg" | "rect" | "text" | "g">(
  name: K,
  attributes: Record<string, string | number>,
  text?: string
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) if (key !== "xmlns") node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    if (lines.length && lines[lines.length - 1].length + word.length < columns) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
