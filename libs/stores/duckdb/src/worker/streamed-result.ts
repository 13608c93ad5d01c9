import type { DuckDBDataChunk, DuckDBResult, DuckDBType } from "@duckdb/node-api";
import type { DataChunk } from "@duckdb/node-bindings";
import { rawChunk } from "../vectors/raw-chunk.ts";
import { collectYoung } from "./collect-garbage.ts";

/**
 * Adds a last row that marks the end, in a last column that is NULL before. DuckDB's binding ends a streamed result that
 * fails on its way as if it were whole, so that only a mark tells the two apart.
 */
export function withEnd(sql: string): string {
  return `SELECT * FROM (${sql}) UNION ALL BY NAME SELECT true AS __timewell_end`;
}

/** Chunks that were read and wait for the garbage collector: their memory lies outside of its heap, which would be searched as a whole. */
const chunksKept = 64;

/** Rows of a statement made by `withEnd`, made as they are fetched. */
export class StreamedResult {
  private readonly result: DuckDBResult;
  private readonly failure: () => Promise<Error>;
  private readonly columnCount: number;
  private ended = false;

  /** @param failure finds out why the result ended before its end. */
  constructor(result: DuckDBResult, failure: () => Promise<Error>) {
    this.result = result;
    this.failure = failure;
    this.columnCount = result.columnCount - 1;
  }

  /** Names of the columns, without the mark. */
  columnNames(): string[] {
    return this.result.columnNames().slice(0, this.columnCount);
  }

  /** Types of the columns, without the mark. */
  columnTypes(): DuckDBType[] {
    return this.result.columnTypes().slice(0, this.columnCount);
  }

  /** Hands over all rows, in chunks as `fetchChunk` gives them; the next one is made while one is taken. */
  async forEach(take: (chunk: DataChunk, rowCount: number) => void | Promise<void>): Promise<void> {
    let next: Promise<DuckDBDataChunk | null> = this.fetchChunk();
    for (let chunks = 1; ; chunks++) {
      const chunk = await next;
      if (chunk === null) return;
      next = this.fetchChunk();
      next.catch(() => undefined); // Thrown when it is waited for.
      const { rowCount } = chunk;
      try {
        await take(rawChunk(chunk), rowCount);
      } catch (reason) {
        await next.catch(() => undefined);
        throw reason;
      }
      // What was taken stands on the chunk's memory, which must live until here.
      if (chunk.rowCount !== rowCount) throw new Error("A chunk changed while it was read");
      if (chunks % chunksKept === 0) collectYoung();
    }
  }

  /** The next rows; null at the end. Each chunk has one column more than the statement. Fails where the statement does. */
  async fetchChunk(): Promise<DuckDBDataChunk | null> {
    if (this.ended) return null;
    const chunk = await this.result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) throw await this.failure();
    this.ended = chunk.getColumnVector(this.columnCount).getItem(chunk.rowCount - 1) === true;
    if (!this.ended) return chunk;
    if (chunk.rowCount === 1) return null;
    chunk.rowCount -= 1;
    return chunk;
  }
}
