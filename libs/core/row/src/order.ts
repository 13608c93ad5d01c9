import { FeatureStoreError } from "@timewell/errors";

const ordinalBits = 40n;
const half = 2n ** 63n;

/** Order of a row of the log: 2^63 + its position, so that it beats every batch row of equal event time. Position: 1 … 2^63 − 1. */
export function orderOfLog(position: bigint): bigint {
  check("log position", position, 1n, half - 1n);
  return half | position;
}

/**
 * Order of a batch row without a created time: `run` × 2^40 + `ordinal`. `run` is the number of the materialize run, below
 * 2^23; `ordinal` the running number of the row in the run, by file and row, below 2^40.
 */
export function orderOfRun(run: bigint, ordinal: number | bigint): bigint {
  const rowInRun = BigInt(ordinal);
  check("materialize run", run, 0n, 2n ** 23n - 1n);
  check("row of a run", rowInRun, 0n, 2n ** ordinalBits - 1n);
  return (run << ordinalBits) | rowInRun;
}

/** Order of a batch row with a created time, µs UTC: that time + 2^62. The time is −2^62 … 2^62 − 1. */
export function orderOfCreated(createdUs: bigint): bigint {
  check("created time", createdUs, -(2n ** 62n), 2n ** 62n - 1n);
  return createdUs + 2n ** 62n;
}

function check(what: string, value: bigint, least: bigint, greatest: bigint): void {
  if (value >= least && value <= greatest) return;
  throw new FeatureStoreError(
    "INVALID_VALUE",
    `Cannot order a row by its ${what}: got ${value}, expected ${least} … ${greatest}`,
  );
}
