import type { ErrorKind } from "./error-kinds.ts";

/** What an error carries besides its kind and message. */
export interface FeatureStoreErrorOptions {
  /** Which part of the request is wrong, for example `rows[3].keys.airport`. */
  readonly field?: string | undefined;
  /** How to mend it, one sentence. It is appended to the message. */
  readonly hint?: string | undefined;
  /** What went wrong below; for logs, never sent to callers. */
  readonly cause?: unknown;
}

/**
 * The one error class of Timewell. The message says what failed, on which value and what was expected; the hint says
 * how to mend it. Both are safe to show to any caller that may see the request.
 */
export class FeatureStoreError extends Error {
  override readonly name = "FeatureStoreError";
  /** The kind, of the closed set. */
  readonly kind: ErrorKind;
  /** Which part of the request is wrong; empty where it is the whole. */
  readonly field: string;
  /** How to mend it; empty where a caller can do nothing. */
  readonly hint: string;

  constructor(kind: ErrorKind, message: string, options: FeatureStoreErrorOptions = {}) {
    const hint = options.hint ?? "";
    super(
      hint === "" ? message : `${message}. ${hint}`,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.kind = kind;
    this.field = options.field ?? "";
    this.hint = hint;
  }

  /**
   * Returns `reason` itself where it is a FeatureStoreError, else an INTERNAL error that hides it from callers and
   * keeps it as the cause.
   */
  static from(reason: unknown): FeatureStoreError {
    if (reason instanceof FeatureStoreError) return reason;
    return new FeatureStoreError("INTERNAL", "Cannot finish the request: an unexpected error occurred", {
      hint: "See the server's log under the request id",
      cause: reason,
    });
  }
}
