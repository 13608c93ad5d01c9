import { distance } from "fastest-levenshtein";

const candidatesShownMax = 5;

/**
 * A hint for a name that is not there: the nearest name where one is near, else the first few names.
 * `what` is the plural of what was looked for, for example `feature views`.
 */
export function suggest(name: string, candidates: Iterable<string>, what: string): string {
  const names = [...candidates];
  let nearest: string | undefined;
  let best = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name, candidate);
    if (edits < best) {
      best = edits;
      nearest = candidate;
    }
  }
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  if (names.length === 0) return `There are no ${what} yet.`;
  const shown = names.slice(0, candidatesShownMax).join(", ");
  return `The ${what} are ${shown}${names.length > candidatesShownMax ? ", …" : ""}.`;
}
