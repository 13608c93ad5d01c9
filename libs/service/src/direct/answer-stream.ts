import type { ServerHttp2Stream } from "node:http2";
import { FeatureStoreError } from "@timewell/errors";
import { untilAborted } from "../interceptors/until-aborted.ts";

const headBytes = 5;

/** Writes gRPC messages to the HTTP/2 stream of a call without copying them, between those that connect writes. */
export class AnswerStream {
  readonly #stream: ServerHttp2Stream;
  #before: Promise<void> = Promise.resolve();

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  /** True once connect has answered with its headers: from then on messages may follow. */
  get isBegun(): boolean {
    return this.#stream.headersSent;
  }

  /**
   * Writes a message of these pieces, which must not be changed until all of them have been sent. Resolves when the message before it is on its
   * way, so that at most two of them wait. Rejects with the signal's reason; CANCELLED where the caller is gone.
   */
  async write(pieces: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const stream = this.#stream;
    if (stream.destroyed || stream.writableEnded) throw callerGone();
    const head = new Uint8Array(headBytes);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    new DataView(head.buffer).setUint32(1, length);
    const written = Promise.withResolvers<void>();
    written.promise.catch(() => undefined); // Whoever writes the next message hears of it.
    stream.cork();
    stream.write(head);
    pieces.forEach((piece, i) => {
      if (i < pieces.length - 1) stream.write(piece);
      else stream.write(piece, (error) => (error ? written.reject(callerGone(error)) : written.resolve()));
    });
    stream.uncork();
    const before = this.#before;
    this.#before = written.promise;
    await untilAborted(before, signal);
  }
}

function callerGone(cause?: Error): FeatureStoreError {
  return new FeatureStoreError("CANCELLED", "Cannot go on with the answer: the caller is gone", { cause });
}
