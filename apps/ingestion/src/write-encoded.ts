import type { CompiledView } from "@timewell/model";
import { readHeader } from "@timewell/row";
import type { ApplyOptions, EncodedRows, OnlineWrite } from "@timewell/store-ports";
import { expiresAtUs, forgetAfterUs, isPastForgetting } from "@timewell/ttl";

import type { UnerasedWrites } from "./erase/unerased-writes.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";

/** What became of a batch of rows. */
export interface WriteCounts {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Rows that were left out because they are past ttl plus grace and the store expires rows. */
  readonly rowsExpired: number;
}

interface EncodedDeps extends Pick<IngestionDeps, "settings" | "clock"> {
  readonly unerased: UnerasedWrites;
}

/** Writes encoded rows of a view to the online store. */
export async function writeEncoded(
  deps: EncodedDeps,
  view: CompiledView,
  batch: EncodedRows,
  onEqual: NonNullable<ApplyOptions["onEqual"]>,
): Promise<WriteCounts> {
  const writes =
    deps.settings.expiry === "physical" ? expiringWrites(deps, view, batch) : plainWrites(view, batch);
  const outcomes = await deps.unerased.apply(writes, { onEqual });
  let rowsWritten = 0;
  for (const outcome of outcomes) if (outcome.written) rowsWritten++;
  return { rowsRead: batch.rows.length, rowsWritten, rowsExpired: batch.rows.length - writes.length };
}

function plainWrites(view: CompiledView, batch: EncodedRows): OnlineWrite[] {
  return batch.rows.map((row, i) => ({
    viewId: view.id,
    entityKey: keyAt(batch, i),
    row,
    stampAvailableTime: false,
  }));
}

function expiringWrites(deps: EncodedDeps, view: CompiledView, batch: EncodedRows): OnlineWrite[] {
  const nowUs = deps.clock.nowUs();
  const forgetUs = forgetAfterUs(view.ttlUs, deps.settings.graceUs);
  const writes: OnlineWrite[] = [];
  batch.rows.forEach((row, i) => {
    const { eventTimeUs } = readHeader(row);
    if (isPastForgetting(eventTimeUs, nowUs, forgetUs)) return;
    const expires = expiresAtUs(eventTimeUs, forgetUs);
    writes.push({
      viewId: view.id,
      entityKey: keyAt(batch, i),
      row,
      stampAvailableTime: false,
      expiresAtUs: expires,
    });
  });
  return writes;
}

function keyAt(batch: EncodedRows, i: number): Uint8Array {
  const key = batch.entityKeys[i];
  if (key === undefined) throw new Error(`row ${i} of a batch has no key`);
  return key;
}
