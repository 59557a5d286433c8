import type {Cluster} from "../statistics/clustering.js";
import {bySize, cosineOf, leaderClusters} from "../statistics/clustering.js";
import type {ClusterOutcome, Responses} from "../statistics/thresholdClusters.js";
import {givenClusters, inHundredths, responsesOf} from "../statistics/thresholdClusters.js";
import type {Row} from "../tables.js";
import {d3} from "./kit.js";
import type {Names} from "./names.js";
import {armKey, armsOf} from "./palette.js";
import type {OpenStudy} from "./study.js";

/** What pages read of a response before its words. */
const columns = ["elicitation", "example", "place", "count", "answered", "right", "cluster", "representative"] as const;
export type Response = Pick<Row<"chains">, (typeof columns)[number]>;

/** One question that a teacher was asked many times: its different responses in canonical order. */
export interface AskedQuestion {
  elicitation: string;
  seed: number;
  example: string;
  responses: readonly Response[];
  /** In hundredths, as `pairCosines` gives them; null before they are there, and where no embeddings were asked for. */
  cosines: Int8Array | null;
}

/** What a teacher said, over seeds: the same model asked for the same use and clustered alike. */
export interface Asked {
  /** Key of its first elicitation, which names it in the page's address. */
  key: string;
  task: string;
  model: string;
  /** The arm that asked, and the stage of its cascade; empty where a teacher is asked once a seed. */
  use: string;
  chains: number;
  by: string;
  /** Declared, in hundredths; null where answers are compared. */
  declared: number | null;
  dropped: boolean;
  /** A run that asked. */
  run: string | undefined;
  seeds: readonly number[];
  questions: readonly AskedQuestion[];
}

/**
 * All that teachers of a study were asked, in the order of its tasks; what most questions were asked for comes first. Cosines and
 * words are large: see `withCosines` and `saidOf`.
 */
export async function askedOf(study: OpenStudy): Promise<Asked[]> {
  const {elicitations, runs} = await study.tables("elicitations", "runs");
  if (!elicitations.length) return [];
  const chains = await study.columns("chains", ...columns);
  const like = (d: Row<"elicitations">) =>
    JSON.stringify([d.task, d.model, d.chains, d.by, d.threshold, d.embedder, d.dropped]);
  // The same teacher may be asked for several uses: which they are, only the demonstrations tell.
  const several = d3.rollup(
    elicitations,
    (v) => v.length > 1,
    (d) => `${d.seed} ${like(d)}`
  );
  const uses = [...several.values()].some(Boolean) ? await usesOf(study, runs) : new Map<string, Use>();
  const responses = d3.group(chains, (d) => d.elicitation);
  const elicits = new Set(study.methods.filter((d) => "chains" in d.options).map((d) => armKey(d.method, d.variant)));
  const asked = d3
    .groups(elicitations, (d) => `${like(d)} ${uses.get(d.elicitation)?.title ?? ""}`)
    .map(([, some]): Asked => {
      const sorted = d3.sort(some, (d) => d.seed);
      const [first] = sorted;
      const use = uses.get(first.elicitation);
      const run = runs.find(
        (d) => d.task === first.task && d.seed === first.seed && elicits.has(armKey(d.method, d.variant))
      );
      return {
        key: first.elicitation,
        task: first.task,
        model: first.model,
        use: use?.title ?? "",
        chains: first.chains,
        by: first.by,
        declared: first.threshold === null ? null : inHundredths(first.threshold),
        dropped: first.dropped,
        run: use?.run ?? run?.run,
        seeds: [...new Set(sorted.map((d) => d.seed))],
        questions: sorted.flatMap(({elicitation, seed}) =>
          d3
            .groups(responses.get(elicitation) ?? [], (d) => d.example)
            .map(([example, own]) => ({
              elicitation,
              seed,
              example,
              responses: d3.sort(own, (d) => d.place),
              cosines: null
            }))
        )
      };
    })
    .filter((d) => d.questions.length);
  return d3.sort(
    asked,
    (d) => study.tasks.indexOf(d.task),
    (d) => -d.questions.length
  );
}

interface Use {
  title: string;
  run: string;
}

/** Which arm asked for an elicitation, in which stage; of several arms, the first of the study. */
async function usesOf(study: OpenStudy, runs: readonly Row<"runs">[]): Promise<Map<string, Use>> {
  const demonstrations = await study.columns("demonstrations", "run", "stage", "elicitations");
  const arms = armsOf(study);
  const ofRun = new Map(runs.map((d) => [d.run, arms.findIndex(({key}) => key === armKey(d.method, d.variant))]));
  const staged = new Set(demonstrations.filter((d) => d.stage > 0).map((d) => d.run));
  const uses = new Map<string, Use>();
  for (const d of d3.sort(demonstrations, (d) => ofRun.get(d.run) ?? -1)) {
    const title = arms[ofRun.get(d.run) ?? -1]?.title ?? "";
    for (const elicitation of d.elicitations.split(" "))
      if (!uses.has(elicitation))
        uses.set(elicitation, {title: staged.has(d.run) ? `${title}, stage ${d.stage + 1}` : title, run: d.run});
  }
  return uses;
}

/** Adds how alike responses are. */
export async function withCosines(study: OpenStudy, asked: Asked): Promise<Asked> {
  const {cosines} = await study.tables("cosines");
  const pairs = new Map(cosines.map((d) => [`${d.elicitation} ${d.example}`, d.cosines]));
  const signed = (bytes: Uint8Array | undefined): Int8Array | null =>
    bytes ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : null;
  return {
    ...asked,
    questions: asked.questions.map((d) => ({...d, cosines: signed(pairs.get(`${d.elicitation} ${d.example}`))}))
  };
}

/** The words of a response, and the answer in them; null where they may not be published. */
export type Said = Pick<Row<"chains">, "output" | "answer">;

/** What was said, by response; what was asked, by task and example. */
export async function saidOf(study: OpenStudy) {
  const [chains, examples] = await Promise.all([
    study.columns("chains", "elicitation", "example", "place", "output", "answer"),
    study.columns("examples", "task", "example", "text")
  ]);
  const said = new Map(chains.map((d): [string, Said] => [`${d.elicitation} ${d.example} ${d.place}`, d]));
  const texts = new Map(examples.map((d) => [`${d.task} ${d.example}`, d.text]));
  return {
    response: ({elicitation, example, place}: Response) => said.get(`${elicitation} ${example} ${place}`),
    question: (task: string, example: string) => texts.get(`${task} ${example}`) ?? null
  };
}

/** What was asked, in words. */
export const askedTitle = ({task, model, use}: Asked, names: Names): string =>
  `${names.task(task)}: ${names.model(model)}${use ? `, for ${use}` : ""}`;

/** Whether it is known how alike the responses to every question are; of a single one, there is nothing to know. */
export const isCompared = ({questions}: Asked): boolean =>
  questions.every((d) => d.cosines !== null || d.responses.length < 2);

/** Questions as they are clustered, and how they are published. */
export interface Clusterable {
  responses: Responses;
  published: ClusterOutcome;
  /** How many different questions there are; several seeds may ask the same. */
  distinct: number;
  /** Each question's id, which stands for what is asked in whatever seed. */
  examples: readonly string[];
}

/** What the figures of one teacher share. */
export interface AboutAsked {
  names: Names;
  asked: Asked;
  questions: Clusterable;
  /** Address of the steps behind its chains. */
  provenance: string;
}

export function clusterable(questions: readonly AskedQuestion[]): Clusterable {
  const responses = responsesOf(questions.map((d) => ({responses: d.responses, cosines: d.cosines ?? undefined})));
  const all = questions.flatMap((d) => d.responses);
  return {
    responses,
    published: givenClusters(
      responses,
      all.map((d) => d.cluster),
      all.map((d) => d.representative)
    ),
    distinct: new Set(questions.map((d) => d.example)).size,
    examples: questions.map((d) => d.example)
  };
}

/**
 * The clusters of a question, the largest first, each with the place that stands for it at its head: at a threshold in hundredths
 * or, where that is null, as they are published.
 */
export function clustersOf(
  {responses, cosines}: AskedQuestion,
  hundredths: number | null,
  dropped: boolean
): Cluster[] {
  const places = responses.map((_, place) => place);
  if (hundredths === null || !cosines) {
    const published = d3.sort(
      d3.groups(places, (place) => responses[place].cluster).filter(([cluster]) => cluster >= 0),
      ([cluster]) => cluster
    );
    return published.map(([, some]) => d3.sort(some, (place) => !responses[place].representative));
  }
  const found = leaderClusters(places, (i, j) => cosineOf(cosines, i, j) >= hundredths);
  // Sizes are of chains: a response counts as often as it was said.
  const said = bySize(found.map((some) => some.flatMap((place) => Array<number>(responses[place].count).fill(place))));
  return said.filter(({length}) => length > 1 || !dropped).map((some) => [...new Set(some)]);
}
