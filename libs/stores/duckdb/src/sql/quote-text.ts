import { FeatureStoreError } from "@timewell/errors";

/** Quotes text for the statements that take no parameters: settings and COPY. Everything else binds its values. */
export function quoteText(text: string): string {
  if (text.includes("\0")) {
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot use a path with a NUL character");
  }
  return `'${text.replaceAll("'", "''")}'`;
}
