import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@timewell/contracts";

/** What a caller learns of a failed call. */
export interface Caught {
  /** Name of the gRPC code, for example `InvalidArgument`. */
  readonly code: string;
  /** Kind of the closed set; empty where there is no ErrorInfo. */
  readonly kind: string;
  readonly field: string;
  readonly hint: string;
  readonly message: string;
}

/** Waits for a call to fail and says how. Throws where it does not fail. */
export async function caught(call: Promise<unknown>): Promise<Caught> {
  try {
    await call;
  } catch (reason) {
    return describeError(reason);
  }
  throw new Error("the call went well, and should have failed");
}

/** What a caller learns of an error. */
export function describeError(reason: unknown): Caught {
  const error = ConnectError.from(reason);
  const [info] = error.findDetails(ErrorInfoSchema);
  return {
    code: Code[error.code],
    kind: info?.kind ?? "",
    field: info?.field ?? "",
    hint: info?.hint ?? "",
    message: error.rawMessage,
  };
}
