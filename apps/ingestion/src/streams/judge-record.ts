import { FeatureStoreError } from "@timewell/errors";
import { encodeKey } from "@timewell/keys";
import type { CompiledView, Violation } from "@timewell/model";
import type { LogAppend, QuarantineAppend } from "@timewell/store-ports";

import { judgeRow } from "../constraints/judge-row.ts";
import { checkEventTime } from "../rows/check-event-time.ts";
import { encodeIncomingRow } from "../rows/encode-incoming-row.ts";
import { compileRecordDecoder, type RecordDecoder } from "./decode-record.ts";
import type { StreamRecord } from "./stream-record.ts";

/** By what records are judged, besides the view. */
export interface Arrival {
  /** When the record arrived, µs UTC: lateness and freshness are measured from it. */
  readonly arrivedUs: bigint;
  /** What the future is measured from, µs UTC. */
  readonly nowUs: bigint;
  readonly futureToleranceUs: bigint;
}

/** What becomes of a record: a row of the log, or one of the quarantine. */
export type RecordVerdict =
  | { readonly append: LogAppend; readonly violations: readonly Violation[] }
  | { readonly refused: QuarantineAppend; readonly violations: readonly Violation[] };

const decoders = new WeakMap<CompiledView, RecordDecoder>();
const doing = "stream to";

/** Decodes a record of the view's topic and judges it: nothing that a record holds makes this throw. */
export function judgeRecord(view: CompiledView, record: StreamRecord, arrival: Arrival): RecordVerdict {
  const decoder = decoderOf(view);
  try {
    const row = decoder.decode(record);
    checkEventTime(view, row.eventTimeUs, arrival, doing);
    checkLateness(view, row.eventTimeUs, arrival.arrivedUs);
    const append = encodeIncomingRow(view, row, doing);
    const { refusal, violations } = judgeRow(view, row, arrival.arrivedUs);
    if (refusal === undefined) return { append, violations };
    const refused = refusedRecord(view, record, refusal.error, append.entityKey, refusal.constraint);
    return { refused, violations };
  } catch (reason) {
    if (!(reason instanceof FeatureStoreError)) throw reason;
    return {
      refused: refusedRecord(view, record, reason, entityKeyOf(view, decoder, record)),
      violations: [],
    };
  }
}

function decoderOf(view: CompiledView): RecordDecoder {
  const decoder = decoders.get(view) ?? compileRecordDecoder(view);
  decoders.set(view, decoder);
  return decoder;
}

function checkLateness(view: CompiledView, eventTimeUs: bigint, arrivedUs: bigint): void {
  const latenessMs = view.definition.streamSource?.allowedLatenessMs;
  if (latenessMs === undefined || eventTimeUs >= arrivedUs - latenessMs * 1_000n) return;
  const backS = (arrivedUs - eventTimeUs) / 1_000_000n;
  throw new FeatureStoreError(
    "INVALID_EVENT_TIME",
    `Cannot stream to ${view.name}: event time ${eventTimeUs} is ${backS} s back, at most ${latenessMs / 1_000n} s are allowed`,
    {
      field: "event_time_us",
      hint: "Allow more lateness in the definition and replay the quarantine, or drop the record",
    },
  );
}

function refusedRecord(
  view: CompiledView,
  record: StreamRecord,
  { kind, message }: FeatureStoreError,
  entityKey: Uint8Array | undefined,
  constraint = "",
): QuarantineAppend {
  const { topic } = view.definition.streamSource!;
  return {
    viewId: view.id,
    origin: "stream",
    kind,
    message,
    constraint,
    from: `${topic}/${record.partition}/${record.offset}`,
    entityKey,
    content: record.value ?? new Uint8Array(0),
    recordKey: record.key ?? undefined,
    recordTimeUs: record.timeUs,
  };
}

/** Where the keys can be read, an erase of the entity finds the record. */
function entityKeyOf(
  view: CompiledView,
  decoder: RecordDecoder,
  record: StreamRecord,
): Uint8Array | undefined {
  const keys = decoder.keysOf(record);
  if (keys === undefined) return undefined;
  try {
    return encodeKey(
      view.keys.map((key) => key.type),
      keys,
    );
  } catch {
    return undefined;
  }
}
