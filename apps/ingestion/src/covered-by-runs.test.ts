import { timeMinUs } from "@timewell/ttl";
import { describe, expect, it } from "vitest";

import { coveredByRuns } from "./covered-by-runs.ts";

type Run = readonly [fromUs: bigint, toUs: bigint, createdTimeMaxUs?: bigint];

const first = timeMinUs;

const cases: readonly (readonly [string, readonly Run[], readonly [bigint, bigint | undefined]])[] = [
  ["nothing, where nothing ran", [], [first, undefined]],
  ["nothing, where a run began after a gap", [[5n, 9n, 9n]], [first, undefined]],
  ["all up to the end of a run from the beginning", [[first, 9n, 7n]], [9n, 7n]],
  [
    "no less than before, where an earlier range is run again",
    [
      [first, 9n, 7n],
      [2n, 3n, 8n],
    ],
    [9n, 7n],
  ],
  [
    "more, where a run joins it, and no more created times",
    [
      [first, 9n, 7n],
      [9n, 12n, 11n],
    ],
    [12n, 7n],
  ],
  [
    "no more, where a run begins after a gap",
    [
      [first, 9n, 7n],
      [10n, 12n, 11n],
    ],
    [9n, 7n],
  ],
  // It did not read what came late between 5 and 9.
  [
    "no more created times, where a run ends before it",
    [
      [first, 9n, 7n],
      [first, 5n, 8n],
    ],
    [9n, 7n],
  ],
  [
    "more created times, where a run reads it all again",
    [
      [first, 9n, 7n],
      [first, 9n, 8n],
    ],
    [9n, 8n],
  ],
  ["no created time, where none is known", [[first, 9n]], [9n, undefined]],
];

describe("coveredByRuns()", () => {
  it.each(cases)("finds %s", (_, runs, [toUs, createdUs]) => {
    const finished = runs.map(([fromUs, to, createdTimeMaxUs], i) => ({
      run: BigInt(i + 1),
      viewId: 1,
      fromUs,
      toUs: to,
      startedAtUs: 0n,
      finished: {
        finishedAtUs: 0n,
        rowsRead: 0,
        rowsWritten: 0,
        eventTimeMaxUs: undefined,
        createdTimeMaxUs,
      },
    }));
    expect(coveredByRuns(finished)).toEqual({ toUs, createdUs });
  });

  it("passes over a run that did not finish", () => {
    const run = { run: 1n, viewId: 1, fromUs: first, toUs: 9n, startedAtUs: 0n };
    expect(coveredByRuns([run])).toEqual({ toUs: first, createdUs: undefined });
  });
});
