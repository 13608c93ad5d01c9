// npm run bench -- [NAME] [--json FILE] [--quick] [--only REGEX] [--pairs N] [--profile [FOLDER]]
import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Bench, BenchContext } from "./bench.ts";
import { allBenches } from "./benches/all-benches.ts";
import { figuresJson } from "./harness/figures-json.ts";
import { isMet } from "./harness/figure.ts";
import { machineFacts } from "./harness/machine-facts.ts";
import { table } from "./harness/table.ts";
import type { BenchResult } from "./bench.ts";

const usage = `Usage: npm run bench -- NAME [options]

  --json FILE       write the figures to a file
  --only REGEX      only the figures whose names match
  --pairs N         counted pairs or rounds of runs for each ratio
  --quick           small sizes: shows that the bench runs; its numbers say nothing
  --profile [FOLDER]  leave CPU profiles of the servers there, else in out/profiles
`;

const defaultProfileFolder = "out/profiles";

const { positionals, values } = parseArgs({
  args: withProfileFolder(process.argv.slice(2)),
  allowPositionals: true,
  options: {
    json: { type: "string" },
    only: { type: "string" },
    pairs: { type: "string" },
    quick: { type: "boolean", default: false },
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const [name] = positionals;
const bench = allBenches.find((candidate) => candidate.name === name);
if (name === undefined || values.help) {
  process.stdout.write(`${usage}\n${allBenches.flatMap(describeBench).join("\n")}\n`);
} else if (bench === undefined) {
  const names = allBenches.map((candidate) => candidate.name).join(", ");
  process.stderr.write(
    `Cannot run bench ${JSON.stringify(name)}: there is none of that name. Name one of ${names}.\n`,
  );
  process.exitCode = 2;
} else {
  const result = await bench.run(contextOf());
  process.stdout.write(`${report(result).join("\n")}\n`);
  if (values.json !== undefined) await writeFile(values.json, figuresJson(result));
  if (result.isVoid === true) process.exitCode = 1;
}

/** `--profile` may stand alone. */
function withProfileFolder(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const isAlone = arg === "--profile" && (args[i + 1]?.startsWith("-") ?? true);
    return isAlone ? [arg, defaultProfileFolder] : [arg];
  });
}

function contextOf(): BenchContext {
  const profileFolder = values.profile === undefined ? undefined : path.resolve(values.profile);
  if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
  return {
    isQuick: values.quick,
    only: values.only === undefined ? undefined : new RegExp(values.only),
    pairs: values.pairs === undefined ? undefined : Math.max(1, Number.parseInt(values.pairs, 10)),
    profileFolder,
    say: (line) => void process.stderr.write(`${line}\n`),
  };
}

function describeBench({ name: title, summary, measures }: Bench): string[] {
  const rows = Object.entries(measures).map(([figure, text]) => `    ${figure}: ${text}`);
  return [`  ${title}: ${summary}`, ...rows];
}

function report({ figures, details, tables = [] }: BenchResult): string[] {
  const facts = Object.entries(machineFacts()).map(([fact, value]) => `${fact} ${value}`);
  const rows = figures.map((figure) => [
    figure.name,
    figure.ours,
    figure.peer,
    figure.value.toPrecision(4),
    figure.unit,
    `${figure.better === "higher" ? "≥" : "≤"} ${figure.target}`,
    isMet(figure) ? "yes" : "NO",
  ]);
  const counted = details.map(({ name: detail, value, unit }) => [detail, value.toPrecision(4), unit]);
  const own = tables.flatMap(({ title, head, rows: lines }) => [title, "", ...table(head, lines), ""]);
  if (figures.length === 0) return [facts.join(", "), "", ...own];
  return [
    facts.join(", "),
    "",
    ...own,
    ...table(["figure", "ours", "peer", "value", "unit", "target", "met"], rows),
    "",
    ...table(["detail", "value", "unit"], counted),
  ];
}
