import { Signal } from "./signal.ts";

/**
 * Answers each input, a few at a time, in the order in which the answers are there. No more inputs are taken up while `inFlightMax` of
 * them are under way or wait for their reader: a reader who does not read, and a store that is slow, slow down the writer.
 *
 * When `draining` is aborted, no more inputs are taken; what is under way is still answered, and then its reason is thrown. A failed
 * answer or input ends it at once. Nothing is left to run when the reader stops, but what is under way already.
 */
export async function* answerEach<Input, Answer>(
  inputs: AsyncIterable<Input>,
  answer: (input: Input) => Promise<Answer>,
  { inFlightMax, draining }: { readonly inFlightMax: number; readonly draining: AbortSignal },
): AsyncGenerator<Answer> {
  const ready: Answer[] = [];
  const changed = new Signal();
  const room = new Signal();
  const iterator = inputs[Symbol.asyncIterator]();
  let running = 0;
  let ended = false;
  let failure: { readonly reason: unknown } | undefined;
  const fail = (reason: unknown) => {
    failure ??= { reason };
    changed.raise();
  };
  const run = async (input: Input) => {
    ready.push(await answer(input));
    running--;
    changed.raise();
  };
  const takeAll = async () => {
    while (!ended) {
      const next = await iterator.next();
      if (ended || next.done === true) break;
      running++;
      run(next.value).catch(fail);
      while (running + ready.length >= inFlightMax && !ended) await room.wait();
    }
    ended = true;
    changed.raise();
  };
  const stop = () => {
    ended = true;
    room.raise();
    changed.raise();
  };
  if (draining.aborted) throw draining.reason;
  draining.addEventListener("abort", stop, { once: true });
  takeAll().catch(fail);
  try {
    for (;;) {
      while (ready.length > 0) {
        yield ready.shift()!;
        room.raise();
      }
      if (failure !== undefined) throw failure.reason;
      if (ended && running === 0) break;
      await changed.wait();
    }
    if (draining.aborted) throw draining.reason;
  } finally {
    draining.removeEventListener("abort", stop);
    stop();
    // Not awaited: a source that waits for its sender would hold up the end.
    void iterator.return?.().catch(() => undefined);
  }
}
