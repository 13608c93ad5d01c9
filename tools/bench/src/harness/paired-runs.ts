import { median } from "./median.ts";

/** One of the two sides: runs once and returns how long that took, ms. */
export type TimedRun = () => Promise<number>;

/** What the pairs gave; medians, times in ms. */
export interface PairedTimes {
  readonly oursMs: number;
  readonly peerMs: number;
  /** Median of ours / peer of each pair, which is not the ratio of the medians. */
  readonly ratio: number;
  /** Least and greatest ratio of a pair. */
  readonly ratioMin: number;
  readonly ratioMax: number;
}

/**
 * Runs both sides in turn, and in the next pair the other way round, so that whatever slows the machine down for a
 * while slows both. A first pair warms both sides up and is not counted.
 */
export async function runPairs(pairs: number, ours: TimedRun, peer: TimedRun): Promise<PairedTimes> {
  await ours();
  await peer();
  const times: { ours: number; peer: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % 2 === 0) {
      const oursMs = await ours();
      times.push({ ours: oursMs, peer: await peer() });
    } else {
      const peerMs = await peer();
      times.push({ ours: await ours(), peer: peerMs });
    }
  }
  const ratios = times.map((time) => time.ours / time.peer);
  return {
    oursMs: median(times.map((time) => time.ours)),
    peerMs: median(times.map((time) => time.peer)),
    ratio: median(ratios),
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
  };
}
