import {
  bySize,
  type Cluster,
  cosineOf,
  distinctTexts,
  leaderClusters,
  pairCosines
} from "../../src/statistics/clustering.js";
import {below, random} from "../../src/statistics/random.js";
import {inHundredths} from "../../src/statistics/thresholdClusters.js";
import {task as taskNamed} from "../datasets/index.js";
import {hash} from "../hash.js";
import type {ClusterBy, Clusters, Length, RowClusters, Texts} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import {embedderKey} from "./asked.js";
import {embed} from "./embed.js";
import {known, longestByRow, together, togetherByRow} from "./lengths.js";
import {issueTexts, verifiedTexts} from "./texts.js";
import type {Scope} from "./workspace.js";

const version = 4;

/**
 * Clusters of each row's chains (Alice, section 3.2), the largest first, and the chain that stands for each. Chains that say the
 * same, word for word, are always together; where answers are compared, one in which the task reads none agrees with no other.
 */
export async function cluster(scope: Scope, chains: readonly Texts[], by: ClusterBy): Promise<Clusters> {
  if (!chains.length) throw new Error("expected chains to cluster: 0");
  chains.forEach(verifiedTexts);
  const {rows} = chains[0];
  const {workspace, steps, seed} = scope;
  const embeds = by.what === "embedding";
  const settings = {
    ...by,
    ...(embeds ? {embedder: embedderKey(workspace)} : {threshold: undefined, instruction: undefined})
  };
  const step = hash({verb: "cluster", version, chains: chains.map(({step}) => step), by: settings, seed});
  const said = rows.examples.map((_, row) => distinctTexts(chains.map(({texts}) => texts[row].trim())));
  const texts = said.flatMap((own) => own.map(({text}) => text));
  const asked = chains.some((texts) => texts.pending);
  const embedded = embeds ? await embed(scope, asked ? chains : texts, by.instruction) : null;
  // Where vectors are only counted, so is all that depends on which chains lie together.
  const pending = asked || (embedded !== null && embedded.vectors === null);
  const standsFor = (members: Cluster, row: number, number: number): number => {
    if (by.representative === "first") return members[0];
    return members[below(members.length, random(`${rows.examples[row].id} ${seed} ${number}`))];
  };
  const {parse} = taskNamed(rows.task);
  const clusters = (pending ? [] : said).map((own, row): RowClusters => {
    const cosines = embedded?.vectors ? pairCosines(own.map(({text}) => embedded.vectors!.get(text)!)) : null;
    const answers = cosines ? [] : own.map(({text}) => parse!(text, rows.examples[row].text));
    const threshold = inHundredths(by.threshold);
    const together = (i: number, j: number): boolean =>
      cosines ? cosineOf(cosines, i, j) >= threshold : answers[i] !== null && answers[i] === answers[j];
    const all = leaderClusters([...own.keys()], together).map((some) => some.flatMap((i) => own[i].places));
    const members = bySize(all).filter(({length}) => length > 1 || !by.drop);
    return {members, representatives: members.map((some, number) => standsFor(some, row, number)), cosines};
  });
  const lineage = mergeLineage(...chains.map((texts) => texts.lineage));
  const note = (key: string, title: string, inputs: string[]): void =>
    void steps.set(key, {
      key,
      verb: "cluster",
      title,
      inputs: inputs.sort(),
      lineage: describeLineage(lineage),
      rows: rows.examples.length,
      model: "",
      family: null
    });
  note(step, `clusters of ${chains.length} chains by ${by.what}`, [
    rows.step,
    ...chains.map(({step}) => step),
    ...(embedded ? [embedded.step] : [])
  ]);
  const textsOf = (how: string, longest: () => Length[], make: (own: string[]) => string): Texts => {
    const own = hash({verb: "represent", how, of: step});
    note(own, how, [step]);
    const common = {rows, step: own, source: how, lineage, pending};
    if (pending) return issueTexts({...common, texts: rows.examples.map(() => ""), longest: longest()});
    const made = clusters.map(({representatives}, row) =>
      make(representatives.map((place) => chains[place].texts[row]))
    );
    return issueTexts({...common, texts: made});
  };
  return {
    step,
    rows,
    chains,
    by,
    clusters,
    final: textsOf(
      "representative of the largest cluster",
      () => longestByRow(chains),
      ([largest = ""]) => largest
    ),
    // There may be as many clusters as chains.
    representatives: textsOf(
      "representatives of all clusters",
      () => togetherByRow(chains).map((all) => together([all, known(numbered(chains.map(() => "")))])),
      numbered
    )
  };
}

const numbered = (texts: readonly string[]): string => texts.map((text, i) => `${i + 1}. ${text.trim()}`).join("\n");
