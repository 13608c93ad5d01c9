import type { IngestLog, Lease } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";

/** What a store may have forgotten when it restarted: its last 10 minutes, µs. */
export const forgottenByRestartUs = 600_000_000n;

/**
 * Where to begin to apply each leased partition: after the store's watermark, but not after what the log has recorded as
 * applied, so that no stamp is missed; ten minutes earlier where the store was restarted; and where the store has no
 * watermark, after what the segments hold.
 */
export async function startPositions(
  deps: IngestionDeps,
  leases: readonly Lease[],
  watermarks: ReadonlyMap<number, bigint>,
  restarted: boolean,
): Promise<Map<number, bigint>> {
  const [{ flushed }, progress] = await Promise.all([
    deps.offlineCatalog.manifest(),
    deps.ingestLog.progress(),
  ]);
  const sinceUs = deps.clock.nowUs() - forgottenByRestartUs;
  const starts = new Map<number, bigint>();
  for (const { partition } of leases) {
    const watermark = watermarks.get(partition) ?? flushed.get(partition) ?? 0n;
    const applied = progress[partition]?.applied ?? 0n;
    const start = watermark < applied ? watermark : applied;
    starts.set(
      partition,
      restarted ? await positionBefore(deps.ingestLog, partition, start, sinceUs) : start,
    );
  }
  return starts;
}

/** The greatest position, at most `end`, before which every row was appended before the instant, by bisection. */
export async function positionBefore(
  log: IngestLog,
  partition: number,
  end: bigint,
  sinceUs: bigint,
): Promise<bigint> {
  let low = 0n;
  let high = end;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const [row] = await log.read(partition, middle - 1n, 1);
    if (row === undefined || row.position > end || row.appendedAtUs >= sinceUs) high = middle - 1n;
    else low = middle;
  }
  return low;
}
