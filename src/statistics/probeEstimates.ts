import {type BootstrapOptions, channelMeans, crossedBootstrap, percentileInterval} from "./bootstrap.js";
import type {ProbeRights} from "./probe.js";

/** Probes of one layer of a model, a pair of rights per seed; the same rows for all. */
export interface ProbedLayer {
  stage: string;
  layer: number;
  seeds: readonly ProbeRights[];
}

export interface ProbeEstimate {
  stage: string;
  /** Null for the mean over layers. */
  layer: number | null;
  accuracy: number;
  low: number;
  high: number;
  /** Accuracy of the probe that learned from permuted labels. */
  control: number;
  /** Accuracy minus that of the same layer before, on the same rows; null for what is before, or where there is none. */
  change: {value: number; low: number; high: number} | null;
}

/**
 * Accuracy of probes over seeds, layer by layer and as a mean over layers, and its change against the stage `before`: with
 * 95 % intervals by resampling seeds and, crossed with them, groups of rows, alike for all layers and stages.
 */
export function estimateProbes(
  probed: readonly ProbedLayer[],
  groups: ArrayLike<string>,
  options: BootstrapOptions = {}
): ProbeEstimate[] {
  if (!probed.length) return [];
  const seeds = probed[0].seeds.length;
  const channels = probed.map(({seeds}) => seeds.flatMap(({right}) => [...right]));
  const means = channelMeans(channels);
  const controls = channelMeans(probed.map(({seeds}) => seeds.flatMap(({control}) => [...control])));
  const replicates = crossedBootstrap(channels, seeds, groups.length, {...options, groups});
  const single = probed.map(({stage, layer}, i) => ({
    stage,
    layer: layer as number | null,
    value: means[i],
    control: controls[i],
    replicates: replicates[i]
  }));
  const over = [...new Set(probed.map(({stage}) => stage))].map((stage) => {
    const some = single.filter((one) => one.stage === stage);
    const mean = (of: (one: (typeof single)[number]) => number) =>
      some.reduce((sum, one) => sum + of(one), 0) / some.length;
    return {
      stage,
      layer: null,
      value: mean((one) => one.value),
      control: mean((one) => one.control),
      replicates: some[0].replicates.map((_, r) => mean((one) => one.replicates[r]))
    };
  });
  const all = [...single, ...over];
  return all.map(({stage, layer, value, control, replicates}) => {
    const before = stage === "before" ? undefined : all.find((one) => one.stage === "before" && one.layer === layer);
    return {
      stage,
      layer,
      accuracy: value,
      ...percentileInterval(replicates),
      control,
      change: before
        ? {
            value: value - before.value,
            ...percentileInterval(replicates.map((accuracy, r) => accuracy - before.replicates[r]))
          }
        : null
    };
  });
}
