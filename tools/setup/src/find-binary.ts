import { accessSync, constants, readdirSync } from "node:fs";
import path from "node:path";

const debianPostgres = "/usr/lib/postgresql";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps the server binaries of PostgreSQL out of the PATH, one folder a version; the newest comes first. */
function debianPostgresFolders(): string[] {
  try {
    const versions = readdirSync(debianPostgres).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => path.join(debianPostgres, version, "bin"));
  } catch {
    return [];
  }
}

/** Finds the first of these programs, in the PATH or where Debian puts PostgreSQL; undefined where there is none. */
export function findBinary(...names: string[]): string | undefined {
  const inPath = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const folders = [...debianPostgresFolders(), ...inPath];
  for (const name of names) {
    const found = folders.map((folder) => path.join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}
