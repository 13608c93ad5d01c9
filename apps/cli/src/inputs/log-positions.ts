import { FeatureStoreError, showValue } from "@timewell/errors";

/** Reads positions of the log such as `12:3456`: partition and position. INVALID_VALUE names the flag. */
export function parsePositions(
  texts: readonly string[],
  flag: string,
): { readonly partition: number; readonly position: bigint }[] {
  return texts
    .flatMap((text) => text.split(","))
    .map((text) => {
      const [, partition = "", position = ""] = /^(\d{1,2}):(\d{1,19})$/.exec(text.trim()) ?? [];
      if (partition !== "") return { partition: Number(partition), position: BigInt(position) };
      throw new FeatureStoreError(
        "INVALID_VALUE",
        `Cannot read ${flag}: got ${showValue(text)}, expected a position of the log`,
        { field: flag, hint: "Write partition and position as push answers them, like 12:3456." },
      );
    });
}
