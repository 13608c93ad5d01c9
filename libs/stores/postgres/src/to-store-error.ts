import { FeatureStoreError } from "@timewell/errors";

/** SQLSTATE classes and codes after which the same call may succeed later. */
const unavailableCodes = [
  "08", // connection exceptions
  "53", // insufficient resources
  "57", // operator intervention: shutdown, cancel, statement timeout
  "58", // I/O errors
  "25006", // read-only: the server is a standby
  "25P03", // idle in transaction for too long
  "40", // rolled back: deadlock, serialization
  "55P03", // a lock was not available in time
];

/** SQLSTATE of a server without room on its disk. */
const diskFullCode = "53100";

/** SQLSTATE classes and codes that the configuration is to blame for. */
const misconfiguredCodes = [
  "28", // wrong user or password
  "3D000", // no such database
  "42501", // insufficient privilege
];

/**
 * Turns what a driver threw into a FeatureStoreError with the driver's error as its cause. STORE_UNAVAILABLE: the server
 * cannot be reached, was stopped or did not answer in time; STORE_MISCONFIGURED: it refuses the user or the database;
 * STORE_FULL: its disk is full;
 * INTERNAL: a statement is wrong. An error that is one already is returned as it is.
 */
export function toStoreError(reason: unknown): FeatureStoreError {
  if (reason instanceof FeatureStoreError) return reason;
  const state = sqlState(reason);
  if (state === diskFullCode) {
    return new FeatureStoreError("STORE_FULL", "Cannot write to PostgreSQL: its disk has no room left", {
      hint: "Free space there; writes go on by themselves then",
      cause: reason,
    });
  }
  if (state === undefined || unavailableCodes.some((code) => state.startsWith(code))) {
    return new FeatureStoreError("STORE_UNAVAILABLE", "Cannot use PostgreSQL: it does not answer", {
      hint: "Send the request again",
      cause: reason,
    });
  }
  if (misconfiguredCodes.some((code) => state.startsWith(code))) {
    return new FeatureStoreError(
      "STORE_MISCONFIGURED",
      "Cannot use PostgreSQL: it refuses this user or database",
      {
        hint: "Check the connection URL and the user's privileges",
        cause: reason,
      },
    );
  }
  return FeatureStoreError.from(reason);
}

/** The five-character SQLSTATE of a server's error; undefined for an error of the connection itself. */
function sqlState(reason: unknown): string | undefined {
  const code = (reason as { readonly code?: unknown } | undefined)?.code;
  const severity = (reason as { readonly severity?: unknown } | undefined)?.severity;
  if (typeof code === "string" && severity !== undefined) return code;
  // A mistake of ours, such as a TypeError, is no trouble of the connection.
  return reason instanceof TypeError || reason instanceof RangeError ? "XX000" : undefined;
}

/** Waits for what a driver does, and turns its error into a FeatureStoreError. */
export async function withStoreErrors<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw toStoreError(error);
  }
}
