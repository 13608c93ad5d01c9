import type { Readable } from "node:stream";
import { frameHeadBytes, frameKindOf, type Frame } from "./frames.ts";

/**
 * Cuts a byte stream into frames. It holds at most one frame besides the stream's own buffer: while nobody asks, the
 * stream is paused, so that the writer at the other end has to wait.
 */
export class FrameReader {
  private readonly stream: Readable;
  private pieces: Buffer[] = [];
  private buffered = 0;
  private needed = frameHeadBytes;
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
    this.buffered += piece.length;
    this.deliver();
    if (this.waiting === undefined) this.stream.pause();
  }

  private end(): void {
    this.ended = true;
    this.deliver();
  }

  private deliver(): void {
    if (this.waiting === undefined) return;
    const frame = this.cut();
    if (frame === undefined && !this.ended) return;
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve(frame);
  }

  private cut(): Frame | undefined {
    if (this.buffered < this.needed) return undefined;
    const bytes = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces, this.buffered);
    this.pieces = [bytes];
    const end = frameHeadBytes + bytes.readUInt32LE(1);
    if (this.buffered < end) {
      this.needed = end;
      return undefined;
    }
    const kind = frameKindOf(bytes[0]!);
    if (kind === undefined) throw new Error(`A worker sent a frame of kind ${bytes[0]}`);
    const rest = bytes.subarray(end);
    this.pieces = rest.length === 0 ? [] : [rest];
    this.buffered = rest.length;
    this.needed = frameHeadBytes;
    return { kind, payload: bytes.subarray(frameHeadBytes, end) };
  }
}
