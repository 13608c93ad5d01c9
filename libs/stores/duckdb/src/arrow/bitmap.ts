/** Validity bits of a column that grows; least bit first, 1 is a value. */
export class Bitmap {
  private bytes = new Uint8Array(1024);
  private length = 0;
  /** Rows that are NULL so far. */
  nullCount = 0;

  /** Appends bits of a vector; undefined is all ones. */
  append(bits: Uint8Array | undefined, start: number, count: number): void {
    this.reserve(count);
    const { length } = this;
    this.length += count;
    if (bits === undefined) this.appendOnes(length, count);
    else if ((length & 7) === 0 && (start & 7) === 0) this.appendBytes(bits, start, length, count);
    else
      for (let i = 0; i < count; i++)
        this.set(length + i, (bits[(start + i) >> 3]! >> ((start + i) & 7)) & 1);
  }

  /** The bits, or undefined where all are ones; the bitmap is empty afterwards. */
  finish(): { readonly bytes: Uint8Array | undefined; readonly nullCount: number; readonly length: number } {
    const { length, nullCount } = this;
    const bytes = nullCount === 0 ? undefined : this.bytes.subarray(0, (length + 7) >> 3);
    if (bytes !== undefined) this.bytes = new Uint8Array(this.bytes.length);
    else this.bytes.fill(0);
    this.length = 0;
    this.nullCount = 0;
    return { bytes, nullCount, length };
  }

  private appendOnes(at: number, count: number): void {
    let i = at;
    const end = at + count;
    while (i < end && (i & 7) !== 0) this.set(i++, 1);
    const wholeEnd = end & ~7;
    if (i < wholeEnd) {
      this.bytes.fill(0xff, i >> 3, wholeEnd >> 3);
      i = wholeEnd;
    }
    while (i < end) this.set(i++, 1);
  }

  private appendBytes(bits: Uint8Array, start: number, at: number, count: number): void {
    const whole = count >> 3;
    const from = start >> 3;
    const to = at >> 3;
    for (let i = 0; i < whole; i++) {
      const byte = bits[from + i]!;
      this.bytes[to + i] = byte;
      this.nullCount += 8 - ones[byte]!;
    }
    for (let i = whole * 8; i < count; i++) {
      this.set(at + i, (bits[(start + i) >> 3]! >> ((start + i) & 7)) & 1);
    }
  }

  private set(at: number, bit: number): void {
    if (bit === 1) this.bytes[at >> 3]! |= 1 << (at & 7);
    else this.nullCount++;
  }

  private reserve(count: number): void {
    const needed = (this.length + count + 7) >> 3;
    if (needed <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

const ones = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
