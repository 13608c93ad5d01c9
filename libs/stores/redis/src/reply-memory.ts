/** More than the replies of a busy turn of the event loop take. */
const memoryBytes = 1 << 20;
/** What a read of the socket has room for at least. */
const roomBytesMin = 64 << 10;

/**
 * What a connection received, one after another in memory that is used again. Fresh memory for each piece, as sockets have it by
 * themselves, lies outside of the heap of JavaScript, and makes V8 collect the whole heap where it would have collected the young part.
 *
 * ```
 * … rows that are in use … │ not read yet │ room
 *                          start          end
 * ```
 */
export class ReplyMemory {
  #bytes = Buffer.allocUnsafeSlow(memoryBytes);
  #start = 0;
  #end = 0;
  /** Replies whose rows are in use. */
  #used = 0;
  /** True while a reply is read that is not whole yet: its rows are in use, too. */
  #isPartly = false;

  /** What was received, up to the last byte. */
  get received(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  /** Where what was not read yet begins in `received`. */
  get start(): number {
    return this.#start;
  }

  /** Where the next bytes go; at least `bytesMin`. */
  room(bytesMin: number = roomBytesMin): Buffer {
    const unread = this.#end - this.#start;
    if (unread === 0 && this.#used === 0 && !this.#isPartly) this.#start = this.#end = 0;
    if (this.#bytes.length - this.#end < bytesMin) {
      const larger = Buffer.allocUnsafeSlow(Math.max(memoryBytes, 2 * (unread + bytesMin)));
      this.#bytes.copy(larger, 0, this.#start, this.#end);
      this.#bytes = larger;
      this.#start = 0;
      this.#end = unread;
    }
    return this.#bytes.subarray(this.#end);
  }

  /** Counts bytes that were written to the room. */
  wrote(bytes: number): void {
    this.#end += bytes;
  }

  /** Notes up to where it was read, and whether that is within a reply. */
  read(start: number, isPartly: boolean): void {
    this.#start = start;
    this.#isPartly = isPartly;
  }

  /** Keeps the rows of a reply as they are, until the turn of the event loop is over. */
  use(): void {
    this.#used++;
    setImmediate(() => this.#used--);
  }
}
