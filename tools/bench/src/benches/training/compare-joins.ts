import type { JoinAnswer, JoinSide } from "./join-sides.ts";
import { RunVoid } from "./run-void.ts";

/** Throws where the answer of a peer is not ours, cell for cell. A quick answer counts only where it is the right one. */
export function requireEqual(peer: string, ours: JoinAnswer, theirs: JoinAnswer): void {
  const differing = (ours.digests ?? ["missing"]).flatMap((digest, i) =>
    digest === theirs.digests?.[i] ? [] : [i],
  );
  if (differing.length === 0 && ours.digests?.length === theirs.digests?.length) return;
  throw new RunVoid(
    `The training set differs from that of ${peer} in columns ${differing.join(", ")}: their times cannot be compared`,
  );
}

/** Runs a side and its peer once, compares them, and returns our answer. */
export async function compareOnce(
  peer: string,
  ours: JoinSide,
  theirs: JoinSide,
  extra: object = {},
): Promise<JoinAnswer> {
  const question = { ...extra, isDigested: true };
  const found = await ours(question);
  requireEqual(peer, found, await theirs(question));
  return found;
}
