import type { Clock } from "@timewell/ttl";

/** Everything outside of the process that a command touches. `main.ts` makes the real one, tests their own. */
export interface CliIo {
  /** Writes to stdout; resolves when it is taken. */
  out(text: string): Promise<void>;
  /** Writes to stderr. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from, absolute. */
  readonly cwd: string;
  readonly clock: Clock;
  /** True where stdout is a terminal. */
  readonly outIsTerminal: boolean;
  /** True where stderr is a terminal. */
  readonly errIsTerminal: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
  /** Aborted when the user interrupts the command. */
  readonly signal: AbortSignal;
}
