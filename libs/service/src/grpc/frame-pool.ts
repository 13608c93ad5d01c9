/** Sizes of frames that are used again: powers of two. Shorter ones are cut from the pool that Node has. */
const sizeMinBits = 12;
const sizeMaxBits = 20;
/** What waits for its next use, bytes of each size. */
const idleBytesMax = 4 * 2 ** 20;

/**
 * Memory for long answers, used again once they are sent. Fresh memory lies outside of the heap of JavaScript: with 20 KB for
 * each call V8 collects its whole heap before the young part of it is full.
 */
export class FramePool {
  /** By bits of size. */
  readonly #idle: Buffer[][] = [];

  /** Memory of at least so many bytes; what is in it is anybody's. */
  take(bytes: number): Buffer {
    if (bytes <= 2 ** sizeMinBits || bytes > 2 ** sizeMaxBits) return Buffer.allocUnsafe(bytes);
    const bits = 32 - Math.clz32(bytes - 1);
    return this.#idle[bits]?.pop() ?? Buffer.allocUnsafeSlow(2 ** bits);
  }

  /** False for memory that is not used again. */
  static takesBack(memory: Buffer): boolean {
    return memory.length > 2 ** sizeMinBits && memory.length <= 2 ** sizeMaxBits;
  }

  /** Takes memory back that nobody looks at any more. */
  giveBack(memory: Buffer): void {
    if (!FramePool.takesBack(memory)) return;
    const bits = 31 - Math.clz32(memory.length);
    const idle = (this.#idle[bits] ??= []);
    if (idle.length < idleBytesMax / memory.length) idle.push(memory);
  }
}
