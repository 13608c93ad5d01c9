import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseDurationFlag } from "../inputs/durations.ts";
import { parseTime } from "../inputs/times.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { option } from "../option.ts";
import { runProgress } from "../run-progress.ts";

const example = `timewell materialize-incremental airport_hourly
timewell materialize-incremental airport_hourly --to -1h --overlap 6h`;

const description = `Copies everything before the end that no run has covered yet.

The first run takes everything. Then what is covered goes up to the end of the last run. A run of \`timewell
materialize\` counts too, where its range starts at or before the end of what is covered; one that starts later
leaves a gap, and what is covered stays as it was. With a created column, rows are read that happened after what is
covered or were created since, so that no late row is missed; without one, rows that happened after it, and
those of the overlap before it.`;

/** `timewell materialize-incremental <view>`. */
export function materializeIncrementalCommand(cli: Cli): Command {
  return cli
    .command("materialize-incremental <view>", "Copies everything that no run has covered yet", example)
    .description(description)
    .addOption(option("--to <time>", "end of the event times, excluded [now]"))
    .addOption(option("--overlap <duration>", "look again so far before the covered end, for late rows [1d]"))
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
