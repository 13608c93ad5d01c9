import type { BackfillResponse } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseDurationFlag } from "../inputs/durations.ts";
import { parseTime } from "../inputs/times.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { option } from "../option.ts";
import { runProgress } from "../run-progress.ts";

const example = `timewell backfill airport_hourly --from 2001-01-01 --to 2002-01-01
timewell backfill airport_hourly --from 2001-01-01 --to 2002-01-01 --chunk 7d --parallel 4
timewell backfill airport_hourly --from 2001-01-01 --to 2002-01-01 --again`;

const description = `Runs a view over a range of its history again, chunk by chunk.

Each chunk that is done is recorded. Where a backfill was cut, the same command goes on where it was; --again begins
anew. Rows that are pushed or stream in meanwhile are safe: an older value never takes the place of a newer one.`;

interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly chunk?: string;
  readonly parallel?: string;
  readonly again?: boolean;
}

/** `timewell backfill <view> --from --to`. */
export function backfillCommand(cli: Cli): Command {
  return cli
    .command(
      "backfill <view>",
      "Runs a view over a range of its history, and goes on where it was cut",
      example,
    )
    .description(description)
    .addOption(option("--from <time>", "start of the event times, included").makeOptionMandatory())
    .addOption(option("--to <time>", "end of the event times, excluded").makeOptionMandatory())
    .addOption(option("--chunk <duration>", "length of a chunk [so that there are at most 100]"))
    .addOption(option("--parallel <n>", "chunks at a time, 1 to 8 [2]"))
    .addOption(option("--again", "do chunks again that are done"))
    .action(
      cli.run<BackfillOptions>(async (session, options, text = "") => {
        const { view, version } = parseViewName(text);
        const chunkMs = parseDurationFlag(options.chunk, "--chunk");
        const request = {
          project: session.project,
          featureView: view,
          version,
          fromUs: parseTime(options.from, session.nowUs, "--from"),
          toUs: parseTime(options.to, session.nowUs, "--to"),
          parallelism: parseParallel(options.parallel),
          again: options.again === true,
          ...(chunkMs !== undefined && { chunkMs }),
        };
        let last: BackfillResponse | undefined;
        const stream = session.ingestion.backfill(request, { signal: session.io.signal });
        await runProgress(session, {
          label: `backfill ${text}`,
          verb: "Backfilled",
          view: text,
          stream: tapped(stream, (response) => (last = response)),
          details: () => ({
            fields: { chunks: last?.chunks, chunksBefore: last?.chunksBefore },
            text: last === undefined ? "" : chunksText(last),
          }),
        });
      }),
    );
}

async function* tapped<T>(stream: AsyncIterable<T>, see: (item: T) => void): AsyncGenerator<T> {
  for await (const item of stream) {
    see(item);
    yield item;
  }
}

function chunksText({ chunks, chunksBefore }: BackfillResponse): string {
  const before = chunksBefore > 0 ? `, ${chunksBefore} of them done before` : "";
  return `, ${chunks} ${chunks === 1 ? "chunk" : "chunks"}${before}`;
}

function parseParallel(text = "2"): number {
  if (/^[1-8]$/.test(text)) return Number(text);
  throw new FeatureStoreError(
    "INVALID_VALUE",
    `Cannot use --parallel: got ${JSON.stringify(text)}, expected 1 to 8`,
    {
      field: "--parallel",
      hint: "Leave it out for 2",
    },
  );
}
