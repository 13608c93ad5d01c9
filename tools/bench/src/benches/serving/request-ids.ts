import { randomIntegers } from "../../harness/random.ts";

const seed = 20_260_801;

/** The entity ids of distinct requests of so many rows each, drawn from all keys; no id twice in one request. */
export function requestIds(requests: number, rows: number, keys: number): number[][] {
  const random = randomIntegers(seed + rows);
  return Array.from({ length: requests }, () => {
    const ids = new Set<number>();
    while (ids.size < rows) ids.add(random(keys));
    return [...ids];
  });
}
