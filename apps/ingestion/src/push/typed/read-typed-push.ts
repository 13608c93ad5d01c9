import { createHash } from "node:crypto";

import { PushRow_Operation, Wait } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { decodeKey } from "@timewell/keys";
import { wireTypes, WireReader } from "@timewell/row";

import { RowAdmission } from "../../constraints/row-admission.ts";
import { checkEventTime, type EventTimeLimits } from "../../rows/check-event-time.ts";
import { pushProblems } from "../../rows/push-problems.ts";
import { checkPush, type ReadPush } from "../accept-push.ts";
import type { RefusedRow } from "../push-answer.ts";
import { pushRowBytes } from "../push-row-bytes.ts";
import { TypedKeys } from "./typed-keys.ts";
import type { TypedPushPlan } from "./typed-push-plan.ts";
import { typedValues } from "./typed-values.ts";

const tags = {
  rows: (1 << 3) | wireTypes.lengthDelimited,
  wait: (2 << 3) | wireTypes.varint,
  requestId: (3 << 3) | wireTypes.lengthDelimited,
  keys: (1 << 3) | wireTypes.lengthDelimited,
  features: (2 << 3) | wireTypes.lengthDelimited,
  eventTime: (3 << 3) | wireTypes.fixed64,
  operation: (4 << 3) | wireTypes.varint,
} as const;
const noBytes: Buffer = Buffer.alloc(0);

/**
 * Reads a typed push from its bytes. A row whose features are canonical already becomes a row of the log without an object for any
 * value, and its payload shares the memory of the request; every other row is decoded, checked and encoded anew. Wrong rows are
 * refused one by one. INVALID_REQUEST where the bytes are no request.
 */
export function readTypedPush(
  plan: TypedPushPlan,
  bytes: Buffer,
  limits: EventTimeLimits,
  principal: string,
): ReadPush {
  const cursor = new WireReader(bytes, plan.requestType);
  const admission = new RowAdmission(plan.view, limits.nowUs, principal);
  const reader = new RowReader(plan, cursor, admission, limits);
  const frame = readFrame(cursor);
  checkPush(frame.rows.length / 2, frame.requestId);
  const results: (RefusedRow | undefined)[] = [];
  for (let i = 0; i < frame.rows.length; i += 2)
    results.push(reader.read(frame.rows[i]!, frame.rows[i + 1]!));
  return {
    view: plan.view,
    admission,
    results,
    wait: frame.wait,
    requestId: frame.requestId,
    digest: () => digestOf(plan, bytes, frame.rows),
  };
}

interface Frame {
  /** Where each row begins and ends, one after the other. */
  readonly rows: readonly number[];
  readonly wait: Wait;
  readonly requestId: string;
}

function readFrame(cursor: WireReader<Buffer>): Frame {
  const rows: number[] = [];
  let wait: Wait = Wait.UNSPECIFIED;
  let requestId = "";
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === tags.rows || tag === tags.requestId) {
      const end = cursor.partEnd();
      if (tag === tags.rows) rows.push(cursor.at, end);
      else requestId = cursor.bytes.toString("utf8", cursor.at, end);
      cursor.at = end;
    } else if (tag === tags.wait) {
      cursor.varint();
      wait = cursor.low as Wait;
    } else cursor.skip(tag & 7);
  }
  return { rows, wait, requestId };
}

function digestOf(plan: TypedPushPlan, bytes: Buffer, rows: readonly number[]): Uint8Array {
  const hash = createHash("sha256").update(plan.requestType);
  const length = Buffer.alloc(4);
  for (let i = 0; i < rows.length; i += 2) {
    length.writeUInt32BE(rows[i + 1]! - rows[i]!);
    hash.update(length).update(bytes.subarray(rows[i], rows[i + 1]));
  }
  return hash.digest();
}

/** Reads rows one after another. */
class RowReader {
  readonly #plan: TypedPushPlan;
  readonly #cursor: WireReader<Buffer>;
  readonly #admission: RowAdmission;
  readonly #limits: EventTimeLimits;
  readonly #keys: TypedKeys;
  /** Where the features of the row begin and end, and how many parts they came in: Protobuf merges parts. */
  #features = { start: 0, end: 0, parts: 0, merged: noBytes };
  #eventTimeUs: bigint | undefined;
  #operation = 0;

  constructor(
    plan: TypedPushPlan,
    cursor: WireReader<Buffer>,
    admission: RowAdmission,
    limits: EventTimeLimits,
  ) {
    this.#plan = plan;
    this.#cursor = cursor;
    this.#admission = admission;
    this.#limits = limits;
    this.#keys = new TypedKeys(plan.view, cursor);
  }

  /** Takes the row in; returns why it is refused. */
  read(start: number, end: number): RefusedRow | undefined {
    this.#split(start, end);
    try {
      return this.#admit();
    } catch (reason) {
      if (reason instanceof FeatureStoreError) return reason;
      throw reason;
    }
  }

  #split(start: number, end: number): void {
    const cursor = this.#cursor;
    cursor.at = start;
    cursor.end = end;
    this.#keys.begin();
    this.#features.parts = 0;
    this.#eventTimeUs = undefined;
    this.#operation = 0;
    while (cursor.at < end) {
      const tag = cursor.tag();
      if (tag === tags.features) this.#takeFeatures(cursor.partEnd());
      else if (tag === tags.keys) this.#keys.take(cursor.partEnd());
      else if (tag === tags.eventTime) this.#eventTimeUs = cursor.bytes.readBigInt64LE(cursor.fixed64());
      else if (tag === tags.operation) {
        cursor.varint();
        this.#operation = cursor.low;
      } else cursor.skip(tag & 7);
    }
  }

  #takeFeatures(end: number): void {
    const features = this.#features;
    const part = this.#cursor.bytes.subarray(this.#cursor.at, end);
    features.merged = features.parts++ === 0 ? part : Buffer.concat([features.merged, part]);
    features.start = this.#cursor.at;
    features.end = end;
    this.#cursor.at = end;
  }

  #admit(): RefusedRow | undefined {
    const { view, isPlain, isCanonical } = this.#plan;
    const { parts, start, end, merged } = this.#features;
    const deleted = this.#operation === PushRow_Operation.DELETE;
    const eventTimeUs = this.#eventTimeUs ?? (deleted ? this.#limits.nowUs : undefined);
    if (eventTimeUs === undefined) throw pushProblems.noEventTime(view);
    checkEventTime(view, eventTimeUs, this.#limits, "push to");
    const payload = parts === 0 ? noBytes : merged;
    if (deleted && payload.length > 0) throw pushProblems.deleteWithFeatures(view);
    const entityKey = this.#keys.code();
    if (isPlain && (parts === 0 || (parts === 1 && isCanonical(this.#cursor.bytes, start, end)))) {
      this.#admission.rows.push({ viewId: view.id, entityKey, eventTimeUs, deleted, payload });
      return undefined;
    }
    const keys = decodeKey(
      view.keys.map(({ type }) => type),
      entityKey,
    );
    const values = deleted ? [] : typedValues(this.#plan, payload);
    const row = { keys, values, eventTimeUs, deleted };
    return this.#admission.admit(row, () => pushRowBytes(view, row))?.error;
  }
}
