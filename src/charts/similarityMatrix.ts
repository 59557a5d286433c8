import {d3} from "../components/kit.js";
import {clusterColor} from "../components/palette.js";
import type {Cluster} from "../statistics/clustering.js";

const levels = 12;
const strip = 10;

/** How alike each two responses of a question are, ordered by cluster: those of one cluster in its colour, the others in grey. */
export function similarityMatrix(
  clusters: readonly Cluster[],
  /** Cosine of two responses, by their places. */
  cosine: (i: number, j: number) => number,
  {width, ariaLabel}: {width: number; ariaLabel: string}
): SVGSVGElement {
  const order = clusters.flatMap((some, cluster) => some.map((place) => ({place, cluster})));
  const n = order.length;
  const side = Math.min(width - strip - 4, 420);
  const cell = side / n;
  const x = (i: number) => (strip + 4 + i * cell).toFixed(2);
  // A path for each colour and level, of runs of cells: a rectangle for each cell would be too many.
  const paths = new Map<number, string[]>();
  order.forEach((row, i) => {
    const looks = order.map((column) => {
      const value = row.place === column.place ? 1 : cosine(row.place, column.place);
      const level = Math.max(0, Math.round(value * levels));
      return (row.cluster === column.cluster ? row.cluster + 1 : 0) * (levels + 1) + level;
    });
    const y = (i * cell).toFixed(2);
    for (let from = 0, to = 0; from < n; from = to) {
      while (to < n && looks[to] === looks[from]) to++;
      if (looks[from] % (levels + 1) === 0) continue;
      if (!paths.has(looks[from])) paths.set(looks[from], []);
      paths.get(looks[from])!.push(`M${x(from)} ${y}H${x(to)}v${cell.toFixed(2)}H${x(from)}z`);
    }
  });
  const drawn = [...paths].map(([look, d]) => {
    const [cluster, level] = [Math.floor(look / (levels + 1)) - 1, look % (levels + 1)];
    const own = cluster >= 0;
    return {
      d: d.join(""),
      color: own ? clusterColor(cluster) : "var(--theme-foreground-muted)",
      opacity: (level / levels) ** 2 * (own ? 1 : 0.45)
    };
  });
  const height = Math.ceil(side) + 2;
  const root = d3.create("svg").attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
  root.attr("aria-label", ariaLabel).attr("role", "img");
  root
    .append("rect")
    .attr("x", strip + 4)
    .attr("width", side)
    .attr("height", side)
    .attr("fill", "none")
    .attr("stroke", "var(--rule)");
  root
    .selectAll("path")
    .data(drawn)
    .join("path")
    .attr("d", (d) => d.d)
    .attr("fill", (d) => d.color)
    .attr("fill-opacity", (d) => d.opacity);
  const starts = d3.cumsum([0, ...clusters.map((some) => some.length)]);
  root
    .selectAll("rect.cluster-strip")
    .data(clusters)
    .join("rect")
    .attr("class", "cluster-strip")
    .attr("y", (_, c) => starts[c] * cell + 0.5)
    .attr("width", strip)
    .attr("height", (some) => Math.max(1, some.length * cell - 1))
    .attr("fill", (_, c) => clusterColor(c));
  // The dot on the diagonal: what stands for the cluster comes first in it.
  root
    .selectAll("circle")
    .data(clusters)
    .join("circle")
    .attr("cx", (_, c) => strip + 4 + (starts[c] + 0.5) * cell)
    .attr("cy", (_, c) => (starts[c] + 0.5) * cell)
    .attr("r", Math.min(5, Math.max(1, cell / 4)))
    .attr("fill", "var(--theme-background)");
  return root.node()!;
}
