/**
 * The same elements; `tell` hears what fails in the source itself. What is thrown into this from outside, as the RPC library does where a
 * connection breaks, is no failure of the source.
 */
export async function* failing<T>(
  source: AsyncIterable<T>,
  tell: (error: unknown) => void,
): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        tell(error);
        throw error;
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
