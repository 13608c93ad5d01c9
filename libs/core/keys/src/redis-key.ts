import { FeatureStoreError } from "@timewell/errors";

const openBrace = 0x7b;
const closeBrace = 0x7d;
const viewIdBytes = 4;

/**
 * Redis key of a row: `{` + entity key code + `}` + view-version id, u32 big-endian. All views of an entity key share a
 * Cluster slot; the reasoning is in `key-code.ts`. `viewId` is 0 … 2^32 − 1.
 */
export function redisKey(viewId: number, entityKey: Uint8Array): Buffer {
  const end = entityKey.length + 1;
  const key = Buffer.allocUnsafe(end + 1 + viewIdBytes);
  key[0] = openBrace;
  key.set(entityKey, 1);
  key[end] = closeBrace;
  key.writeUInt32BE(viewId, end + 1);
  return key;
}

/** The inverse of `redisKey`; the entity key shares the key's memory. Throws DATA_LOSS where it is not such a key. */
export function splitRedisKey(key: Uint8Array): { readonly viewId: number; readonly entityKey: Uint8Array } {
  const end = key.length - viewIdBytes - 1;
  if (end < 2 || key[0] !== openBrace || key[end] !== closeBrace) {
    throw new FeatureStoreError(
      "DATA_LOSS",
      `Cannot read a Redis key of ${key.length} bytes: it is not the key of a row`,
    );
  }
  const viewId = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(end + 1);
  return { viewId, entityKey: key.subarray(1, end) };
}
