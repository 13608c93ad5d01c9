import type { FeatureStoreError } from "@timewell/errors";
import pg from "pg";
import { copyIn } from "./copy-in.ts";
import type { SqlDatabase, SqlIsolation, SqlSession, SqlValue } from "./sql-database.ts";
import { withStoreErrors } from "./to-store-error.ts";

/** How to reach a PostgreSQL server. */
export interface PgDatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections at most. */
  readonly poolMax: number;
  /** A statement that takes longer is cancelled, ms. */
  readonly statementTimeoutMs: number;
  /** Time to get a connection, ms. */
  readonly connectTimeoutMs: number;
}

/** A session that also takes COPY data. */
export interface PgSession extends SqlSession {
  /** Runs a `COPY … FROM STDIN` statement with its data. */
  copyIn(text: string, data: Buffer): Promise<void>;
}

const int8Oid = 20;

/** Time for an answer that was cancelled by the server to arrive, ms. */
const answerGraceMs = 2_000;

/** A PostgreSQL server behind a pool of connections. */
export class PgDatabase implements SqlDatabase {
  readonly #pool: pg.Pool;
  #closing: Promise<void> | undefined;

  constructor(options: PgDatabaseOptions) {
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolMax,
      connectionTimeoutMillis: options.connectTimeoutMs,
      statement_timeout: options.statementTimeoutMs,
      query_timeout: options.statementTimeoutMs + answerGraceMs,
      idle_in_transaction_session_timeout: options.statementTimeoutMs,
      // An acknowledged write is on disk, whatever the server's own default says.
      options: "-c synchronous_commit=on",
      application_name: "timewell",
      keepAlive: true,
      types: { getTypeParser },
    });
    // A connection that breaks is dropped by the pool; the statement that it was running fails by itself.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  async query<Row extends object>(text: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#withClient((session) => session.query<Row>(text, values));
  }

  async script(text: string): Promise<void> {
    await this.#withClient((session) => session.script(text));
  }

  async transaction<T>(
    work: (session: PgSession) => Promise<T>,
    isolation: SqlIsolation = "READ COMMITTED",
  ): Promise<T> {
    return this.#withClient(async (session) => {
      await session.script(`BEGIN ISOLATION LEVEL ${isolation}`);
      try {
        const result = await work(session);
        await session.script("COMMIT");
        return result;
      } catch (error) {
        await session.script("ROLLBACK");
        throw error;
      }
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #withClient<T>(work: (session: PgSession) => Promise<T>): Promise<T> {
    const client = await withStoreErrors(this.#pool.connect());
    const connection: Connection = { client, broken: false };
    try {
      return await work(sessionOf(connection));
    } finally {
      client.release(connection.broken);
    }
  }
}

interface Connection {
  readonly client: pg.PoolClient;
  /** After a time limit or a lost connection nobody knows what state it is in: it is not used again. */
  broken: boolean;
}

function sessionOf(connection: Connection): PgSession {
  const { client } = connection;
  const run = async <T>(statement: Promise<T>): Promise<T> => {
    try {
      return await withStoreErrors(statement);
    } catch (error) {
      connection.broken ||= (error as FeatureStoreError).kind === "STORE_UNAVAILABLE";
      throw error;
    }
  };
  return {
    query: async <Row extends object>(text: string, values: readonly SqlValue[] = []) =>
      (await run(client.query<Row & pg.QueryResultRow>(text, [...values]))).rows,
    script: async (text) => void (await run(client.query(text))),
    copyIn: (text, data) => run(copyIn(client, text, data)),
  };
}

/** The one place where a bigint column becomes a `bigint`. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === int8Oid && format !== "binary") return BigInt;
  return pg.types.getTypeParser(oid, format as "text") as (value: string) => unknown;
}
