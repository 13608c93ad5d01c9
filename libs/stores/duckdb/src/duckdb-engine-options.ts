/** Settings of the DuckDB engine. */
export interface DuckdbEngineOptions {
  /** Absolute path of a folder for spilling; it is made where it does not exist. */
  readonly tempDirectory: string;
  /** Absolute folders under which every file of a call must lie. */
  readonly allowedDirectories: readonly string[];
  /** What each child process may take; DuckDB itself gets three quarters of it. Default 2 GiB. */
  readonly memoryLimitBytes?: number | undefined;
  /** Threads of DuckDB in each child process. Default 2. */
  readonly threads?: number | undefined;
  /** Child processes at a time. Default 2. */
  readonly workersMax?: number | undefined;
  /** Calls that wait for a child process; one more fails with OVERLOADED. Default 64. */
  readonly queueMax?: number | undefined;
  /** Disk that each child process may take in the temporary folder. Default 32 GiB. */
  readonly tempDirectoryBytesMax?: number | undefined;
}
