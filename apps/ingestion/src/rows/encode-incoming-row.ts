import { FeatureStoreError } from "@timewell/errors";
import { encodeKey, type KeyType } from "@timewell/keys";
import type { CompiledView } from "@timewell/model";
import { rowBytesMax } from "@timewell/row";
import type { LogAppend } from "@timewell/store-ports";

import { checkWindowedEvent } from "../windows/check-windowed-event.ts";
import { eventIdOf } from "../windows/event-id-of.ts";
import type { IncomingRow } from "./incoming-row.ts";

const noPayload = new Uint8Array(0);
const keyTypes = new WeakMap<CompiledView, readonly KeyType[]>();

/**
 * Encodes a row canonically for the log. INVALID_KEY for a key that is too long, LIMIT_EXCEEDED for such a row; what windows cannot
 * take is INVALID_VALUE or INVALID_EVENT_TIME.
 */
export function encodeIncomingRow(view: CompiledView, row: IncomingRow, doing: string): LogAppend {
  checkWindowedEvent(view, row, doing);
  const eventId = eventIdOf(view, row);
  return {
    viewId: view.id,
    entityKey: encodeKey(keyTypesOf(view), row.keys),
    eventTimeUs: row.eventTimeUs,
    deleted: row.deleted,
    payload: row.deleted ? noPayload : encodePayload(view, row, doing),
    ...(eventId !== undefined && { eventId }),
  };
}

function keyTypesOf(view: CompiledView): readonly KeyType[] {
  const known = keyTypes.get(view);
  if (known !== undefined) return known;
  const types = view.keys.map((key) => key.type);
  keyTypes.set(view, types);
  return types;
}

function encodePayload(view: CompiledView, { values }: IncomingRow, doing: string): Uint8Array {
  const payload = view.input.codec.encode(values);
  if (payload.length > rowBytesMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot ${doing} ${view.name}: the row has ${payload.length} bytes, at most ${rowBytesMax} are allowed`,
      { field: "features", hint: "Split the view, or send shorter values" },
    );
  return payload;
}
