import type { CompiledView } from "@timewell/model";
import type { ApplyOptions, EncodedRows } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { UnerasedWrites } from "./erase/unerased-writes.ts";
import { type WriteCounts, writeEncoded } from "./write-encoded.ts";

/** Batches that are on their way to the store while the next one is read. */
const batchesInFlightMax = 4;

/** A batch that was written, and its counts. */
export interface WrittenBatch {
  readonly batch: EncodedRows;
  readonly counts: WriteCounts;
}

/** A batch on its way, and what tells its rows from others; nothing where no two rows can be equal. */
interface Flight {
  readonly written: Promise<WrittenBatch>;
  readonly versions: ReadonlySet<string>;
}

/**
 * Writes a stream of batches to the online store, a few in flight, in bounded memory; yields each when it is written,
 * in order. Of equal rows the first comes to the store first. Entities that are erased meanwhile are left out.
 */
export async function* writeAll(
  deps: IngestionDeps,
  view: CompiledView,
  batches: AsyncIterable<EncodedRows>,
  onEqual: NonNullable<ApplyOptions["onEqual"]>,
): AsyncGenerator<WrittenBatch> {
  const hasTwins = onEqual === "keep" && view.source !== undefined && view.source.createdTimeColumn !== "";
  const flying: Flight[] = [];
  const unerased = await UnerasedWrites.begin(deps, view);
  try {
    for await (const batch of batches) {
      const versions = hasTwins ? versionsOf(batch) : none;
      // Two calls of the store have no order between them.
      while (flying.some((flight) => share(versions, flight.versions))) yield await landed(flying);
      const written = writeEncoded({ ...deps, unerased }, view, batch, onEqual).then((counts) => ({
        batch,
        counts,
      }));
      // A failure is seen where the flight is awaited; until then it must not count as unhandled, which ends the process.
      written.catch(() => undefined);
      flying.push({ written, versions });
      if (flying.length >= batchesInFlightMax) yield await landed(flying);
    }
    while (flying.length > 0) yield await landed(flying);
  } finally {
    await Promise.allSettled(flying.map(({ written }) => written));
  }
}

const none: ReadonlySet<string> = new Set();

function landed(flying: Flight[]): Promise<WrittenBatch> {
  return (flying.shift() as Flight).written;
}

function share(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const version of a) if (b.has(version)) return true;
  return false;
}

/** Entity key, event time and order of each row, one character a byte: where they are equal, the rows are. */
function versionsOf({ entityKeys, rows }: EncodedRows): ReadonlySet<string> {
  return new Set(rows.map((row, i) => text(row.subarray(2, 18)) + text(entityKeys[i] as Uint8Array)));
}

function text({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
