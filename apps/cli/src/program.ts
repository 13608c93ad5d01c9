import { Command } from "commander";
import type { Cli } from "./cli.ts";
import { applyCommand } from "./commands/apply.ts";
import { backfillCommand } from "./commands/backfill.ts";
import { compactCommand } from "./commands/compact.ts";
import { deleteCommand } from "./commands/delete.ts";
import { describeCommand } from "./commands/describe.ts";
import { devCommand } from "./commands/dev.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { eraseCommand } from "./commands/erase.ts";
import { gcCommand } from "./commands/gc.ts";
import { genCommand } from "./commands/gen.ts";
import { getCommand } from "./commands/get.ts";
import { initCommand } from "./commands/init.ts";
import { listCommand } from "./commands/list.ts";
import { materializeIncrementalCommand } from "./commands/materialize-incremental.ts";
import { materializeCommand } from "./commands/materialize.ts";
import { modelsCommand } from "./commands/models.ts";
import { planCommand } from "./commands/plan.ts";
import { pushCommand } from "./commands/push.ts";
import { quarantineCommand } from "./commands/quarantine.ts";
import { rebuildOnlineCommand } from "./commands/rebuild-online.ts";
import { serveCommand } from "./commands/serve.ts";
import { statusCommand } from "./commands/status.ts";
import { trainCommand } from "./commands/train.ts";
import { trainingSetsCommand } from "./commands/training-sets.ts";

/** Version of the command. */
export const version = "0.1.0";

const groups: readonly (readonly [string, readonly ((cli: Cli) => Command)[]])[] = [
  ["Begin:", [initCommand, devCommand]],
  ["Define:", [planCommand, applyCommand, listCommand, describeCommand, deleteCommand]],
  [
    "Fill:",
    [materializeCommand, materializeIncrementalCommand, backfillCommand, pushCommand, quarantineCommand],
  ],
  ["Read:", [getCommand, trainCommand, trainingSetsCommand, modelsCommand, genCommand]],
  [
    "Run:",
    [
      serveCommand,
      statusCommand,
      doctorCommand,
      rebuildOnlineCommand,
      gcCommand,
      compactCommand,
      eraseCommand,
    ],
  ],
];

const closing = `
Every option is a flag or an environment variable (--max-age is TIMEWELL_MAX_AGE), and those of every command may
stand in timewell.config.json; the flag wins, then the environment, then the file.
Times: 2001-01-31T15:00:00Z (without a zone: UTC), now, -6h, or microseconds since 1970. Durations: 30s, 5m, 6h, 7d.
Exit codes: 0 done, 1 failed, 2 plan found changes or the command line is wrong, 130 interrupted.

Begin with \`timewell init\`; \`timewell <command> --help\` shows an example of each.
`;

/** The whole command line. It throws a CommanderError instead of ending the process. */
export function buildProgram(cli: Cli): Command {
  const program = new Command("timewell")
    .description(
      "Timewell, a feature store: define features, fill them, read them online and as training sets.",
    )
    .version(version, "--version", "show the version")
    .enablePositionalOptions()
    .addHelpText("after", closing);
  for (const [heading, makers] of groups) {
    for (const make of makers) {
      const command = make(cli).helpGroup(heading);
      program.addCommand(make === serveCommand ? command : cli.share(command));
    }
  }
  program.helpCommand(true).configureHelp({ helpWidth: Math.min(cli.io.columns, 110) });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void cli.io.out(text),
      writeErr: (text) => cli.io.err(text),
      outputError: (text, write) => write(text.replace(/^error:/, "Error:")),
      getOutHasColors: () => cli.io.outIsTerminal,
      getErrHasColors: () => cli.io.errIsTerminal,
    });
    command.configureHelp({ helpWidth: Math.min(cli.io.columns, 110) });
    command.showHelpAfterError(
      `Run \`timewell ${command === program ? "" : `${command.name()} `}--help\` for help.`,
    );
  }
  return program;
}
