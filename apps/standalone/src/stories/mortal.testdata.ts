/** Whether a process lives. */
export interface Life {
  isOver: boolean;
  /** It ends right after the next call of this method, whose effect stays and whose answer nobody hears. */
  endsAfter: string | undefined;
}

const never = new Promise<never>(() => undefined);

/** Something that a process uses: once that is dead, no call of it begins, and no answer comes. */
export function mortal<T extends object>(
  target: T,
  life: Life,
  endsAt = (_args: readonly unknown[]) => true,
): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        if (life.isOver) return never;
        const isLast = life.endsAfter === name && endsAt(args);
        const result: unknown = Reflect.apply(member, target, args);
        if (!(result instanceof Promise)) return result;
        if (isLast) life.isOver = true;
        return result.then(
          (value: unknown) => (life.isOver ? never : value),
          (error: unknown) => (life.isOver ? never : Promise.reject(error as Error)),
        );
      };
    },
  });
}

/** How many calls are under way. */
export interface CallCount {
  inFlight: number;
}

/** Counts the calls of something that are under way; of a stream, those for its next item. */
export function counted<T extends object>(target: T, count: CallCount): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        if (result instanceof Promise) return during(result, count);
        return isStream(result) ? countedStream(result, count) : result;
      };
    },
  });
}

function during<T>(promise: Promise<T>, count: CallCount): Promise<T> {
  count.inFlight++;
  return promise.finally(() => count.inFlight--);
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function* countedStream(stream: AsyncIterable<unknown>, count: CallCount): AsyncGenerator<unknown> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await during(iterator.next(), count);
      if (done === true) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
