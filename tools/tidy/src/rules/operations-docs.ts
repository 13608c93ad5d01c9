import { isTest, type Rule, type SourceFile, type Violation } from "../source-file.ts";

const page = "docs/operations.md";
const settingsFile =
  /^(apps\/\w+\/src\/config|apps\/ingestion\/src\/\w+\/\w+-options|libs\/service\/src\/config\/\w+-options)\.ts$/;

/** Metrics as code registers them. */
function registeredMetrics(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => /^(apps|libs)\/.*\.ts$/.test(file.path) && !isTest(file))
    .flatMap(({ text }) => [...text.matchAll(/name: "(timewell_\w+)"/g)].map(([, name = ""]) => name));
}

/** Flags as code declares them: `dataDir: pathOption(` is `--data-dir`. */
function declaredFlags(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => settingsFile.test(file.path))
    .flatMap(({ text }) => [...text.matchAll(/^\s*(\w+): (?!_)\w*Option\(/gm)].map(([, name = ""]) => name))
    .map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

/** What the page has of one kind and the code has not, and the reverse. */
function differences(what: string, inCode: readonly string[], onPage: readonly string[]): Violation[] {
  const missing = [...new Set(inCode)].filter((name) => !onPage.includes(name));
  const invented = [...new Set(onPage)].filter((name) => !inCode.includes(name));
  return [
    ...missing.map((name) => ({ where: page, message: `${what} ${name} is missing. Add it.` })),
    ...invented.map((name) => ({ where: page, message: `${what} ${name} is not in the code. Remove it.` })),
  ];
}

/** Rows of tables begin with the metric or flag that they are about. */
function rowsOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

/** `docs/operations.md` lists the metrics and the settings of servers that there are. */
export const operationsDocs: Rule = {
  name: "every metric and every setting of a server is documented, and the reverse",
  check(files) {
    const text = files.find(({ path }) => path === page)?.text;
    if (text === undefined) return [];
    return [
      ...differences("metric", registeredMetrics(files), rowsOf(text, /^\| `(timewell_\w+)`/gm)),
      ...differences("setting", declaredFlags(files), rowsOf(text, /^\| `(--[\w-]+)/gm)),
    ];
  },
};
