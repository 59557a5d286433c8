import {Plot} from "../components/kit.js";

/** Names of groups of rows, each above its own, from the left edge of a chart with that margin. */
export const groupHeads = (heads: readonly {group: string; y: number}[], marginLeft: number) =>
  Plot.text(heads, {
    text: "group",
    y: "y",
    frameAnchor: "left",
    dx: -marginLeft,
    textAnchor: "start",
    fontWeight: 600
  });
