import { FeatureStoreError, type ErrorKind } from "@timewell/errors";

/** An error as it travels from a worker to its parent. */
export interface WireError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string;
  readonly field: string;
  /** What went wrong below; for logs. */
  readonly cause: string;
}

/** Takes an error apart. */
export function toWireError(error: FeatureStoreError): WireError {
  const suffix = error.hint === "" ? "" : `. ${error.hint}`;
  const message = error.message.endsWith(suffix)
    ? error.message.slice(0, error.message.length - suffix.length)
    : error.message;
  return {
    kind: error.kind,
    message,
    hint: error.hint,
    field: error.field,
    cause: String(error.cause ?? ""),
  };
}

/** Puts an error together again. */
export function fromWireError(wire: WireError): FeatureStoreError {
  return new FeatureStoreError(wire.kind, wire.message, {
    hint: wire.hint === "" ? undefined : wire.hint,
    field: wire.field === "" ? undefined : wire.field,
    cause: wire.cause === "" ? undefined : wire.cause,
  });
}
