/** The first field number of a view in a typed response; lower ones belong to every response row. */
export const useNumberFirst = 16;

/** The field number after `number`. Protobuf keeps 19,000 … 19,999 for itself. */
export function nextFieldNumber(number: number): number {
  const next = number + 1;
  return next >= 19_000 && next <= 19_999 ? 20_000 : next;
}

/** The greatest number of a map; `floor` where it holds none above it. */
export function numberMax(numbers: Readonly<Record<string, number>>, floor: number): number {
  return Object.values(numbers).reduce((max, number) => Math.max(max, number), floor);
}

/** Gives each name the number that `kept` has for it, else one above `max` that was never given before. */
export function assignNumbers(
  names: readonly string[],
  kept: ReadonlyMap<string, number>,
  max: number,
): Record<string, number> {
  const numbers: Record<string, number> = {};
  let last = max;
  for (const name of names) {
    const number = kept.get(name);
    if (number === undefined) last = nextFieldNumber(last);
    numbers[name] = number ?? last;
  }
  return numbers;
}
