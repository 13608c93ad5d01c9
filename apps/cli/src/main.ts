import { systemClock } from "@timewell/ttl";
import type { CliIo } from "./cli-io.ts";
import { runCli } from "./run-cli.ts";

const args = process.argv.slice(2);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interrupted.abort());
}
// A reader like `head` may close stdout early; that is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});
// Node's own remarks, for example that a package.json has no "type", are not for users.
if (!args.includes("--verbose")) process.removeAllListeners("warning");

const io: CliIo = {
  out: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock(),
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  columns: process.stdout.columns ?? process.stderr.columns ?? 110,
  signal: interrupted.signal,
};

const exitCode = await runCli(args, io);
// Connections to the services are kept alive; nobody waits for them.
process.stderr.write("", () => process.exit(exitCode));
