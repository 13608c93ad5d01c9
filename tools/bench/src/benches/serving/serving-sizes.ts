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
};
