import type { HandlerContext } from "@connectrpc/connect";
import { answerKey } from "./answer-values.ts";

/** Bytes of a Protobuf message in pieces; undefined for a message that is encoded as usual. */
export type PiecesOf<T> = (message: T) => readonly Uint8Array[] | undefined;

/** True where `sendDirectly` can write to the caller itself. */
export function sendsDirectly(context: Pick<HandlerContext, "values">): boolean {
  return context.values.get(answerKey) !== undefined;
}

/**
 * Takes long messages out of the answer of a gRPC call and writes their bytes to the caller itself, uncopied and in their place: connect copies
 * each message three times. The next one is asked for when the one before has room. The first message always goes on to connect, which
 * begins the answer; the others are yielded where the call came over another protocol.
 */
export async function* sendDirectly<T>(
  messages: AsyncIterable<T>,
  { values, signal }: Pick<HandlerContext, "values" | "signal">,
  piecesOf: PiecesOf<T>,
): AsyncGenerator<T> {
  const answer = values.get(answerKey);
  for await (const message of messages) {
    const pieces = answer?.isBegun === true ? piecesOf(message) : undefined;
    if (pieces === undefined) yield message;
    else await answer!.write(pieces, signal);
  }
}
