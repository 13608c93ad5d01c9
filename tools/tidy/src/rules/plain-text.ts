import { isGenerated } from "../source-file.ts";
import type { Rule, SourceFile, Violation } from "../source-file.ts";

interface Pattern {
  readonly pattern: RegExp;
  readonly message: string;
}

// Put together from parts, so that this file obeys itself.
const notes = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|");
const folders = ["work", "root", "home", "Users"].join("|");
const hosts = ["registry.npm" + "js.org", "registry.yarn" + "pkg.com"]
  .map((h) => h.replace(".", "\\."))
  .join("|");

const patterns: readonly Pattern[] = [
  {
    pattern: new RegExp(`\\b(${notes})\\b`),
    message: "a note for later. Do it now, or open an issue.",
  },
  {
    pattern: new RegExp(`(^|["'\`\\s(=:])/(${folders})/`),
    message: "a path of one machine. Use a path relative to the file, or a temporary folder.",
  },
  {
    pattern: new RegExp(`"resolved": "https?:|${hosts}`),
    message: "a registry's host. Keep omit-lockfile-registry-resolved in .npmrc and run npm install again.",
  },
];

function checkFile(file: SourceFile): Violation[] {
  return file.text
    .split("\n")
    .flatMap((line, index) =>
      patterns
        .filter(({ pattern }) => pattern.test(line))
        .map(({ message }) => ({ where: `${file.path}:${index + 1}`, message })),
    );
}

/** Text of any kind: no notes for later, no paths of one machine, no registry hosts. */
export const plainText: Rule = {
  name: "files hold nothing of one machine and no notes for later",
  check: (files) => files.filter((file) => !isGenerated(file)).flatMap(checkFile),
};
