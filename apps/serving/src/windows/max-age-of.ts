import type { CompiledView } from "@timewell/model";

/** The max age that counts for a view, µs: none where windows say how far back its events count. */
export function maxAgeOf(
  { windows }: Pick<CompiledView, "windows">,
  maxAgeUs: bigint | undefined,
): bigint | undefined {
  return windows === undefined ? maxAgeUs : undefined;
}
