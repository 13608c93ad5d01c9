import type { HandlerContext } from "@connectrpc/connect";
import type { Requirement } from "../auth/authorize.ts";

/** What a handler of bytes knows of its call. */
export interface BytesContext extends HandlerContext {
  /** Memory for the answer to this call, just so many bytes of whatever. It is taken back once the answer was sent. */
  answerMemory(bytes: number): Buffer;
}

/** Answers request bytes with response bytes. The request's bytes are the handler's own. */
export type BytesHandler = (request: Uint8Array, context: BytesContext) => Promise<Uint8Array> | Uint8Array;

/** A method that is hosted by its path. */
export interface BytesMethod {
  /** What a caller must be allowed to do. */
  readonly access: Requirement;
  readonly handler: BytesHandler;
}

/** Answers a stream of request bytes with a stream of response bytes. */
export type StreamBytesHandler = (
  requests: AsyncIterable<Uint8Array>,
  context: HandlerContext,
) => AsyncIterable<Uint8Array>;

/** A method that streams both ways and is hosted by its path. */
export interface StreamBytesMethod {
  /** What a caller must be allowed to do. */
  readonly access: Requirement;
  readonly handler: StreamBytesHandler;
}
