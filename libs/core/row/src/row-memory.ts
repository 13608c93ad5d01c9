const slabBytes = 16 * 1024;

let slab = new ArrayBuffer(slabBytes);
let at = 0;

/**
 * Memory for a row, with what happens to be in it. Small rows share slabs, which live as long as one of their rows: memory of its own
 * would come from the system for each row and go back to it.
 */
export function rowMemory(bytes: number): Uint8Array {
  if (bytes > slabBytes / 4) return new Uint8Array(bytes);
  if (at + bytes > slabBytes) {
    slab = new ArrayBuffer(slabBytes);
    at = 0;
  }
  const memory = new Uint8Array(slab, at, bytes);
  at += bytes;
  return memory;
}
