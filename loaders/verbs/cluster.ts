import {bySize, canonicalOrder, type Cluster, leaderClusters} from "../../src/statistics/clustering.js";
import {below, random} from "../../src/statistics/random.js";
import {task as taskNamed} from "../datasets/index.js";
import {hash} from "../hash.js";
import type {Clusters, ClusterBy, Texts} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import {issueTexts, verifiedTexts} from "./texts.js";
import type {Scope} from "./workspace.js";

const version = 1;

/**
 * Clusters of each row's chains (Alice, section 3.2), the largest first, and the chain that stands for each: by the answers that the
 * task reads in them, those without one together.
 */
export function cluster(scope: Scope, chains: readonly Texts[], by: ClusterBy): Clusters {
  if (!chains.length) throw new Error("expected chains to cluster: 0");
  chains.forEach(verifiedTexts);
  const {rows} = chains[0];
  const {parse} = taskNamed(rows.task);
  const pending = chains.some((texts) => texts.pending);
  const step = hash({verb: "cluster", version, chains: chains.map(({step}) => step), by, seed: scope.seed});
  const clusters: Cluster[][] = [];
  for (const [row, {text}] of rows.examples.entries()) {
    const said = chains.map(({texts}) => texts[row].trim());
    if (pending) clusters.push([[0]]);
    else {
      const order = canonicalOrder(said);
      const answers = said.map((chain) => parse!(chain, text));
      clusters.push(bySize(leaderClusters(order, (i, j) => answers[i] === answers[j])));
    }
  }
  const lineage = mergeLineage(...chains.map((texts) => texts.lineage));
  scope.steps.set(step, {
    key: step,
    verb: "cluster",
    title: `clusters of ${chains.length} chains by ${by.what}`,
    inputs: [rows.step, ...chains.map(({step}) => step)].sort(),
    lineage: describeLineage(lineage),
    rows: rows.examples.length,
    model: "",
    family: null
  });
  const standsFor = (row: number, members: Cluster, number: number): string => {
    if (by.representative === "first") return chains[members[0]].texts[row];
    const draw = random(`${rows.examples[row].id} ${scope.seed} ${number}`);
    return chains[members[below(members.length, draw)]].texts[row];
  };
  const representatives = clusters.map((own, row) => own.map((members, number) => standsFor(row, members, number)));
  const textsOf = (how: string, make: (own: string[]) => string): Texts =>
    issueTexts({
      rows,
      texts: representatives.map(make),
      step: hash({verb: "represent", how, of: step}),
      source: how,
      lineage,
      pending
    });
  const final = textsOf("representative of the largest cluster", ([largest]) => largest);
  const all = textsOf("representatives of all clusters", (own) =>
    own.map((chain, i) => `${i + 1}. ${chain.trim()}`).join("\n")
  );
  for (const texts of [final, all])
    scope.steps.set(texts.step, {
      key: texts.step,
      verb: "cluster",
      title: texts.source,
      inputs: [step],
      lineage: describeLineage(lineage),
      rows: rows.examples.length,
      model: "",
      family: null
    });
  return {rows, chains, members: clusters, final, representatives: all};
}
