import type { CompactSegmentsResponse } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { count, Progress } from "../output/progress.ts";

const example = `timewell compact
timewell compact airport_hourly`;

/** `timewell compact [view]`. */
export function compactCommand(cli: Cli): Command {
  return cli.command("compact [view]", "Merges small segments of the offline store", example).action(
    cli.run(async (session, _options, view = "") => {
      const request = { project: session.project, featureView: view };
      const bar = new Progress(session.io, `compact ${view}`.trim());
      let last: CompactSegmentsResponse | undefined;
      try {
        const signal = session.io.signal;
        for await (const progress of session.ingestion.compactSegments(request, { signal })) {
          last = progress;
          bar.update({ done: Number(progress.rows), total: 0 });
        }
      } finally {
        bar.finish();
      }
      if (last?.done !== true)
        throw new FeatureStoreError(
          "INTERNAL",
          "Cannot finish the compaction: the stream ended before the work was done",
          { hint: "Run it again: what is merged already stays merged." },
        );
      const { segmentsMerged, segmentsWritten, rows } = last;
      const of = view === "" ? "every view" : view;
      await session.print(
        { project: session.project, view: of, segmentsMerged, segmentsWritten, rows },
        segmentsMerged === 0
          ? `${of} has no small segments to merge.\n`
          : `Merged ${count(segmentsMerged)} segments of ${of} to ${count(segmentsWritten)}, ${count(rows)} rows.\n`,
      );
    }),
  );
}
