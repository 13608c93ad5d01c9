const partitionBits = 6;

/**
 * The partition of the log that an entity's rows go to, 0 … 63.
 *
 * FNV-1a of 32 bits over the key code, then the finalizer of MurmurHash3 so that the low bits depend on all bytes, then
 * the low 6 bits. It is the same on every machine and for ever: rows in the log stay where they were put.
 */
export function partitionOf(entityKey: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < entityKey.length; i++) {
    hash = Math.imul(hash ^ entityKey[i]!, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash & ((1 << partitionBits) - 1);
}
