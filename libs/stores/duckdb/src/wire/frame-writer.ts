import type { Writable } from "node:stream";
import { serialize } from "node:v8";
import { frameHead, framePayloadMax, type FrameKind } from "./frames.ts";
import { FeatureStoreError } from "@timewell/errors";

/** Writes frames to a stream, waiting until they are on their way: what the reader does not take stays unmade. */
export class FrameWriter {
  private readonly stream: Writable;

  constructor(stream: Writable) {
    this.stream = stream;
  }

  /** Writes one frame; its pieces are not copied and must not be changed before this has ended. */
  async write(kind: FrameKind, pieces: readonly Uint8Array[]): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > framePayloadMax) {
      throw new FeatureStoreError(
        "LIMIT_EXCEEDED",
        `Cannot send a batch: it takes ${length} bytes, at most ${framePayloadMax} are allowed`,
        { hint: "Leave out columns with long values" },
      );
    }
    const written = Promise.withResolvers<void>();
    const last = pieces.length - 1;
    this.stream.cork();
    [frameHead(kind, length), ...pieces].forEach((piece, i) => {
      if (i <= last) this.stream.write(piece);
      else this.stream.write(piece, (error) => (error ? written.reject(error) : written.resolve()));
    });
    this.stream.uncork();
    await written.promise;
  }

  /** Writes a structured value, bigint and bytes included. */
  async writeValue(kind: "result" | "error", value: unknown): Promise<void> {
    await this.write(kind, [serialize(value)]);
  }
}
