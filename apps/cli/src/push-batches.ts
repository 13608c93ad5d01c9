import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { PushStream } from "@timewell/client";
import {
  PushRequestSchema,
  type PushResponse,
  type PushRow,
  PushRowSchema,
  type Wait,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Session } from "./session.ts";

const batchRowsMax = 10_000;
/** Well below what a server takes in one message. */
const batchBytesMax = 3 * 2 ** 20;

/** A row that was not stored. */
export interface Refusal {
  /** Index in the input. */
  readonly row: number;
  readonly kind: string;
  readonly message: string;
}

/** Where a row lies in the log. */
export interface RowPosition {
  readonly row: number;
  readonly partition: number;
  readonly position: bigint;
}

/**
 * Pushes rows in as many requests as they need: one alone, several over one stream, which sends again what was not answered when a
 * connection breaks.
 */
export async function pushBatches(
  session: Session,
  request: {
    readonly project: string;
    readonly featureView: string;
    readonly version: number;
    readonly alsoVersions?: number[];
    readonly wait: Wait;
    readonly requestId: string;
  },
  rows: readonly PushRow[],
  tellDone: (rows: number) => void,
): Promise<{ readonly positions: RowPosition[]; readonly refusals: Refusal[] }> {
  const positions: RowPosition[] = [];
  const refusals: Refusal[] = [];
  const batches = cut(rows);
  if (batches.length > 1 && request.requestId !== "") {
    const problem = `Cannot push ${rows.length} rows under one --request-id: they need ${batches.length} requests`;
    throw new FeatureStoreError("LIMIT_EXCEEDED", problem, {
      hint: "Push at most 10,000 rows and 3 MiB a file.",
    });
  }
  let done = 0;
  const take = (start: number, { results }: PushResponse) => {
    results.forEach(({ outcome }, i) => {
      const row = start + i;
      if (outcome.case === "position") {
        positions.push({ row, partition: outcome.value.partition, position: outcome.value.position });
      } else if (outcome.case === "error") {
        refusals.push({ row, kind: outcome.value.kind, message: outcome.value.message });
      }
    });
    done += results.length;
    tellDone(done);
  };
  if (batches.length === 1) {
    const message = create(PushRequestSchema, { ...request, rows: rows.slice() });
    take(0, await session.ingestion.push(message, { signal: session.io.signal }));
  } else await streamBatches(session, request, batches, take);
  positions.sort((a, b) => a.row - b.row);
  refusals.sort((a, b) => a.row - b.row);
  return { positions, refusals };
}

async function streamBatches(
  session: Session,
  request: object,
  batches: readonly PushRow[][],
  take: (start: number, response: PushResponse) => void,
): Promise<void> {
  const stream = new PushStream({
    open: (requests) => session.ingestion.pushStream(requests, { signal: session.io.signal }),
    clock: session.io.clock,
    newId: randomUUID,
  });
  const taken: Promise<void>[] = [];
  let start = 0;
  for (const rows of batches) {
    const first = start;
    const { response } = await stream.write({ ...request, rows });
    taken.push(response.then((answer) => take(first, answer)));
    start += rows.length;
  }
  await Promise.all([stream.close(), ...taken]);
}

function cut(rows: readonly PushRow[]): PushRow[][] {
  const batches: PushRow[][] = [];
  let batch: PushRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const rowBytes = toBinary(PushRowSchema, row).length;
    if (batch.length === batchRowsMax || (batch.length > 0 && bytes + rowBytes > batchBytesMax)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += rowBytes;
  }
  return batch.length === 0 ? batches : [...batches, batch];
}
