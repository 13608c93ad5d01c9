import { partitionOf } from "@timewell/keys";
import { copyIn, copyLogRows, encodeLogRows } from "@timewell/store-postgres";
import type { LogAppend } from "@timewell/store-ports";
import pg from "pg";

/** Positions that no row of the log has: those of the peer begin here, and are removed again. */
const firstPosition = 1_000_000_000_000n;

/** Bare `COPY` into the log's own table, in commits of some rows, over one connection. */
export class LogCopy {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Connects; commits wait for the disk. */
  static async open(database: string): Promise<LogCopy> {
    const client = new pg.Client({ connectionString: database, options: "-c synchronous_commit=on" });
    await client.connect();
    return new LogCopy(client);
  }

  /** Copies rows and returns how many it did a second. Making the bytes of the statements does not count. */
  async run(rows: readonly LogAppend[], batchRows: number): Promise<number> {
    const commits = commitsOf(rows, batchRows);
    const start = performance.now();
    for (const bytes of commits) await copyIn(this.#client, copyLogRows, bytes);
    const ms = performance.now() - start;
    await this.#client.query("DELETE FROM timewell.log_rows WHERE position >= $1", [
      firstPosition.toString(),
    ]);
    return (rows.length / ms) * 1000;
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    await this.#client.end();
  }
}

function commitsOf(rows: readonly LogAppend[], batchRows: number): Buffer[] {
  const commits: Buffer[] = [];
  for (let at = 0; at < rows.length; at += batchRows) {
    const placed = rows.slice(at, at + batchRows).map((row, i) => {
      const place = { partition: partitionOf(row.entityKey), position: firstPosition + BigInt(at + i) };
      return { row, place };
    });
    commits.push(encodeLogRows(placed, rows[at]!.eventTimeUs));
  }
  return commits;
}
