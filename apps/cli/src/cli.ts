import { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { exitCodes } from "./exit-codes.ts";
import { option } from "./option.ts";
import { Session } from "./session.ts";
import { readSettings } from "./settings.ts";
import { FeatureStoreError, showValue } from "@timewell/errors";

/** Options by name, as commander gives them. */
export type Flags = Readonly<Record<string, unknown>>;

/** Does the work of a command and returns its exit code; nothing means 0. */
export type Handler<Options> = (
  session: Session,
  options: Options,
  ...args: (string | undefined)[]
) => Promise<number | void>;

/** Makes commands that share their options, and keeps what came of the one that ran. */
export class Cli {
  readonly io: CliIo;
  exitCode: number = exitCodes.ok;
  /** Set once the options of the running command are read. */
  session: Session | undefined;

  constructor(io: CliIo) {
    this.io = io;
  }

  /** A command with an example of its use. */
  command(usage: string, summary: string, example: string): Command {
    const [name = ""] = usage.split(" ");
    const command = new Command(name).summary(summary).description(`${summary}.`);
    const args = usage.slice(name.length).trim();
    if (args !== "") command.arguments(args);
    return command.addHelpText("after", `\nExample:\n${example.replace(/^/gm, "  ")}\n`);
  }

  /** Adds the options of every command, below its own. */
  share(command: Command): Command {
    for (const shared of sharedOptions()) command.addOption(shared.helpGroup("Options of every command:"));
    return command;
  }

  /** The action of a command: settings are read, then the handler runs. */
  run<Options = Flags>(handler: Handler<Options>): (...args: unknown[]) => Promise<void> {
    return async (...args) => {
      const options = args.at(-2) as Flags;
      const session = new Session(this.io, readSettings(options, this.io.cwd), {
        isJson: isJsonWanted(options["output"]),
        isVerbose: options["verbose"] === true,
      });
      this.session = session;
      const startMs = this.io.clock.monotonicMs();
      const exitCode = await handler(session, options as Options, ...(args.slice(0, -2) as string[]));
      this.exitCode = exitCode ?? exitCodes.ok;
      session.trace(`Took ${Math.round(this.io.clock.monotonicMs() - startMs)} ms`);
    };
  }
}

function sharedOptions() {
  return [
    option("--output <format>", "table for people, json for programs: one document on stdout"),
    option("--project <name>", "project that the command is about [default]"),
    option("--registry <url>", "where FeatureRegistry is [http://127.0.0.1:7401]"),
    option("--serving <url>", "where OnlineServing is [http://127.0.0.1:7402]"),
    option("--retrieval <url>", "where OfflineRetrieval is [http://127.0.0.1:7403]"),
    option("--ingestion <url>", "where Ingestion is [http://127.0.0.1:7404]"),
    option("--token <text>", "bearer token; better in the environment than on the command line"),
    option("--tls-ca <file>", "PEM file of the authorities to trust, for https"),
    option("--verbose", "tell timings, and the cause of an error"),
  ];
}

function isJsonWanted(output: unknown): boolean {
  if (output === undefined || output === "table" || output === "json") return output === "json";
  throw new FeatureStoreError("INVALID_CONFIG", `Cannot use --output: got ${showValue(output)}`, {
    field: "--output",
    hint: "Use table or json.",
  });
}
