/** Random choices that a seed repeats. */
export interface SeededRandom {
  readonly seed: number;
  /** A whole number from 0 to `end`, excluded. */
  below(end: number): number;
  /** One of a list. */
  pick<T>(from: readonly T[]): T;
}

/** Makes random choices from `SEED`, or from a seed that it prints: run a failure again with `SEED=… npx vitest run …`. */
export function seededRandom(): SeededRandom {
  const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`SEED=${seed}`);
  let state = seed >>> 0;
  // xorshift32 after a mix; it must only be spread out and repeatable.
  state = Math.imul(state ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  const below = (end: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % end;
  };
  return {
    seed,
    below,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
  };
}
