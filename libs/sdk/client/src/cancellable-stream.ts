/**
 * Reads a server stream so that leaving it early cancels the call. connect ends a call only when its stream is read to
 * the end: without this a `break` would leave the server working and the deadline's timer running.
 */
export async function* cancellableStream<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const left = new AbortController();
  const messages = open(signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]));
  const iterator = messages[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      isOver = true; // A failed read ends the stream too.
      const { done, value } = await iterator.next();
      if (done === true) return;
      isOver = false;
      yield value;
    }
  } finally {
    if (!isOver) {
      left.abort();
      await iterator.next().catch(() => undefined);
    }
  }
}
