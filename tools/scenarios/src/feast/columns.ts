/** One column of an answer. */
interface Column {
  readonly values: readonly unknown[];
  readonly statuses: readonly string[];
  readonly times: readonly string[];
}

/** An answer of Feast's dialect by column name. Feast's own server answers columns in any order. */
export type Columns = Readonly<Record<string, Column>>;

interface Answer {
  readonly metadata: { readonly feature_names: readonly string[] };
  readonly results: readonly {
    readonly values: readonly unknown[];
    readonly statuses: readonly string[];
    readonly event_timestamps: readonly string[];
  }[];
}

/** Reads an answer in JSON. Numbers stay as they are written: 3 and 3.0 are not the same, and 2^53 + 1 is not 2^53. */
export function columnsOf(text: string): Columns {
  const answer = JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? `number ${context!.source!}` : value,
  ) as Answer;
  return Object.fromEntries(
    answer.results.map(({ values, statuses, event_timestamps: times }, i) => [
      answer.metadata.feature_names[i]!,
      { values, statuses, times },
    ]),
  );
}

/**
 * What Timewell says for an answer of Feast's server, by what docs/feast.md tells of the differences: NULL has a status of its
 * own, and a ttl is obeyed. `ours` says only which rows are expired.
 */
export function inTimewellsTerms(theirs: Columns, ours: Columns): Columns {
  return Object.fromEntries(
    Object.entries(theirs).map(([name, { values, statuses, times }]) => {
      const isExpired = (row: number) =>
        ours[name]?.statuses[row] === "OUTSIDE_MAX_AGE" &&
        statuses[row] === "PRESENT" &&
        values[row] !== null;
      const says = (status: string, row: number) => {
        if (isExpired(row)) return "OUTSIDE_MAX_AGE";
        return status === "PRESENT" && values[row] === null ? "NULL_VALUE" : status;
      };
      const withheld = values.map((value, row) => (isExpired(row) ? null : value));
      return [name, { values: withheld, statuses: statuses.map(says), times }];
    }),
  );
}
