import { fromBinary } from "@bufbuild/protobuf";
import { PushRowSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import type { QuarantinedRow } from "@timewell/store-ports";

import { judgeRow } from "../constraints/judge-row.ts";
import { readPushRow } from "../read-push-row.ts";
import { encodeIncomingRow } from "../rows/encode-incoming-row.ts";
import { type Arrival, judgeRecord, type RecordVerdict } from "../streams/judge-record.ts";

/**
 * What becomes of a refused row as the definitions are now. How late it is, and how fresh, is measured from when it was refused;
 * whether it lies in the future, from now.
 */
export function judgeAgain(
  view: CompiledView,
  row: QuarantinedRow,
  limits: Omit<Arrival, "arrivedUs">,
): RecordVerdict {
  const arrival = { ...limits, arrivedUs: row.refusedAtUs };
  try {
    if (row.content.length < row.contentBytes) throw cutRow(row);
    if (row.origin === "push") return judgePush(view, row, arrival);
    if (row.kind === "DATA_LOSS" || view.definition.streamSource === undefined) return again(row, row);
    return judgeRecord(view, recordOf(row), arrival);
  } catch (reason) {
    if (reason instanceof FeatureStoreError) return again(row, reason);
    throw reason;
  }
}

function judgePush(view: CompiledView, row: QuarantinedRow, arrival: Arrival): RecordVerdict {
  const pushed = fromBinary(PushRowSchema, row.content);
  const nowUs = pushed.eventTimeUs === undefined ? arrival.arrivedUs : arrival.nowUs;
  const incoming = readPushRow(view, pushed, nowUs, arrival.futureToleranceUs);
  const append = encodeIncomingRow(view, incoming, "push to");
  const { refusal, violations } = judgeRow(view, incoming, arrival.arrivedUs);
  if (refusal === undefined) return { append, violations };
  return { ...again(row, refusal.error, refusal.constraint), violations };
}

function again(
  row: QuarantinedRow,
  { kind, message }: Pick<QuarantinedRow, "kind" | "message">,
  constraint = "",
): RecordVerdict {
  return { refused: { ...row, kind, message, constraint }, violations: [] };
}

function recordOf({ from, recordTimeUs, recordKey, content, refusedAtUs }: QuarantinedRow) {
  const [, partition = "0", offset = "0"] = from.split("/");
  return {
    partition: Number(partition),
    offset: BigInt(offset),
    timeUs: recordTimeUs ?? refusedAtUs,
    key: recordKey === undefined ? null : Buffer.from(recordKey),
    value: Buffer.from(content),
  };
}

function cutRow({ content, contentBytes }: QuarantinedRow): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot try the row again: it had ${contentBytes} bytes, of which ${content.length} were kept`,
    { field: "content", hint: "Send it again, and keep more of refused rows with --quarantine-row-bytes" },
  );
}
