import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { runProgress } from "../run-progress.ts";

const example = `timewell gc
timewell gc airport_hourly`;

/** `timewell gc [view]`. */
export function gcCommand(cli: Cli): Command {
  return cli.command("gc [view]", "Removes online rows that are past ttl plus grace", example).action(
    cli.run(async (session, _options, view = "") => {
      const request = { project: session.project, featureView: view };
      await runProgress(session, {
        label: `gc ${view}`.trim(),
        verb: "Looked through",
        view: view === "" ? "every view" : view,
        changed: "removed",
        stream: session.ingestion.collectGarbage(request, { signal: session.io.signal }),
      });
    }),
  );
}
