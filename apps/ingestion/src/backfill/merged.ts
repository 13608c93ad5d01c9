/**
 * Yields what several streams yield, as it comes: `atOnce` of them run at a time, and the next begins when one has ended. The
 * first that fails ends it all; those that are under way are returned from then.
 */
export async function* merged<T>(
  streams: Iterable<() => AsyncIterable<T>>,
  atOnce: number,
): AsyncGenerator<T> {
  const waiting = streams[Symbol.iterator]();
  const running = new Map<AsyncIterator<T>, Promise<Step<T>>>();
  const advance = (iterator: AsyncIterator<T>) => {
    const step = iterator.next().then((result) => ({ iterator, result }));
    // A failure is seen where the steps are raced; until then it must not count as unhandled, which ends the process.
    step.catch(() => undefined);
    running.set(iterator, step);
  };
  const begin = () => {
    const next = waiting.next();
    if (next.done !== true) advance(next.value()[Symbol.asyncIterator]());
  };
  try {
    for (let i = 0; i < atOnce; i++) begin();
    while (running.size > 0) {
      const { iterator, result } = await Promise.race(running.values());
      running.delete(iterator);
      if (result.done === true) {
        begin();
        continue;
      }
      advance(iterator);
      yield result.value;
    }
  } finally {
    await Promise.allSettled([...running.keys()].map(async (iterator) => iterator.return?.()));
  }
}

interface Step<T> {
  readonly iterator: AsyncIterator<T>;
  readonly result: IteratorResult<T>;
}
