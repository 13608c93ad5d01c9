import type { RowValues } from "./typed-reader.ts";

/** Reads the rows of some entities from one of those that are compared. */
export type AnswerReader = (ids: readonly number[]) => Promise<readonly RowValues[]>;

/** Requests of one reader that are on their way at a time. */
const inFlight = 8;

/**
 * Asks every reader every request and compares the values bit for bit; every row must be there. Throws where two differ, naming
 * them and the entity.
 */
export async function compareAnswers(
  requests: readonly (readonly number[])[],
  readers: Readonly<Record<string, AnswerReader>>,
): Promise<void> {
  const [first, ...others] = Object.keys(readers);
  if (first === undefined) return;
  const expected = await readAll(requests, readers[first]!);
  for (const name of others) {
    const found = await readAll(requests, readers[name]!);
    requests.forEach((ids, r) =>
      ids.forEach((id, i) => {
        const [a, b] = [expected[r]![i], found[r]![i]];
        if (a === undefined || b === undefined || a.includes(null) || !isSame(a, b))
          throw new Error(
            `The run is void: entity ${id} is ${String(a)} by ${first} and ${String(b)} by ${name}`,
          );
      }),
    );
  }
}

async function readAll(
  requests: readonly (readonly number[])[],
  read: AnswerReader,
): Promise<(readonly RowValues[])[]> {
  const found: (readonly RowValues[])[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < requests.length) {
      const request = next++;
      found[request] = await read(requests[request]!);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return found;
}

function isSame(a: RowValues, b: RowValues): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
