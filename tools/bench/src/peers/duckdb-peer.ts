import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A query for bare DuckDB, and what it may use. */
export interface PeerQuery {
  readonly sql: string;
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Folder for spilling. */
  readonly tempDirectory: string;
  /** Read all values too, and digest them. */
  readonly isDigested: boolean;
}

/** What the peer answers. */
export interface PeerAnswer {
  /** From opening the database to the last chunk, ms. */
  readonly ms: number;
  readonly rows: number;
  /** By column; undefined where it was not asked for. */
  readonly digests: readonly string[] | undefined;
}

/** Bare DuckDB in a child process that stays, as the servers' children do; each query has a database of its own. */
export class DuckdbPeer {
  private readonly child: ChildProcess = fork(
    fileURLToPath(new URL("duckdb-peer-main.ts", import.meta.url)),
    {
      serialization: "advanced",
    },
  );

  /** Runs a query. One at a time. */
  async run(query: PeerQuery): Promise<PeerAnswer> {
    const ended = new AbortController();
    const answered = once(this.child, "message", { signal: ended.signal });
    const died = once(this.child, "exit", { signal: ended.signal }).then(() => {
      throw new Error("Cannot measure the peer: DuckDB's process ended; see its output above");
    });
    this.child.send(query);
    try {
      const [answer] = (await Promise.race([answered, died])) as [PeerAnswer];
      return answer;
    } finally {
      answered.catch(() => undefined);
      died.catch(() => undefined);
      ended.abort();
    }
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.disconnect();
    await ended;
  }
}
