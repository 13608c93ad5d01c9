import type { CompiledView } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";

/** A text or byte string of an event that is too long for features to answer with, so that an answer might not fit into a row; undefined: none is. */
export function tooLongText(
  { windows, input }: Pick<CompiledView, "windows" | "input">,
  values: readonly FeatureValue[],
): { readonly name: string; readonly bytes: number; readonly bytesMax: number } | undefined {
  if (windows === undefined) return undefined;
  const { answeredTexts, valueBytesMax: bytesMax } = windows;
  for (const place of answeredTexts) {
    const value = values[place] as string | Uint8Array | null;
    if (value === null) continue;
    const bytes = typeof value === "string" ? Buffer.byteLength(value) : value.length;
    if (bytes > bytesMax) return { name: input.features[place]!.name, bytes, bytesMax };
  }
  return undefined;
}
