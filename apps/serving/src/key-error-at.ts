import { FeatureStoreError } from "@timewell/errors";

/** Says in which key of the request an error of the key code is, where it does not say so itself. */
export function keyErrorAt(error: unknown, path: string): FeatureStoreError {
  const known = FeatureStoreError.from(error);
  if (known.field !== "" || known.kind === "INTERNAL") return known;
  const { kind, message, hint } = known;
  // The message ends with the hint already.
  const problem = hint === "" ? message : message.slice(0, -`. ${hint}`.length);
  return new FeatureStoreError(kind, `${problem} (${path})`, { field: path, hint, cause: error });
}
