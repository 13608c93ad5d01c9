import { createHash } from "node:crypto";

/** What a training set is, all of it SHA-256 in lower-case hex. */
export interface TrainingSetContent {
  readonly specDigest: string;
  readonly labelsDigest: string;
  readonly snapshotId: string;
}

/** The id of a training set: the same for the same content, whoever asks for it and however often. */
export function trainingSetIdOf({ specDigest, labelsDigest, snapshotId }: TrainingSetContent): string {
  const hex = createHash("sha256").update(`${specDigest}\n${labelsDigest}\n${snapshotId}\n`).digest("hex");
  return `ts_${hex.slice(0, 32)}`;
}
