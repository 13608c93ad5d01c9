/** Sets the values of rows that are NULL to zero, so that equal columns are equal bytes. `bits` are those of `Bitmap.finish`. */
export function zeroNulls(values: Uint8Array, width: number, bits: Uint8Array | undefined): void {
  if (bits === undefined) return;
  const rows = values.length / width;
  const set = setter(values, width);
  for (let at = 0; at < bits.length; at++) {
    const byte = bits[at]!;
    if (byte === 0xff) continue;
    const end = Math.min(rows, at * 8 + 8);
    if (byte === 0) values.fill(0, at * 8 * width, end * width);
    else for (let row = at * 8; row < end; row++) if (((byte >> (row & 7)) & 1) === 0) set(row);
  }
}

/** Numbers are set faster than ranges of bytes are filled. */
function setter(values: Uint8Array, width: number): (row: number) => void {
  const { buffer, byteOffset, byteLength } = values;
  if (width === 8 && byteOffset % 8 === 0) {
    const numbers = new Float64Array(buffer, byteOffset, byteLength / 8);
    return (row) => void (numbers[row] = 0);
  }
  if (width === 4 && byteOffset % 4 === 0) {
    const numbers = new Int32Array(buffer, byteOffset, byteLength / 4);
    return (row) => void (numbers[row] = 0);
  }
  return (row) => void values.fill(0, row * width, (row + 1) * width);
}
