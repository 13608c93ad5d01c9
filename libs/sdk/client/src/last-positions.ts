import type { PushOutcome } from "./push-rows.ts";

/** The last position of each partition among the outcomes that are ok: whoever sees those has seen all of them. */
export function lastPositions(
  outcomes: readonly PushOutcome[],
): { readonly partition: number; readonly position: bigint }[] {
  const last = new Map<number, bigint>();
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    const { partition, position } = outcome;
    if (position > (last.get(partition) ?? 0n)) last.set(partition, position);
  }
  return [...last].map(([partition, position]) => ({ partition, position }));
}
