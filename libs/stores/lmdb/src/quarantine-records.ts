import type { QuarantineAppend, QuarantinedRow, QuarantineEntry } from "@timewell/store-ports";
import { recordKinds } from "./log-records.ts";

/** A row in quarantine without its content. */
export interface QuarantineHead extends QuarantineEntry {
  readonly entityKey: Uint8Array | undefined;
}

interface HeadJson extends Omit<QuarantineEntry, "id" | "refusedAtUs" | "recordTimeUs"> {
  readonly refusedAtUs: string;
  readonly recordTimeUs: string | undefined;
  readonly entityKey: string | undefined;
}

/** Key of a record of the quarantine by id. */
export function quarantineKey(kind: number, id: bigint): Buffer {
  const key = Buffer.alloc(9, kind);
  key.writeBigUInt64BE(id, 1);
  return key;
}

/** Key of an id by view. */
export function quarantineViewKey(viewId: number, id: bigint): Buffer {
  const key = Buffer.alloc(13, recordKinds.quarantineByView);
  key.writeUInt32BE(viewId, 1);
  key.writeBigUInt64BE(id, 5);
  return key;
}

/** Value of a row without its content. */
export function encodeQuarantineHead(
  row: QuarantineAppend & { readonly contentBytes: number },
  refusedAtUs: bigint,
): Buffer {
  const { viewId, origin, kind, message, constraint, from, contentBytes, recordTimeUs, entityKey } = row;
  const head: HeadJson = {
    ...{ viewId, origin, kind, message, constraint, from, contentBytes },
    refusedAtUs: String(refusedAtUs),
    recordTimeUs: recordTimeUs === undefined ? undefined : String(recordTimeUs),
    entityKey: entityKey === undefined ? undefined : Buffer.from(entityKey).toString("base64"),
  };
  return Buffer.from(JSON.stringify(head));
}

/** Reads a row without its content. */
export function decodeQuarantineHead(id: bigint, value: Buffer): QuarantineHead {
  const { entityKey, refusedAtUs, recordTimeUs, ...rest } = JSON.parse(value.toString()) as HeadJson;
  return {
    ...rest,
    id,
    refusedAtUs: BigInt(refusedAtUs),
    recordTimeUs: recordTimeUs === undefined ? undefined : BigInt(recordTimeUs),
    entityKey: entityKey === undefined ? undefined : Uint8Array.from(Buffer.from(entityKey, "base64")),
  };
}

/** Value of a row's content. */
export function encodeQuarantineContent({ recordKey, content }: QuarantineAppend): Buffer {
  const head = Buffer.allocUnsafe(4);
  head.writeInt32BE(recordKey?.length ?? -1);
  return Buffer.concat([head, recordKey ?? new Uint8Array(0), content]);
}

/** Reads a row's content. */
export function decodeQuarantineContent(value: Buffer): Pick<QuarantinedRow, "recordKey" | "content"> {
  const keyBytes = value.readInt32BE(0);
  const contentAt = 4 + Math.max(keyBytes, 0);
  return {
    recordKey: keyBytes === -1 ? undefined : Uint8Array.from(value.subarray(4, contentAt)),
    content: Uint8Array.from(value.subarray(contentAt)),
  };
}
