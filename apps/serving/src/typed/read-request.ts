import { fromBinary } from "@bufbuild/protobuf";
import { type ReadOptions, ReadOptionsSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { KeyWriter } from "@timewell/keys";
import { requestedAsOfUs, requestedMaxAgeUs } from "@timewell/model";
import { type FeatureValue, wireTypes, WireReader } from "@timewell/row";
import type { KeyList, LogPosition } from "@timewell/store-ports";

import { checkRowCount } from "../check-row-count.ts";
import { KeySlots } from "./key-slots.ts";
import type { RequestPlan } from "./request-plan.ts";

/** A typed request, ready to be read from the store. */
export interface TypedRequest {
  readonly rowCount: number;
  /** For each row what computed features need of it; empty where the plan has none. */
  readonly inputs: readonly (readonly FeatureValue[])[];
  /** Absent: now. */
  readonly asOfUs: bigint | undefined;
  readonly maxAgeUs: bigint | undefined;
  readonly includeTimes: boolean;
  readonly allowPartial: boolean;
  /** Positions to wait for; empty: none. */
  readonly after: readonly LogPosition[];
}

const rowsTag = (1 << 3) | wireTypes.lengthDelimited;
const optionsTag = (2 << 3) | wireTypes.lengthDelimited;
const writer = new KeyWriter();
const noPositions: readonly LogPosition[] = [];

/**
 * Reads a request from its bytes, straight to the keys of the store, for each row one for each use of the plan; fields that the service does not know are passed over.
 * INVALID_REQUEST where the bytes are no request or request data is wrong, INVALID_KEY naming row and key where a key is wrong or missing.
 */
export function readRequest(plan: RequestPlan, bytes: Uint8Array, keys: KeyList): TypedRequest {
  const reader = new WireReader(bytes, plan.requestType);
  const slots = new KeySlots(plan.keys, bytes);
  keys.clear();
  const inputs: FeatureValue[][] = [];
  checkRowCount(countRows(bytes, plan.requestType));
  const optionParts: Uint8Array[] = [];
  let row = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === optionsTag) {
      const end = reader.partEnd();
      optionParts.push(bytes.subarray(reader.at, end));
      reader.at = end;
    } else if (tag === rowsTag) {
      const end = reader.partEnd();
      const start = reader.at;
      slots.read(plan, reader, end, row);
      if (plan.computed !== undefined) {
        reader.at = start;
        inputs.push(plan.computed.requestInputs.read(reader, end, row));
      }
      pushKeys(plan, slots, row, keys);
      row++;
    } else reader.skip(tag & 7);
  }
  const options = readOptions(optionParts, reader);
  return {
    rowCount: row,
    inputs,
    asOfUs: requestedAsOfUs(options?.asOfUs),
    maxAgeUs: requestedMaxAgeUs(options?.maxAgeMs),
    includeTimes: options?.includeTimes ?? false,
    allowPartial: options?.allowPartial ?? false,
    after: options?.after ?? noPositions,
  };
}

/** Views of one entity are mostly neighbours, and share what is encoded. */
function pushKeys({ uses, groups }: RequestPlan, slots: KeySlots, row: number, keys: KeyList): void {
  let group = -1;
  let length = 0;
  for (let u = 0; u < uses.length; u++) {
    const { viewId, keyGroup } = uses[u]!;
    if (keyGroup !== group) {
      slots.write(writer, groups[keyGroup]!, row);
      length = writer.length;
      group = keyGroup;
    }
    keys.push(viewId, writer.code, length);
  }
}

/** Looks at the whole frame before anything is made of it. */
function countRows(bytes: Uint8Array, typeName: string): number {
  const reader = new WireReader(bytes, typeName);
  let count = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === rowsTag) count++;
    else if (tag >>> 3 === 1 || (tag >>> 3 === 2 && tag !== optionsTag)) throw reader.malformed();
    reader.skip(tag & 7);
  }
  return count;
}

/** Parts of one message are merged by putting them one after another. */
function readOptions(parts: readonly Uint8Array[], reader: WireReader): ReadOptions | undefined {
  if (parts.length === 0) return undefined;
  try {
    return fromBinary(ReadOptionsSchema, parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  } catch (cause) {
    const { kind, message, hint } = reader.malformed();
    throw new FeatureStoreError(kind, message, { hint, field: "options", cause });
  }
}
