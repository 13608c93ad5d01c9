import { readParquetRows, type ParquetRow, type ParquetValue } from "./read-parquet-rows.ts";

/** What the naive loop needs to know of a view. */
export interface NaiveViewSpec {
  readonly path: string;
  readonly keyColumns: readonly string[];
  readonly featureColumns: readonly string[];
  /** How long a value stays alive after its event time, µs. */
  readonly ttlUs: bigint;
}

/** What a read of one view for one key at one instant must answer. */
export interface NaiveAnswer {
  readonly status: "PRESENT" | "EXPIRED" | "NOT_FOUND";
  /** One for each feature column; all null unless the status is PRESENT. */
  readonly values: readonly ParquetValue[];
}

const eventTimeColumn = "event_timestamp";

/** How long after its ttl a value still counts as EXPIRED: 30 days, µs. */
const graceUs = 30n * 24n * 3_600_000_000n;

/**
 * The rows of one Parquet file, searched from the first to the last for every question.
 *
 * It is the other side of the proof: slow, short enough to be checked by reading, and it shares no code with the
 * servers, not even the reader of the file or the arithmetic of ttl.
 */
export class NaiveView {
  private readonly spec: NaiveViewSpec;
  private readonly rowsByKey: ReadonlyMap<string, readonly ParquetRow[]>;

  /** Takes the rows as they lie in the file; `read` fetches them. */
  constructor(spec: NaiveViewSpec, rows: readonly ParquetRow[]) {
    this.spec = spec;
    this.rowsByKey = Map.groupBy(rows, (row) => JSON.stringify(spec.keyColumns.map((column) => row[column])));
  }

  /** Reads the whole file of a view. */
  static async read(spec: NaiveViewSpec): Promise<NaiveView> {
    return new NaiveView(spec, await readParquetRows(spec.path));
  }

  /** Names of the values in an answer, in their order. */
  get featureColumns(): readonly string[] {
    return this.spec.featureColumns;
  }

  /** Every key of the file, in the order of their first rows. */
  keys(): string[][] {
    return [...this.rowsByKey.keys()].map((key) => JSON.parse(key) as string[]);
  }

  /** What is known of a key at the instant `atUs`, µs UTC: the last row at or before it, unless it is too old. */
  at(key: readonly string[], atUs: bigint): NaiveAnswer {
    let latest: ParquetRow | undefined;
    for (const row of this.rowsByKey.get(JSON.stringify(key)) ?? []) {
      const timeUs = row[eventTimeColumn] as bigint;
      if (timeUs > atUs) continue;
      if (latest === undefined || timeUs >= (latest[eventTimeColumn] as bigint)) latest = row;
    }
    const { ttlUs, featureColumns } = this.spec;
    const nothing = featureColumns.map(() => null);
    if (latest === undefined) return { status: "NOT_FOUND", values: nothing };
    const ageUs = atUs - (latest[eventTimeColumn] as bigint);
    if (ageUs > ttlUs + graceUs) return { status: "NOT_FOUND", values: nothing };
    if (ageUs > ttlUs) return { status: "EXPIRED", values: nothing };
    return { status: "PRESENT", values: featureColumns.map((column) => latest[column] ?? null) };
  }
}
