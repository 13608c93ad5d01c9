/** Bytes that grow by doubling. */
export class GrowingBytes {
  length = 0;
  private bytes: Uint8Array;
  private readonly initial: number;

  constructor(initial: number) {
    this.initial = initial;
    this.bytes = new Uint8Array(initial);
  }

  /** Memory that holds at least `count` more bytes; write at `length`, then move `length` on. */
  reserve(count: number): Uint8Array {
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      bytes.set(this.bytes.subarray(0, this.length));
      this.bytes = bytes;
    }
    return this.bytes;
  }

  /** Appends bytes. */
  append(source: Uint8Array): void {
    this.reserve(source.length).set(source, this.length);
    this.length += source.length;
  }

  /** The bytes so far, no longer owned by this; it is empty afterwards. */
  finish(): Uint8Array {
    const bytes = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(Math.max(this.initial, this.bytes.length));
    this.length = 0;
    return bytes;
  }
}
