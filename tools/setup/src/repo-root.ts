import path from "node:path";

/** The absolute path of this repository. */
export const repoRoot: string = path.resolve(import.meta.dirname, "../../..");
