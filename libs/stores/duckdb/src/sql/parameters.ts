import {
  DuckDBTimestampTZValue,
  type DuckDBTimestampValue,
  LIST,
  listValue,
  structValue,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";

/** Collects the values of a statement and hands out their places, `$1`, `$2` and so on. */
export class Parameters {
  readonly values: DuckDBValue[] = [];
  readonly types: (DuckDBType | undefined)[] = [];

  /** A whole number of 64 bits. */
  integer(value: bigint): string {
    return `CAST(${this.add(value, undefined)} AS BIGINT)`;
  }

  /** An instant, µs UTC. */
  instant(us: bigint): string {
    return this.add(new DuckDBTimestampTZValue(us), undefined);
  }

  /** An instant in a column without a zone. */
  naiveInstant(value: DuckDBTimestampValue): string {
    return this.add(value, undefined);
  }

  /** A list of texts. */
  texts(values: readonly string[]): string {
    return this.add(listValue([...values]), LIST(VARCHAR));
  }

  /** A struct of texts. */
  textByName(entries: readonly (readonly [string, string])[]): string {
    return this.add(structValue(Object.fromEntries(entries)), undefined);
  }

  private add(value: DuckDBValue, type: DuckDBType | undefined): string {
    this.values.push(value);
    this.types.push(type);
    return `$${this.values.length}`;
  }
}
