import { FeatureStoreError } from "@timewell/errors";

const viewIdBytes = 4;

/** LMDB key of a row: view-version id, u32 big-endian, then the entity key code. `viewId` is 0 … 2^32 − 1. */
export function lmdbKey(viewId: number, entityKey: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(viewIdBytes + entityKey.length);
  key.writeUInt32BE(viewId, 0);
  key.set(entityKey, viewIdBytes);
  return key;
}

/** The inverse of `lmdbKey`; the entity key shares the key's memory. Throws DATA_LOSS where it is not such a key. */
export function splitLmdbKey(key: Uint8Array): { readonly viewId: number; readonly entityKey: Uint8Array } {
  if (key.length <= viewIdBytes) {
    throw new FeatureStoreError(
      "DATA_LOSS",
      `Cannot read an LMDB key of ${key.length} bytes: it is not the key of a row`,
    );
  }
  const viewId = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0);
  return { viewId, entityKey: key.subarray(viewIdBytes) };
}
