import { CommanderError } from "commander";
import type { CliIo } from "./cli-io.ts";
import { Cli } from "./cli.ts";
import { describeError, reportError } from "./errors/report-error.ts";
import { exitCodes } from "./exit-codes.ts";
import { buildProgram } from "./program.ts";

/** Runs one command line (without the program's name) and returns the exit code. Never throws. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const cli = new Cli(io);
  const program = buildProgram(cli);
  try {
    await program.parseAsync([...args], { from: "user" });
    return cli.exitCode;
  } catch (reason) {
    if (reason instanceof CommanderError) return endOfParsing(reason, args, io);
    if (io.signal.aborted) {
      io.err("Interrupted.\n");
      return exitCodes.interrupted;
    }
    const isVerbose = cli.session?.isVerbose ?? args.includes("--verbose");
    await reportError(io, describeError(reason, cli.session), {
      isJson: cli.session?.isJson ?? wantsJson(args, io),
      ...(isVerbose && { cause: reason }),
    });
    return exitCodes.error;
  } finally {
    cli.session?.close();
  }
}

/** Commander has told already what it was about. */
async function endOfParsing(reason: CommanderError, args: readonly string[], io: CliIo): Promise<number> {
  if (reason.exitCode === 0) return exitCodes.ok;
  if (wantsJson(args, io)) {
    const message = reason.message.replace(/^error: /, "");
    await io.out(`${JSON.stringify({ error: { kind: "USAGE", message, field: "", hint: "" } }, null, 2)}\n`);
  }
  return args[0] === "plan" ? exitCodes.error : exitCodes.usage;
}

/** For errors that come before the options are read. */
function wantsJson(args: readonly string[], io: CliIo): boolean {
  const at = args.indexOf("--output");
  const given =
    at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith("--output="))?.slice("--output=".length);
  return (given ?? io.env["TIMEWELL_OUTPUT"]) === "json";
}
