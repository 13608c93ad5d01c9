/** What the chain of a call knows of it, whoever took it from the connection. */
export interface GrpcCall {
  /** True once nobody waits for its answer any more: at a cancel, at the end of the stream, at the end of the connection. */
  readonly cancelled: boolean;
  /** Milliseconds until the caller's deadline; undefined where it has none. */
  timeoutMs(): number | undefined;
  /** A header of the request, by its name in lower case. */
  header(name: string): string | undefined;
  /** Every header of the request that is the application's. */
  headers(): Iterable<readonly [name: string, value: string]>;
  /** Calls the listener when the call has ended, for whatever reason. */
  onEnd(listener: () => void): void;
  /** Memory for its answer. */
  answerMemory(bytes: number): Buffer;
}
