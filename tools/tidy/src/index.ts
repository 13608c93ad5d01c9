export { allRules } from "./all-rules.ts";
export { readRepo } from "./read-repo.ts";
export type { Rule, SourceFile, Violation } from "./source-file.ts";
