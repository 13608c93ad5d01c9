import { createHash } from "node:crypto";

/** Digests the values of a column, so that two engines can be compared without holding both results. */
export class ColumnDigest {
  private readonly hash = createHash("sha256");
  private readonly bytes = new Uint8Array(9);
  private readonly view = new DataView(this.bytes.buffer);

  /** Adds the value of the next row: a whole number, a double, a truth value, or nothing. */
  add(value: unknown): void {
    this.bytes[0] = value === null || value === undefined ? 0 : 1;
    this.view.setBigInt64(1, 0n);
    if (typeof value === "number") this.view.setFloat64(1, value);
    else if (typeof value === "bigint") this.view.setBigInt64(1, value);
    else if (typeof value === "boolean") this.view.setBigInt64(1, value ? 1n : 0n);
    else if (this.bytes[0] === 1) throw new Error(`Cannot digest ${String(value)}`);
    this.hash.update(this.bytes);
  }

  /** The digest of all values so far; nothing can be added afterwards. */
  finish(): string {
    return this.hash.digest("hex");
  }
}
