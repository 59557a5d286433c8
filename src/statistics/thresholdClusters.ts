/**
 * What a teacher said to some questions: of each its different responses in canonical order (`canonicalOrder`), and how alike
 * each two of them are.
 */
export interface Responses {
  /** Where each question's responses begin, and at last where they end. */
  starts: Int32Array;
  /** Chains that say exactly this. */
  counts: Int32Array;
  /** 1 where the answer in it is right. */
  right: Uint8Array;
  /** Cosines in hundredths, question after question: the lower triangle row by row, without the diagonal. */
  cosines: Int8Array;
  /** Where each question's cosines begin. */
  triangles: Int32Array;
}

/** How the chains of some questions fall into clusters, a number a question. */
export interface ClusterOutcome {
  clusters: Int32Array;
  /** Chains of the largest cluster; of equal ones, of the first. */
  largest: Int32Array;
  /** How many of these are right. */
  rightInLargest: Int32Array;
  /** The response that stands for the largest cluster, by its number among all; -1 where every cluster was dropped. */
  reference: Int32Array;
  /** Entropy (nats) of the clusters' shares, to nine decimals, so that equal sizes give equal numbers in whatever order. */
  entropy: Float64Array;
}

/** A threshold in hundredths, as cosines are. */
export const inHundredths = (threshold: number): number => Math.round(100 * threshold);

/** The responses of some questions, each with its cosines; those of a question in canonical order. */
export function responsesOf(
  questions: readonly {
    responses: readonly {count: number; right: boolean}[];
    /** In hundredths; left out where responses are not compared by them. */
    cosines?: ArrayLike<number>;
  }[]
): Responses {
  const starts = new Int32Array(questions.length + 1);
  const triangles = new Int32Array(questions.length + 1);
  questions.forEach(({responses, cosines}, q) => {
    const pairs = (responses.length * (responses.length - 1)) / 2;
    if (cosines && cosines.length !== pairs)
      throw new RangeError(`expected ${pairs} cosines of ${responses.length} responses: ${cosines.length}`);
    starts[q + 1] = starts[q] + responses.length;
    triangles[q + 1] = triangles[q] + (cosines ? pairs : 0);
  });
  const counts = new Int32Array(starts[questions.length]);
  const right = new Uint8Array(starts[questions.length]);
  const all = new Int8Array(triangles[questions.length]);
  questions.forEach(({responses, cosines}, q) => {
    responses.forEach((response, i) => {
      counts[starts[q] + i] = response.count;
      right[starts[q] + i] = Number(response.right);
    });
    if (cosines) all.set(cosines, triangles[q]);
  });
  return {starts, counts, right, cosines: all, triangles};
}

/**
 * Greedy leader clustering (Alice, section 3.2) of every question at one threshold, as `leaderClusters` has it: a response joins the
 * first cluster whose reference it is similar enough to, or is the reference of a new one. Chains that say the same go together.
 *
 * @param hundredths lowest cosine, in hundredths, at which a response joins a cluster
 * @param dropped whether clusters of one chain are dropped
 */
export function thresholdClusters(
  {starts, counts, right, cosines, triangles}: Responses,
  hundredths: number,
  dropped = false
): ClusterOutcome {
  const outcome = emptyOutcome(starts.length - 1);
  let most = 0;
  for (let q = 0; q + 1 < starts.length; q++) most = Math.max(most, starts[q + 1] - starts[q]);
  const references = new Int32Array(most);
  const sizes = new Int32Array(most);
  const rights = new Int32Array(most);
  for (let q = 0; q + 1 < starts.length; q++) {
    const from = starts[q];
    const n = starts[q + 1] - from;
    let clusters = 0;
    for (let i = 0; i < n; i++) {
      const row = triangles[q] + (i * (i - 1)) / 2;
      let own = 0;
      while (own < clusters && cosines[row + references[own]] < hundredths) own++;
      if (own === clusters) {
        references[clusters] = i;
        sizes[clusters] = rights[clusters] = 0;
        clusters++;
      }
      sizes[own] += counts[from + i];
      rights[own] += right[from + i] * counts[from + i];
    }
    record(outcome, q, {clusters, sizes, rights, references, from, least: dropped ? 2 : 1});
  }
  return outcome;
}

/**
 * The same of clusters that are given.
 *
 * @param cluster of each response, from 0; -1 where it was dropped
 * @param stands whether a response stands for its cluster
 */
export function givenClusters(
  {starts, counts, right}: Responses,
  cluster: ArrayLike<number>,
  stands: ArrayLike<boolean>
): ClusterOutcome {
  const outcome = emptyOutcome(starts.length - 1);
  for (let q = 0; q + 1 < starts.length; q++) {
    const from = starts[q];
    const n = starts[q + 1] - from;
    const [sizes, rights, references] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
    let clusters = 0;
    for (let i = 0; i < n; i++) {
      const own = cluster[from + i];
      if (own < 0) continue;
      sizes[own] += counts[from + i];
      rights[own] += right[from + i] * counts[from + i];
      if (stands[from + i]) references[own] = i;
      clusters = Math.max(clusters, own + 1);
    }
    record(outcome, q, {clusters, sizes, rights, references, from, least: 1});
  }
  return outcome;
}

const emptyOutcome = (questions: number): ClusterOutcome => ({
  clusters: new Int32Array(questions),
  largest: new Int32Array(questions),
  rightInLargest: new Int32Array(questions),
  reference: new Int32Array(questions),
  entropy: new Float64Array(questions)
});

interface Clustered {
  clusters: number;
  sizes: Int32Array;
  rights: Int32Array;
  references: Int32Array;
  from: number;
  /** Chains of a cluster that is not dropped. */
  least: number;
}

function record(
  outcome: ClusterOutcome,
  q: number,
  {clusters, sizes, rights, references, from, least}: Clustered
): void {
  let [kept, best, total, sum] = [0, -1, 0, 0];
  for (let c = 0; c < clusters; c++) {
    if (sizes[c] < least) continue;
    kept++;
    if (best < 0 || sizes[c] > sizes[best]) best = c;
    total += sizes[c];
    sum += sizes[c] * Math.log(sizes[c]);
  }
  outcome.clusters[q] = kept;
  outcome.reference[q] = -1;
  if (best < 0) return;
  outcome.largest[q] = sizes[best];
  outcome.rightInLargest[q] = rights[best];
  outcome.reference[q] = from + references[best];
  outcome.entropy[q] = Math.abs(Math.round((Math.log(total) - sum / total) * 1e9) / 1e9);
}
