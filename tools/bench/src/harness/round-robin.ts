import { median } from "./median.ts";

/** One side of a comparison: runs a slice and returns its rate, per second. */
export type RatedRun = () => Promise<number>;

/** The rates of every side, by round. */
export class Rounds {
  readonly #rates: ReadonlyMap<string, readonly number[]>;

  constructor(rates: ReadonlyMap<string, readonly number[]>) {
    this.#rates = rates;
  }

  /** Whether a side took part. */
  has(side: string): boolean {
    return this.#rates.has(side);
  }

  /** Median rate of a side. */
  rate(side: string): number {
    return median(this.#of(side));
  }

  /** Rates of one side over those of another in the same round: their median, least and greatest. */
  ratio(
    side: string,
    other: string,
  ): { readonly median: number; readonly min: number; readonly max: number } {
    const others = this.#of(other);
    const ratios = this.#of(side).map((rate, round) => rate / others[round]!);
    return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
  }

  #of(side: string): readonly number[] {
    const rates = this.#rates.get(side);
    if (rates === undefined) throw new Error(`No side ${side} was measured`);
    return rates;
  }
}

/**
 * Runs all sides one after another, every second round backwards and with another one first after that, so that whatever slows the
 * machine down for a while slows all of them. A first round warms up and is not counted.
 */
export async function runRounds(rounds: number, sides: Readonly<Record<string, RatedRun>>): Promise<Rounds> {
  const names = Object.keys(sides);
  const rates = new Map(names.map((name) => [name, [] as number[]]));
  for (const name of names) await sides[name]!();
  for (let round = 0; round < rounds; round++) {
    const first = (round >> 1) % Math.max(1, names.length);
    const order = [...names.slice(first), ...names.slice(0, first)];
    if (round % 2 === 1) order.reverse();
    for (const name of order) rates.get(name)!.push(await sides[name]!());
  }
  return new Rounds(rates);
}
