/** One size of the join. */
export interface JoinSize {
  /** Ends the names of its figures. */
  readonly name: string;
  /** Service that reads the history of this size; its file is `rides_<service>.parquet`. */
  readonly service: "small" | "large";
  readonly labels: number;
  readonly historyRows: number;
  /** Distinct keys of the history. */
  readonly keys: number;
  /** Counted rounds behind each ratio. */
  readonly rounds: number;
}

/** Sizes of the training bench. */
export interface TrainingSizes {
  readonly joins: readonly JoinSize[];
  /** The size of the greatest figure of memory. */
  readonly most: JoinSize;
  /** Counted rounds against Feast's stores. */
  readonly feastRounds: Readonly<Record<"duckdb" | "file", number>>;
  /** Counted rounds of the largest join without the join. */
  readonly preparedRounds: number;
}

/** What is measured. */
export const fullTrainingSizes: TrainingSizes = {
  joins: [
    { name: "100k", service: "small", labels: 100_000, historyRows: 1_000_000, keys: 20_000, rounds: 7 },
    { name: "1m", service: "large", labels: 1_000_000, historyRows: 10_000_000, keys: 200_000, rounds: 3 },
  ],
  most: {
    name: "most",
    service: "large",
    labels: 10_000_000,
    historyRows: 10_000_000,
    keys: 200_000,
    rounds: 1,
  },
  feastRounds: { duckdb: 3, file: 1 },
  preparedRounds: 7,
};

/** Enough to run all of the code; the numbers say nothing. More than one batch each. */
export const quickTrainingSizes: TrainingSizes = {
  joins: [
    { name: "100k", service: "small", labels: 2_000, historyRows: 20_000, keys: 400, rounds: 1 },
    { name: "1m", service: "large", labels: 70_000, historyRows: 50_000, keys: 1_000, rounds: 1 },
  ],
  most: { name: "most", service: "large", labels: 140_000, historyRows: 50_000, keys: 1_000, rounds: 1 },
  feastRounds: { duckdb: 1, file: 1 },
  preparedRounds: 1,
};
