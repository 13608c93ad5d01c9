import { bannedCalls } from "./rules/banned-calls.ts";
import { cliDocs } from "./rules/cli-docs.ts";
import { curatedExports } from "./rules/curated-exports.ts";
import { deadFiles } from "./rules/dead-files.ts";
import { declaredImports } from "./rules/declared-imports.ts";
import { documentedExports } from "./rules/documented-exports.ts";
import { errorDocs } from "./rules/error-docs.ts";
import { grpcWrites } from "./rules/grpc-writes.ts";
import { markdownLinks } from "./rules/markdown-links.ts";
import { markdownTitles } from "./rules/markdown-titles.ts";
import { noSkippedTests } from "./rules/no-skipped-tests.ts";
import { operationsDocs } from "./rules/operations-docs.ts";
import { plainText } from "./rules/plain-text.ts";
import { semanticsNumbers } from "./rules/semantics-numbers.ts";
import { sizes } from "./rules/sizes.ts";
import type { Rule } from "./source-file.ts";

/** What the repository promises about its own text. */
export const allRules: readonly Rule[] = [
  bannedCalls,
  cliDocs,
  curatedExports,
  deadFiles,
  declaredImports,
  documentedExports,
  errorDocs,
  grpcWrites,
  markdownLinks,
  markdownTitles,
  noSkippedTests,
  operationsDocs,
  plainText,
  semanticsNumbers,
  sizes,
];
