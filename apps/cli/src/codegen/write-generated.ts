import { FeatureStoreError } from "@timewell/errors";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeWholeFile } from "../files/write-whole-file.ts";
import type { GeneratedFile } from "./generation.ts";
import { marker } from "./header.ts";
import { writeFile } from "node:fs/promises";

/** What became of a file. */
export interface WrittenFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  /** False where it was there with the same content. */
  readonly written: boolean;
}

/**
 * Writes files below a folder, those that differ only. Refuses, before anything is written, where a file is there that was not
 * generated, unless `force`. An `__init__.py` of somebody else stays as it is: any will do.
 */
export async function writeGenerated(
  folder: string,
  files: readonly GeneratedFile[],
  force: boolean,
): Promise<WrittenFile[]> {
  const present = await Promise.all(files.map((file) => readIfThere(join(folder, file.path))));
  const foreign = (i: number) => present[i] !== undefined && !present[i].split("\n", 1)[0]!.includes(marker);
  const isPackageFile = (i: number) => basename(files[i]!.path) === "__init__.py";
  const refused = files.filter((_, i) => foreign(i) && !isPackageFile(i) && !force);
  if (refused.length > 0) {
    const names = refused.map((file) => file.path).join(", ");
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot write to ${folder}: ${names} ${refused.length === 1 ? "is" : "are"} there and not generated`,
      { field: "--out", hint: "Name another folder, or overwrite with --force." },
    );
  }
  const written: WrittenFile[] = [];
  for (const [i, { path, content }] of files.entries()) {
    const isKept = present[i] === content || (foreign(i) && isPackageFile(i));
    if (!isKept) await writeWholeFile(join(folder, path), (temporary) => writeFile(temporary, content));
    written.push({ path, written: !isKept });
  }
  return written;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
