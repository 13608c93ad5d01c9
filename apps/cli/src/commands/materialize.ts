import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseTime } from "../inputs/times.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { option } from "../option.ts";
import { runProgress } from "../run-progress.ts";

const example = `timewell materialize airport_hourly --from 2001-01-01 --to 2001-02-01
timewell materialize airport_hourly@2 --from -7d --to now`;

/** `timewell materialize <view> --from --to`. */
export function materializeCommand(cli: Cli): Command {
  return cli
    .command("materialize <view>", "Copies a range of a batch source to the online store", example)
    .addOption(option("--from <time>", "start of the event times, included").makeOptionMandatory())
    .addOption(option("--to <time>", "end of the event times, excluded").makeOptionMandatory())
    .action(
      cli.run<{ from: string; to: string }>(async (session, options, text = "") => {
        const { view, version } = parseViewName(text);
        const fromUs = parseTime(options.from, session.nowUs, "--from");
        const toUs = parseTime(options.to, session.nowUs, "--to");
        const request = { project: session.project, featureView: view, version, fromUs, toUs };
        await runProgress(session, {
          label: `materialize ${text}`,
          verb: "Materialized",
          view: text,
          stream: session.ingestion.materialize(request, { signal: session.io.signal }),
        });
      }),
    );
}
