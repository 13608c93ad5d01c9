import type { ApplyOptions, ApplyOutcome, OnlineWrite } from "@timewell/store-ports";

const writesMax = 200;

/** Where tiles are written to. */
export interface TileTarget {
  apply(
    writes: readonly OnlineWrite[],
    options: { readonly onEqual: "replace"; readonly fence?: ApplyOptions["fence"] },
  ): Promise<readonly ApplyOutcome[]>;
}

/** Writes tiles over equal ones, some at a time, and returns how many became the stored ones. */
export async function writeTiles(
  target: TileTarget,
  writes: Iterable<OnlineWrite>,
  fence?: ApplyOptions["fence"],
): Promise<number> {
  let written = 0;
  let batch: OnlineWrite[] = [];
  const flush = async () => {
    const options = { onEqual: "replace" as const, ...(fence !== undefined && { fence }) };
    const outcomes = await target.apply(batch, options);
    written += outcomes.filter((outcome) => outcome.written).length;
    batch = [];
  };
  for (const write of writes) {
    batch.push(write);
    if (batch.length === writesMax) await flush();
  }
  if (batch.length > 0) await flush();
  return written;
}
