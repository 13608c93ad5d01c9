import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { dataDirectory } from "./data-files.ts";
import { runQuickstart } from "./run-quickstart.ts";
import { startEmbedded } from "./start-embedded.ts";
import { summaryTable } from "./summary-table.ts";
import { verdict } from "./verdict.ts";

const usage = `Usage: npm run quickstart [-- OPTIONS]            one process on embedded engines
       npm run quickstart:servers [-- OPTIONS]    four processes on Redis and PostgreSQL

  --break-one   alter one online row, to see that the proof finds exactly 1 difference
  --out DIR     folder for training.parquet and summary.json; default: out in this repository
  --servers     what quickstart:servers adds

Exit codes: 0 nothing differs, 1 something differs (with --break-one it must), 2 wrong usage or a failure`;

const options = {
  servers: { type: "boolean", default: false },
  "break-one": { type: "boolean", default: false },
  out: { type: "string", default: fileURLToPath(new URL("../../../out", import.meta.url)) },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const summary = await runQuickstart({
    deployment: values.servers ? "servers" : "embedded",
    start: values.servers ? (await import("./start-servers.ts")).startServers : startEmbedded,
    dataDirectory,
    outDirectory: resolve(values.out),
    breakOne: values["break-one"],
    say: (line) => console.log(line),
    nowMs: () => performance.now(),
  });
  const { isEqual, text } = verdict(summary);
  console.log(`\n${summaryTable(summary)}\n`);
  for (const line of summary.firstDifferences) console.log(`  ${line}`);
  console.log(`${text}\n${summary.seconds} s in all; figures in ${resolve(values.out, "summary.json")}`);
  return isEqual ? 0 : 1;
}

// Ending in good order ends the child processes too.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  console.error(isUsage ? `${error.message}\n\n${usage}` : error);
  process.exitCode = 2;
}
