import { once } from "node:events";
import type { Writable } from "node:stream";
import { serialize } from "node:v8";
import { frameHead, framePayloadMax, type FrameKind } from "./frames.ts";
import { FeatureStoreError } from "@timewell/errors";

/** Writes frames to a stream, waiting for it to drain: what the reader does not take stays unmade. */
export class FrameWriter {
  private readonly stream: Writable;

  constructor(stream: Writable) {
    this.stream = stream;
  }

  /** Writes one frame; its pieces are not copied and must not be changed afterwards. */
  async write(kind: FrameKind, pieces: readonly Uint8Array[]): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > framePayloadMax) {
      throw new FeatureStoreError(
        "LIMIT_EXCEEDED",
        `Cannot send a batch: it takes ${length} bytes, at most ${framePayloadMax} are allowed`,
        { hint: "Leave out columns with long values" },
      );
    }
    this.stream.cork();
    let flowing = this.stream.write(frameHead(kind, length));
    for (const piece of pieces) flowing = this.stream.write(piece);
    this.stream.uncork();
    if (!flowing) await once(this.stream, "drain");
  }

  /** Writes a structured value, bigint and bytes included. */
  async writeValue(kind: "result" | "error", value: unknown): Promise<void> {
    await this.write(kind, [serialize(value)]);
  }
}
