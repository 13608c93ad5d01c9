import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseDurationFlag } from "../inputs/durations.ts";
import { parseTime } from "../inputs/times.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { option } from "../option.ts";
import { runProgress } from "../run-progress.ts";

const example = `timewell materialize-incremental airport_hourly
timewell materialize-incremental airport_hourly --to -1h --overlap 6h`;

/** `timewell materialize-incremental <view>`. */
export function materializeIncrementalCommand(cli: Cli): Command {
  return cli
    .command(
      "materialize-incremental <view>",
      "Copies what came to a batch source since the last run",
      example,
    )
    .addOption(option("--to <time>", "end of the event times, excluded [now]"))
    .addOption(option("--overlap <duration>", "look again so far before the last end, for late rows [1d]"))
    .action(
      cli.run<{ to?: string; overlap?: string }>(async (session, options, text = "") => {
        const { view, version } = parseViewName(text);
        const toUs = options.to === undefined ? undefined : parseTime(options.to, session.nowUs, "--to");
        const overlapMs = parseDurationFlag(options.overlap, "--overlap");
        const request = {
          project: session.project,
          featureView: view,
          version,
          ...(toUs !== undefined && { toUs }),
          ...(overlapMs !== undefined && { overlapMs }),
        };
        await runProgress(session, {
          label: `materialize ${text}`,
          verb: "Materialized",
          view: text,
          stream: session.ingestion.materializeIncremental(request, { signal: session.io.signal }),
        });
      }),
    );
}
