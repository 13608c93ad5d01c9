import { FeatureStoreError } from "@timewell/errors";

declare const brand: unique symbol;

/** A quoted identifier. Only `quoteIdent` makes one. */
export type SqlIdent = string & { readonly [brand]: "SqlIdent" };

/** Quotes a name for SQL: the one way by which a name of a file or of a user gets into a statement. */
export function quoteIdent(name: string): SqlIdent {
  if (name.includes("\0")) {
    throw new FeatureStoreError("INVALID_NAME", "Cannot use a column name with a NUL character", {
      hint: "Rename the column",
    });
  }
  return `"${name.replaceAll('"', '""')}"` as SqlIdent;
}
