import type { Readable } from "node:stream";
import { frameHeadBytes, frameKindOf, type Frame, type FrameKind } from "./frames.ts";

/**
 * Cuts a byte stream into frames. It holds at most one frame besides the stream's own buffer: while nobody asks, the
 * stream is paused, so that the writer at the other end has to wait.
 */
export class FrameReader {
  private readonly stream: Readable;
  /** What came and is in no frame yet. */
  private readonly pieces: Buffer[] = [];
  private readonly head = Buffer.alloc(frameHeadBytes);
  private headLength = 0;
  /** The frame whose bytes are coming, and how many have come. */
  private begun: { readonly kind: FrameKind; readonly payload: Buffer; length: number } | undefined;
  private whole: Frame | undefined;
  private waiting: { resolve(frame: Frame | undefined): void; reject(error: Error): void } | undefined;
  private ended = false;

  constructor(stream: Readable) {
    this.stream = stream;
    stream.on("data", (piece: Buffer) => this.take(piece));
    stream.on("close", () => this.end());
    stream.on("error", () => this.end());
    stream.pause();
  }

  /** The next frame; undefined where the stream ended. One call at a time. */
  next(): Promise<Frame | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.deliver();
      if (this.waiting !== undefined && !this.ended) this.stream.resume();
    });
  }

  private take(piece: Buffer): void {
    this.pieces.push(piece);
    this.deliver();
    if (this.waiting === undefined) this.stream.pause();
  }

  private end(): void {
    this.ended = true;
    this.deliver();
  }

  private deliver(): void {
    this.fill();
    if (this.waiting === undefined || (this.whole === undefined && !this.ended)) return;
    const { resolve } = this.waiting;
    const frame = this.whole;
    this.waiting = undefined;
    this.whole = undefined;
    resolve(frame);
  }

  private fill(): void {
    while (this.whole === undefined && this.pieces.length > 0) {
      const piece = this.pieces.shift()!;
      const used = this.begun === undefined ? this.begin(piece) : this.goOn(piece);
      if (used < piece.length) this.pieces.unshift(piece.subarray(used));
    }
  }

  /** Takes the head of a frame, and all of a frame that lies in one piece; returns the bytes that were used. */
  private begin(piece: Buffer): number {
    const used = piece.copy(this.head, this.headLength);
    this.headLength += used;
    if (this.headLength < frameHeadBytes) return used;
    this.headLength = 0;
    const kind = frameKindOf(this.head[0]!);
    if (kind === undefined) throw new Error(`A worker sent a frame of kind ${this.head[0]}`);
    const length = this.head.readUInt32LE(1);
    const end = used + length;
    if (end <= piece.length) {
      this.whole = { kind, payload: piece.subarray(used, end) };
      return end;
    }
    this.begun = { kind, payload: Buffer.allocUnsafeSlow(length), length: 0 };
    return used;
  }

  /** Pieces of a long frame are copied as they come: kept until the last one, they would outlive many small collections of garbage. */
  private goOn(piece: Buffer): number {
    const { kind, payload, length } = this.begun!;
    const used = piece.copy(payload, length);
    this.begun!.length += used;
    if (this.begun!.length === payload.length) {
      this.whole = { kind, payload };
      this.begun = undefined;
    }
    return used;
  }
}
