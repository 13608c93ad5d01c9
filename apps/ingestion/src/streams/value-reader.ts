/** Reads one place of a parsed value; undefined and null are NULL. Throws INVALID_VALUE where something else is in the way. */
export type ReadPath = (parsed: object) => unknown;

/** How values of one format are read. */
export interface ValueReader {
  /** INVALID_VALUE where the bytes are not of the format. */
  parse(value: Buffer): object;
  /** Compiles a dotted path. */
  path(path: string): ReadPath;
  /** True where a path leads to times of a type of their own, which are read as µs. */
  isTime(path: string): boolean;
  /** True where bytes come as base64 text. */
  readonly hasTextBytes: boolean;
}
