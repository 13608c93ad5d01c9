import { FeatureStoreError } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";

/** How long a stream may stand still. */
export interface StallLimit {
  readonly clock: Pick<Clock, "sleep">;
  readonly limitMs: number;
}

/**
 * The same elements, for as long as somebody takes them: where nobody asks for the next one in time, the source is ended and gives back
 * what it holds, although the reader may never come back; a reader that does gets STREAM_STALLED. `open` gets a signal that is aborted
 * with the given one, and then. The source is ended with the given signal, too: of a connection that is gone, connect waits for ever to
 * write more, and asks for nothing.
 */
export async function* endWhenStalled<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal,
  { clock, limitMs }: StallLimit,
): AsyncGenerator<T> {
  const stalled = new AbortController();
  const iterator = open(AbortSignal.any([signal, stalled.signal]))[Symbol.asyncIterator]();
  const giveBack = (): void => void Promise.resolve(iterator.return?.()).catch(() => undefined);
  const end = (): void => {
    stalled.abort(streamStalled("nobody read it", limitMs));
    giveBack();
  };
  let isOver = false;
  try {
    for (;;) {
      isOver = true; // A failed read ends the source too.
      const next = await iterator.next();
      if (next.done === true) return;
      isOver = false;
      const taken = new AbortController();
      clock.sleep(limitMs, taken.signal).then(end, () => undefined);
      signal.addEventListener("abort", giveBack, { once: true, signal: taken.signal });
      try {
        yield next.value;
      } finally {
        taken.abort();
      }
      if (stalled.signal.aborted || signal.aborted) {
        isOver = true;
        throw stalled.signal.aborted ? stalled.signal.reason : streamCancelled();
      }
    }
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

/** The same elements; STREAM_STALLED where the next one does not come in time. */
export async function* failWhenStalled<T>(
  source: AsyncIterable<T>,
  { clock, limitMs }: StallLimit,
): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const came = new AbortController();
    const late = clock.sleep(limitMs, came.signal).then(() => {
      throw streamStalled("no labels came", limitMs);
    });
    late.catch(() => undefined); // Where the next one came in time.
    const next = await Promise.race([iterator.next(), late]).finally(() => came.abort());
    if (next.done === true) return;
    yield next.value;
  }
}

function streamCancelled(): FeatureStoreError {
  return new FeatureStoreError("CANCELLED", "Cannot go on with the training set: the caller gave up");
}

function streamStalled(why: string, limitMs: number): FeatureStoreError {
  return new FeatureStoreError(
    "STREAM_STALLED",
    `Cannot go on with the training set: ${why} for ${limitMs / 1000} s`,
    { hint: "Send the request again, with the resume token of the last batch" },
  );
}
