import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runStream } from "./run-stream.ts";
import { wrongRecords } from "./topic.ts";

const usage = `Usage: npm run quickstart:stream [-- OPTIONS]

  Streams a week of flights through a Kafka broker of its own into windows of one hour and one day, and compares what is
  served with a loop over the flights.

  --out DIR   folder for the state; default: out in this repository

Exit codes: 0 nothing differs, 1 something differs, 2 wrong usage or a failure`;

const options = {
  out: { type: "string", default: fileURLToPath(new URL("../../../../out", import.meta.url)) },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const summary = await runStream({
    outDirectory: resolve(values.out),
    say: (line) => console.log(line),
    nowMs: () => performance.now(),
  });
  for (const line of summary.differences.slice(0, 20)) console.log(`  ${line}`);
  console.log(
    `${summary.flights} flights, ${summary.instants} instants, ${summary.answers} values compared: ${summary.differences.length} differences`,
  );
  return summary.differences.length === 0 && summary.quarantined.length === wrongRecords.length ? 0 : 1;
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
