import type { Retired, Snapshot } from "@timewell/contracts";
import { kindWords, type KnownKind } from "./definition-kind.ts";

/** What was kept of a deleted definition, so that its numbers are never given again. */
export function findRetired(
  current: Snapshot | undefined,
  kind: KnownKind,
  name: string,
): Retired | undefined {
  const word = kindWords[kind].retired;
  return current?.retired.find((retired) => retired.kind === word && retired.name === name);
}
