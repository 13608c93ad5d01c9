import type { CompiledView } from "@timewell/model";
import type { ApplyOptions, EncodedRows } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { type WriteCounts, writeEncoded } from "./write-encoded.ts";

/** Batches that are on their way to the store while the next one is read. */
const batchesInFlightMax = 4;

/** A batch that was written, and its counts. */
export interface WrittenBatch {
  readonly batch: EncodedRows;
  readonly counts: WriteCounts;
}

/**
 * Writes a stream of batches to the online store, a few in flight, in bounded memory; yields each when it is written,
 * in order.
 */
export async function* writeAll(
  deps: IngestionDeps,
  view: CompiledView,
  batches: AsyncIterable<EncodedRows>,
  onEqual: NonNullable<ApplyOptions["onEqual"]>,
): AsyncGenerator<WrittenBatch> {
  const flying: Promise<WrittenBatch>[] = [];
  try {
    for await (const batch of batches) {
      const flight = writeEncoded(deps, view, batch, onEqual).then((counts) => ({ batch, counts }));
      // A failure is seen where the flight is awaited; until then it must not count as unhandled, which ends the process.
      flight.catch(() => undefined);
      flying.push(flight);
      if (flying.length >= batchesInFlightMax) yield await (flying.shift() as Promise<WrittenBatch>);
    }
    for (let next = flying.shift(); next !== undefined; next = flying.shift()) yield await next;
  } finally {
    await Promise.allSettled(flying);
  }
}
