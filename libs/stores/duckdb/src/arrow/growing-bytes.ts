const none = new Uint8Array(0);

/** Bytes that grow by doubling. */
export class GrowingBytes {
  length = 0;
  private bytes = none;
  private given = none;
  private initial: number;

  constructor(initial: number) {
    this.initial = initial;
  }

  /** Memory that holds at least `count` more bytes; write at `length`, then move `length` on. */
  reserve(count: number): Uint8Array {
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2, this.initial));
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
    const { bytes, length } = this;
    this.given = bytes;
    this.initial = Math.max(this.initial, bytes.length);
    this.bytes = none;
    this.length = 0;
    return bytes.subarray(0, length);
  }

  /** Nobody needs what `finish` gave last: its memory may be used again. */
  takeBack(): void {
    if (this.length === 0 && this.given.length > this.bytes.length) this.bytes = this.given;
    this.given = none;
  }
}
