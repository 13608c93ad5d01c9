import { quoteText } from "./quote-text.ts";

/** An expression of type `target` that ends the statement with an error of ours. `to-engine-error.ts` reads it. */
export function raiseError(
  kind: "SOURCE_MISMATCH" | "INVALID_LABELS",
  message: string,
  target: string,
): string {
  const text = `TIMEWELL:${kind}:${message.replaceAll(/\s/g, " ").replaceAll("\0", "")}`;
  return `CAST(error(${quoteText(text)}) AS ${target})`;
}
