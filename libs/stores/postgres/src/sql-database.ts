/** A value that a statement takes: one per `$1`, `$2`, …. */
export type SqlValue =
  | bigint
  | number
  | string
  | boolean
  | Uint8Array
  | null
  | readonly bigint[]
  | readonly string[]
  | readonly Uint8Array[];

/** Runs statements. Columns of type bigint come back as `bigint`, bytea as `Uint8Array`, NULL as `null`. */
export interface SqlSession {
  /** Runs one statement and returns its rows. */
  query<Row extends object>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;

  /** Runs several statements without values. */
  script(text: string): Promise<void>;
}

/** What a transaction sees. */
export type SqlIsolation = "READ COMMITTED" | "REPEATABLE READ";

/**
 * A PostgreSQL database, in a server or embedded. What a statement or a transaction has committed is durable when its
 * promise resolves. Methods fail with the kinds of `toStoreError`.
 */
export interface SqlDatabase extends SqlSession {
  /** Commits what `work` did, or nothing where it fails. */
  transaction<T>(work: (session: SqlSession) => Promise<T>, isolation?: SqlIsolation): Promise<T>;

  /** Releases the database; calls under way end first. Calling again does nothing. */
  close(): Promise<void>;
}
