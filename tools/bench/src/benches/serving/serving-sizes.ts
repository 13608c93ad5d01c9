/** Sizes of the serving bench. */
export interface ServingSizes {
  /** Distinct keys in the store. */
  readonly keys: number;
  /** Distinct requests for each number of rows. */
  readonly bodies: number;
  /** How many of them take part in one slice; the next slice takes the next ones. */
  readonly bodiesPerSlice: number;
  /** Slices of each side that count. */
  readonly rounds: number;
  /** Length of one slice, ms. */
  readonly sliceMs: number;
  /** The same for a peer that answers so few requests that a short slice would say little. */
  readonly slowSliceMs: number;
  /** Answers that are compared between all peers. */
  readonly answers: number;
  /** Slices of each side in the open loop, and their length. */
  readonly openLoopRounds: number;
  readonly openLoopMs: number;
  /** Calls whose store round trips are counted. */
  readonly roundTripCalls: number;
  /** Deadline of every request, s. A quick run, which may share the machine with anything, is generous. */
  readonly deadlineS: number;
  /** How long the server waits for Redis. Undefined: its default. */
  readonly storeTimeout: string | undefined;
}

/** Those that say something. */
export const fullServingSizes: ServingSizes = {
  keys: 100_000,
  bodies: 64,
  bodiesPerSlice: 32,
  rounds: 7,
  sliceMs: 2_500,
  slowSliceMs: 4_000,
  answers: 1_000,
  openLoopRounds: 5,
  openLoopMs: 5_000,
  roundTripCalls: 1_000,
  deadlineS: 1,
  storeTimeout: undefined,
};

/** Those that show that the bench runs. */
export const quickServingSizes: ServingSizes = {
  keys: 2_000,
  bodies: 64,
  bodiesPerSlice: 32,
  rounds: 1,
  sliceMs: 250,
  slowSliceMs: 250,
  answers: 200,
  openLoopRounds: 1,
  openLoopMs: 500,
  roundTripCalls: 50,
  deadlineS: 30,
  storeTimeout: "30s",
};

/** The server's settings: the defaults, except that a quick run is patient. */
export function servingArgs({ storeTimeout }: ServingSizes): string[] {
  return storeTimeout === undefined ? [] : ["--store-timeout", storeTimeout];
}
