import { FeatureStoreError, showValue } from "@timewell/errors";

/** Reads `name=value` words; a value may hold `=`. INVALID_VALUE names the flag for other words and names given twice. */
export function parseAssignments(words: readonly string[], flag: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    const name = at < 0 ? "" : word.slice(0, at).trim();
    if (name === "")
      throw invalid(flag, `got ${showValue(word)}, expected name=value`, `Write ${flag} name=value.`);
    if (found.has(name)) throw invalid(flag, `${name} is there twice`, "Give it once.");
    found.set(name, word.slice(at + 1));
  }
  return found;
}

function invalid(flag: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_VALUE", `Cannot read ${flag}: ${problem}`, { field: flag, hint });
}
