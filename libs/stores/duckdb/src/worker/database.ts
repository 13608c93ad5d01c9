import {
  DuckDBInstance,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBPreparedStatement,
  type DuckDBType,
} from "@duckdb/node-api";
import { databaseSettings } from "../sql/database-settings.ts";
import type { Parameters } from "../sql/parameters.ts";
import type { DatabaseLimits } from "../wire/job.ts";
import { StreamedResult, withEnd } from "./streamed-result.ts";

/** A column of a statement's result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

/** An in-memory database that serves one job and may open only the files of that job. */
export class Database {
  private static ahead: Promise<DuckDBInstance> | undefined;
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /** Opens a database and locks its configuration. */
  static async open(limits: DatabaseLimits, paths: readonly string[]): Promise<Database> {
    const { ahead } = Database;
    Database.ahead = undefined;
    const instance = await (ahead ?? DuckDBInstance.create(":memory:"));
    const connection = await instance.connect();
    await connection.run(databaseSettings(limits, paths).join(";\n"));
    return new Database(instance, connection);
  }

  /** Makes an empty database while nobody waits: the next `open` takes it, and is faster by half. */
  static openAhead(): void {
    Database.ahead ??= DuckDBInstance.create(":memory:");
    Database.ahead.catch(() => undefined); // `open` fails instead.
  }

  /** Columns that a statement would return; nothing is read but what that needs. */
  async columnsOf(sql: string, parameters: Parameters): Promise<ResultColumn[]> {
    const result = await this.stream(`SELECT * FROM (${sql}) LIMIT 0`, parameters);
    const types = result.columnTypes();
    return result.columnNames().map((name, i) => ({ name, type: types[i]! }));
  }

  /** Runs a statement to its end. */
  async run(sql: string, parameters?: Parameters): Promise<void> {
    if (parameters === undefined) await this.connection.run(sql);
    else await (await this.prepare(sql, parameters)).run();
  }

  /** Runs a statement; chunks of its result are made as they are fetched. */
  async stream(sql: string, parameters: Parameters): Promise<StreamedResult> {
    const prepared = await this.prepare(withEnd(sql), parameters);
    return new StreamedResult(await prepared.stream(), () => this.failureOf(sql, parameters));
  }

  private async prepare(sql: string, parameters: Parameters): Promise<DuckDBPreparedStatement> {
    const prepared = await this.connection.prepare(sql);
    prepared.bind(parameters.values, parameters.types as DuckDBType[]);
    return prepared;
  }

  /** Why a statement fails: a streamed result does not say, so it runs once more, for nothing but its error. */
  private async failureOf(sql: string, parameters: Parameters): Promise<Error> {
    try {
      const prepared = await this.prepare(`EXPLAIN ANALYZE ${sql}`, parameters);
      await prepared.run();
    } catch (reason) {
      return reason as Error;
    }
    return new Error("a result ended before its end, and the statement does not fail when it runs again");
  }

  /** Chunks of a statement's result. */
  async *chunks(sql: string, parameters: Parameters): AsyncGenerator<DuckDBDataChunk, void, void> {
    const result = await this.stream(sql, parameters);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null) return;
      yield chunk;
    }
  }

  /** First row of a statement's result. */
  async firstRow(sql: string, parameters: Parameters): Promise<unknown[] | undefined> {
    for await (const chunk of this.chunks(sql, parameters)) return chunk.getRowValues(0);
    return undefined;
  }

  /** A connection of its own: statements on it leave a result that is being streamed alone, and see no temporary tables. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Appends to a table. */
  appender(table: string): Promise<DuckDBAppender> {
    return this.connection.createAppender(table);
  }

  /** Gives everything back. */
  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
