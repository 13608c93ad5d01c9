import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "@timewell/setup";
import type { SourceFile } from "./source-file.ts";

const fileBytesMax = 2_000_000;

/** Reads every text file that git knows or would add. Binary and very large files are left out. */
export function readRepo(): SourceFile[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const names = execFileSync("git", args, { cwd: repoRoot, encoding: "utf8", maxBuffer: 1 << 26 });
  return [...new Set(names.split("\0"))].flatMap((name) => {
    const file = path.join(repoRoot, name);
    if (name === "" || !existsSync(file) || !statSync(file).isFile() || statSync(file).size > fileBytesMax)
      return [];
    const text = readFileSync(file, "utf8");
    return text.includes("\0") ? [] : [{ path: name, text }];
  });
}
