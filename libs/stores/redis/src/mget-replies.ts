const dollar = 0x24;
const star = 0x2a;
const plus = 0x2b;
const minus = 0x2d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const zero = 0x30;

/** Rows of an `MGET`, in the order of its keys; undefined where there is none. They are views of what was received. */
export type FoundRows = (Buffer | undefined)[];

/** Hears of whole replies, in order. */
export interface ReplyListener {
  /** The reply of an `MGET`. */
  rows(rows: FoundRows): void;
  /** A reply of one line, without its first character: `+OK`. */
  line(text: string): void;
  /** An error, without its first character: `-LOADING …`. */
  error(text: string): void;
}

/**
 * Reads the replies to `MGET` and to commands that answer with a line, in RESP 2, from what a connection receives in pieces of
 * any size. Each row is a view of what was received.
 */
export class MgetReplies {
  readonly #listener: ReplyListener;
  /** Rows of the reply under way; undefined between replies. */
  #rows: FoundRows | undefined;
  #missing = 0;

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  /** True where rows were read of a reply that is not whole yet. */
  get isPartly(): boolean {
    return this.#rows !== undefined;
  }

  /**
   * Reads the bytes from `start` on; returns where it stands: the bytes after that are no whole item yet, and want to be read
   * again with those that follow. Throws where the bytes are no such reply, and nothing can be read after that.
   */
  read(bytes: Buffer, start: number): number {
    let at = start;
    for (let next = at; next < bytes.length;) {
      next = this.#rows === undefined ? this.#reply(bytes, at) : this.#row(bytes, at, this.#rows);
      if (next < 0) break;
      at = next;
    }
    return at;
  }

  /** Reads the head of a reply; returns where it ends, or -1 where that has not come yet. */
  #reply(bytes: Buffer, at: number): number {
    const end = lineEnd(bytes, at);
    if (end < 0) return -1;
    const kind = bytes[at];
    if (kind === star) {
      this.#missing = numberAt(bytes, at + 1, end);
      this.#rows = [];
      if (this.#missing === 0) this.#finish(this.#rows);
    } else if (kind === plus) this.#listener.line(bytes.toString("latin1", at + 1, end));
    else if (kind === minus) this.#listener.error(bytes.toString("utf8", at + 1, end));
    else throw new Error(`Redis sent a reply that begins with byte ${kind}`);
    return end + 2;
  }

  #row(bytes: Buffer, at: number, rows: FoundRows): number {
    const end = lineEnd(bytes, at);
    if (end < 0) return -1;
    if (bytes[at] !== dollar) throw new Error(`Redis sent an element that begins with byte ${bytes[at]}`);
    let next = end + 2;
    if (bytes[at + 1] === minus) rows.push(undefined);
    else {
      const rowEnd = next + numberAt(bytes, at + 1, end);
      if (rowEnd + 2 > bytes.length) return -1;
      rows.push(bytes.subarray(next, rowEnd));
      next = rowEnd + 2;
    }
    if (--this.#missing === 0) this.#finish(rows);
    return next;
  }

  #finish(rows: FoundRows): void {
    this.#rows = undefined;
    this.#listener.rows(rows);
  }
}

/** Where the carriage return is that ends a line; -1 where the line feed after it has not come yet. */
function lineEnd(bytes: Buffer, start: number): number {
  for (let at = start + 1; at + 1 < bytes.length; at++)
    if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) return at;
  return -1;
}

function numberAt(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - zero;
    if (digit < 0 || digit > 9) throw new Error("Redis sent a length that is no number");
    value = value * 10 + digit;
  }
  return value;
}
