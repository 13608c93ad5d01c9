import { Command } from "commander";
import type { Cli } from "../cli.ts";
import { appNames, parseAppName } from "../apps/app-names.ts";
import { startApp } from "../apps/child-app.ts";

const help = `
Apps: ${appNames.join(", ")}. Flags after the app are its own; see them with \`timewell serve <app> --help\`.

Example:
  timewell serve                                     (all four services in one process)
  timewell serve standalone --data-dir /tmp/timewell
  timewell serve registry --listen 127.0.0.1:7401
`;

/** `timewell serve [app] [flags…]`. */
export function serveCommand(cli: Cli): Command {
  return new Command("serve")
    .summary("Runs an app: all four services, or one of them")
    .description("Runs an app: all four services in one process, or one of them. It ends with Ctrl-C.")
    .argument("[app]", "which app", "standalone")
    .argument("[flags...]", "passed on as they are")
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText("after", help)
    .action(async (word: string, flags: readonly string[]) => {
      // Flags without an app are meant for the one that is run when none is named.
      const isFlag = word.startsWith("-");
      const name = isFlag ? "standalone" : parseAppName(word);
      const { io } = cli;
      const app = startApp(name, isFlag ? [word, ...flags] : flags, {
        env: io.env,
        cwd: io.cwd,
        output: "inherit",
      });
      io.signal.addEventListener("abort", () => app.stop(), { once: true });
      cli.exitCode = await app.ended;
    });
}
