import { create } from "@bufbuild/protobuf";
import { type CollectGarbageRequest, type Progress, ProgressSchema } from "@timewell/contracts";
import { forgetAfterUs } from "@timewell/ttl";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { requestedViews } from "./requested-views.ts";

/** Removes online rows that are past ttl plus grace, of one view or of all; a view without ttl keeps everything. */
export async function* collectGarbage(
  deps: IngestionDeps,
  request: CollectGarbageRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const sums = { scanned: 0, removed: 0 };
  const progress = (done: boolean) =>
    create(ProgressSchema, { rowsRead: BigInt(sums.scanned), rowsWritten: BigInt(sums.removed), done });
  for (const view of requestedViews(deps, request)) {
    const forgetUs = forgetAfterUs(view.ttlUs, deps.settings.graceUs);
    if (forgetUs === 0n) continue;
    const before = { ...sums };
    for await (const { rowsScanned, rowsRemoved } of deps.onlineStore.collectGarbage(
      view.id,
      deps.clock.nowUs() - forgetUs,
    )) {
      signal.throwIfAborted();
      sums.scanned = before.scanned + rowsScanned;
      sums.removed = before.removed + rowsRemoved;
      yield progress(false);
    }
  }
  yield progress(true);
}
