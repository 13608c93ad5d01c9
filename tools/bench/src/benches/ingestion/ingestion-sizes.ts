/** How much the ingestion bench does. */
export interface IngestionSizes {
  /** Rows of the source that ends the name of its part. */
  readonly materialize: Readonly<Record<"200k" | "2m", { readonly rows: number; readonly rounds: number }>>;
  /** Rows that are pushed in one run, and counted rounds. */
  readonly push: { readonly rows: number; readonly rounds: number };
  /** Records in the topic; seconds of load at half the rate. */
  readonly kafka: { readonly records: number; readonly seconds: number };
  /** Keys of the windowed view, events of each; requests of each number of keys; length of a slice of load; counted rounds. */
  readonly windows: {
    readonly keys: number;
    readonly events: number;
    readonly bodies: number;
    readonly sliceMs: number;
    readonly rounds: number;
  };
}

/** What is measured. */
export const fullIngestionSizes: IngestionSizes = {
  materialize: { "200k": { rows: 200_000, rounds: 3 }, "2m": { rows: 2_000_000, rounds: 1 } },
  push: { rows: 200_000, rounds: 5 },
  kafka: { records: 500_000, seconds: 20 },
  windows: { keys: 2_000, events: 100, bodies: 64, sliceMs: 2_500, rounds: 5 },
};

/** Enough to run all of the code; the numbers say nothing. */
export const quickIngestionSizes: IngestionSizes = {
  materialize: { "200k": { rows: 5_000, rounds: 1 }, "2m": { rows: 20_000, rounds: 1 } },
  push: { rows: 10_000, rounds: 1 },
  kafka: { records: 5_000, seconds: 1 },
  windows: { keys: 200, events: 20, bodies: 8, sliceMs: 500, rounds: 1 },
};
