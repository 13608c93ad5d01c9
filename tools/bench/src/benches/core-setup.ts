import type { BenchContext } from "../bench.ts";
import type { Stack } from "../harness/start-stack.ts";

/** Sizes of the core bench. */
export interface CoreSizes {
  readonly labels: number;
  readonly historyRows: number;
  /** Distinct keys of the history. */
  readonly historyKeys: number;
  /** Rows that are materialized against the bare SET. */
  readonly onlineRows: number;
  /** How many times larger the sources of the memory figures are. */
  readonly growth: number;
  readonly pairs: number;
}

/** What each figure of the core bench works on. */
export interface CoreSetup {
  readonly context: BenchContext;
  readonly sizes: CoreSizes;
  /** Folder of the fixtures. */
  readonly folder: string;
  readonly stack: Stack;
  /** Limit of DuckDB in a child process of a server, and in the peer. */
  readonly memoryLimitBytes: number;
  readonly threads: number;
}
