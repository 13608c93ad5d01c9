/** One question to the service: a flight between two airports. */
export interface FlightKey {
  readonly origin: string;
  readonly destination: string;
}

/** From what and how many keys are sampled. */
export interface SampleOptions {
  /** Routes of the history, each an origin and a destination. */
  readonly routes: readonly (readonly string[])[];
  readonly airports: readonly string[];
  readonly count: number;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
}

/** No airport has this code. */
const unknownAirport = "???";

/**
 * Samples different keys: of twenty, eighteen are routes of the history, one joins two airports at random, flown or
 * not, and one goes to an airport that does not exist.
 */
export function sampleKeys(options: SampleOptions): FlightKey[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(options.random() * from.length)] as T;
  const sampled = new Map<string, FlightKey>();
  while (sampled.size < options.count) {
    const turn = sampled.size % 20;
    const [origin = "", destination = ""] =
      turn === 0
        ? [pick(options.airports), unknownAirport]
        : turn === 1
          ? [pick(options.airports), pick(options.airports)]
          : pick(options.routes);
    sampled.set(`${origin} ${destination}`, { origin, destination });
  }
  return [...sampled.values()];
}
