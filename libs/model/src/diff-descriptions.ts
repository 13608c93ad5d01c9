import { create } from "@bufbuild/protobuf";
import { Change_DetailSchema, type Change_Detail } from "@timewell/contracts";
import type { Description } from "./describe-definition.ts";

/** What differs between two descriptions, in the order of the new one, then what is gone. `before` undefined: all is new. */
export function diffDescriptions(before: Description | undefined, after: Description): Change_Detail[] {
  const details: Change_Detail[] = [];
  const push = (path: string, old: string, now: string) =>
    details.push(create(Change_DetailSchema, { path, before: old, after: now }));
  for (const [path, now] of after.lines) {
    const old = before?.lines.get(path);
    if (old !== now) push(path, old ?? "", now);
  }
  for (const [path, old] of before?.lines ?? []) if (!after.lines.has(path)) push(path, old, "");
  if (before === undefined) return details;
  for (const [path, names] of after.lists) {
    const oldNames = before.lists.get(path) ?? [];
    if (isReordered(oldNames, names)) push(path, oldNames.join(", "), names.join(", "));
  }
  return details;
}

/** True where names that are in both lists stand in another order. */
export function isReordered(before: readonly string[], after: readonly string[]): boolean {
  const beforeSet = new Set(before);
  const afterSet = new Set(after);
  const kept = before.filter((name) => afterSet.has(name));
  const now = after.filter((name) => beforeSet.has(name));
  return kept.some((name, i) => name !== now[i]);
}
