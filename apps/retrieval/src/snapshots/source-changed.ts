import { FeatureStoreError } from "@timewell/errors";

/** The error for a source file that is not what it was. `problem` says in which way. */
export function sourceChanged(snapshotId: string, path: string, problem: string): FeatureStoreError {
  return new FeatureStoreError(
    "SOURCE_CHANGED",
    `Cannot read the offline store as of snapshot ${snapshotId}: source file ${JSON.stringify(path)} ${problem}`,
    { hint: "Put the file back as it was, or make a new training set" },
  );
}
