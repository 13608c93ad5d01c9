import { stat } from "node:fs/promises";
import { FeatureStoreError } from "@timewell/errors";

/** Fails with FILE_NOT_FOUND for the first path that is not a file. */
export async function requireFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isFile = await stat(path).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (isFile) continue;
    throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot read ${path}: there is no such file`, {
      hint: "Check the path, and that the file was not moved",
    });
  }
}
