import { create } from "@bufbuild/protobuf";
import {
  type BackfillRequest,
  type BackfillResponse,
  BackfillResponseSchema,
  type Progress,
  ProgressSchema,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import type { Backfill } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { checkRange, requestedView, runScan, scanOf } from "../materialize.ts";
import { materializeWindows } from "../windows/materialize-windows.ts";
import { isWindowed, type WindowedView } from "../windows/stored-tiles.ts";
import { type Chunk, chunkLengthUs, chunksOf } from "./chunks-of.ts";
import { merged } from "./merged.ts";

const parallelismDefault = 2;
const parallelismMax = 8;

/**
 * Materializes a range chunk by chunk, a few at a time, and yields how far it is; the last one is done. A chunk that is done is
 * recorded, and passed over when the same backfill is asked for again, unless that is asked for too. Each chunk is a
 * materialize run of its own, so that an older value never takes the place of a newer one.
 */
export async function* backfill(
  deps: IngestionDeps,
  request: BackfillRequest,
  signal: AbortSignal,
): AsyncGenerator<BackfillResponse> {
  const view = requestedView(deps, request);
  if (isWindowed(view)) return yield* backfillWindows(deps, view, signal);
  const { parallelism, lengthUs } = checkRequest(deps, view, request);
  const { fromUs, toUs } = request;
  const scan = await scanOf(deps, view, { fromUs, toUs });
  const { open, chunks, waiting } = await openChunks(deps, view, request, lengthUs);
  const total = waiting.length === 0 ? 0 : await deps.offlineEngine.countSource(scan, signal);
  const sums = new ProgressSums(request, open.id, total);
  let chunksDone = chunks.length - waiting.length;
  const chunksBefore = chunksDone;
  const response = (done: boolean): BackfillResponse =>
    create(BackfillResponseSchema, {
      progress: sums.progress(done),
      chunks: chunks.length,
      chunksDone,
      chunksBefore,
    });
  yield response(waiting.length === 0);
  if (waiting.length === 0) return;
  // One that fails ends the others.
  const stopping = new AbortController();
  const stop = AbortSignal.any([signal, stopping.signal]);
  const runs = waiting.map((chunk) => () => runChunk(deps, view, open, chunk, stop));
  try {
    for await (const { chunk, progress } of merged(runs, parallelism)) {
      sums.add(chunk, progress);
      if (progress.done) chunksDone++;
      yield response(chunksDone === chunks.length);
    }
  } finally {
    stopping.abort(new FeatureStoreError("CANCELLED", "Cannot go on with a chunk: the backfill has ended"));
  }
}

/** Files of a windowed view are aggregated as a whole: there is one chunk. */
async function* backfillWindows(
  deps: IngestionDeps,
  view: WindowedView,
  signal: AbortSignal,
): AsyncGenerator<BackfillResponse> {
  for await (const progress of materializeWindows(deps, view, signal)) {
    yield create(BackfillResponseSchema, { progress, chunks: 1, chunksDone: progress.done ? 1 : 0 });
  }
}

interface OpenChunks {
  readonly open: Backfill;
  readonly chunks: readonly Chunk[];
  readonly waiting: readonly Chunk[];
}

async function openChunks(
  { offlineCatalog, clock }: IngestionDeps,
  view: CompiledView,
  { fromUs, toUs, again }: BackfillRequest,
  chunkUs: bigint,
): Promise<OpenChunks> {
  const chunks = chunksOf(fromUs, toUs, chunkUs);
  const range = { viewId: view.id, fromUs, toUs, chunkUs };
  const open = await offlineCatalog.openBackfill(range, clock.nowUs());
  if (again) await offlineCatalog.forgetChunks(open.id);
  const waiting = again ? chunks : chunks.filter(({ number }) => !open.doneChunks.has(number));
  return { open, chunks, waiting };
}

async function* runChunk(
  deps: IngestionDeps,
  view: CompiledView,
  { id }: Backfill,
  chunk: Chunk,
  signal: AbortSignal,
): AsyncGenerator<{ chunk: Chunk; progress: Progress }> {
  deps.failPoint?.("backfill.chunk-begin");
  const scan = await scanOf(deps, view, chunk);
  for await (const progress of runScan(deps, view, scan, 0, signal)) {
    if (progress.done) {
      deps.failPoint?.("backfill.chunk-end");
      await deps.offlineCatalog.finishChunk(id, chunk.number);
      deps.failPoint?.("backfill.chunk-recorded");
    }
    yield { chunk, progress };
  }
}

/** Adds up the counts of chunks that run at the same time. */
class ProgressSums {
  readonly #byChunk = new Map<number, Progress>();
  readonly #request: BackfillRequest;
  readonly #id: bigint;
  readonly #total: number;

  constructor(request: BackfillRequest, id: bigint, total: number) {
    this.#request = request;
    this.#id = id;
    this.#total = total;
  }

  add(chunk: Chunk, progress: Progress): void {
    this.#byChunk.set(chunk.number, progress);
  }

  progress(done: boolean): Progress {
    const sum = create(ProgressSchema, {
      run: this.#id,
      rowsTotal: BigInt(this.#total),
      fromUs: this.#request.fromUs,
      toUs: this.#request.toUs,
      done,
    });
    for (const each of this.#byChunk.values()) {
      sum.rowsRead += each.rowsRead;
      sum.rowsWritten += each.rowsWritten;
      sum.rowsExpired += each.rowsExpired;
      sum.rowsViolating += each.rowsViolating;
    }
    return sum;
  }
}

function checkRequest(
  deps: IngestionDeps,
  view: CompiledView,
  request: BackfillRequest,
): { parallelism: number; lengthUs: bigint } {
  const { fromUs, toUs, chunkMs, parallelism } = request;
  const endUs = checkRange(deps, view, { fromUs, toUs });
  if (endUs < toUs)
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot backfill up to ${toUs} µs: what is available now ends at ${endUs}`,
      { field: "to_us", hint: "Give an earlier end; a chunk that is done is not read again" },
    );
  if (chunkMs !== undefined && chunkMs <= 0n)
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot backfill in chunks of ${chunkMs} ms`, {
      field: "chunk_ms",
      hint: "Give a positive length, or leave it out",
    });
  if (parallelism > parallelismMax)
    throw new FeatureStoreError("LIMIT_EXCEEDED", `Cannot run ${parallelism} chunks at a time`, {
      field: "parallelism",
      hint: `Choose 1 to ${parallelismMax}; ${parallelismDefault} are the default`,
    });
  return {
    parallelism: parallelism === 0 ? parallelismDefault : parallelism,
    lengthUs: chunkMs === undefined ? chunkLengthUs(fromUs, toUs) : chunkMs * 1000n,
  };
}
