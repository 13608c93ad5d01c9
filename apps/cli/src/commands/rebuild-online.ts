import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { runProgress } from "../run-progress.ts";

const example = `timewell rebuild-online airport_hourly`;

/** `timewell rebuild-online <view>`. */
export function rebuildOnlineCommand(cli: Cli): Command {
  return cli
    .command(
      "rebuild-online <view>",
      "Writes the online rows of a view again, from runs, segments and log",
      example,
    )
    .action(
      cli.run(async (session, _options, text = "") => {
        const { view, version } = parseViewName(text);
        const request = { project: session.project, featureView: view, version };
        await runProgress(session, {
          label: `rebuild ${text}`,
          verb: "Rebuilt",
          view: text,
          stream: session.ingestion.rebuildOnline(request, { signal: session.io.signal }),
        });
      }),
    );
}
