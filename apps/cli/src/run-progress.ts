import type { Progress as ProgressMessage } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { count, Progress } from "./output/progress.ts";
import { durationText, timeText } from "./output/time-text.ts";
import type { Session } from "./session.ts";

/** A long work of the ingestion service. */
export interface Work {
  /** For the progress bar. */
  readonly label: string;
  /** What was done, for the summary. */
  readonly verb: string;
  /** To what. */
  readonly view: string;
  /** What became of the changed rows. */
  readonly changed?: string;
  /** What there is to tell besides, when it is done: fields of the document, and text for the end of the summary. */
  readonly details?: () => { readonly fields: object; readonly text: string };
  readonly stream: AsyncIterable<{ readonly progress?: ProgressMessage | undefined }>;
}

/** Follows a work to its end, with a progress bar, and prints what came of it. */
export async function runProgress(session: Session, work: Work): Promise<void> {
  const startMs = session.io.clock.monotonicMs();
  const bar = new Progress(session.io, work.label);
  let last: ProgressMessage | undefined;
  try {
    for await (const { progress } of work.stream) {
      if (progress === undefined) continue;
      last = progress;
      bar.update({ done: Number(progress.rowsRead), total: Number(progress.rowsTotal) });
    }
  } finally {
    bar.finish();
  }
  if (last?.done !== true) {
    throw new FeatureStoreError(
      "INTERNAL",
      `Cannot finish ${work.label}: the stream ended before the work was done`,
      {
        hint: "Run it again: rows that were written already do no harm.",
      },
    );
  }
  const durationMs = session.io.clock.monotonicMs() - startMs;
  const details = work.details?.() ?? { fields: {}, text: "" };
  await session.print(
    {
      project: session.project,
      view: work.view,
      run: last.run,
      rowsRead: last.rowsRead,
      rowsWritten: last.rowsWritten,
      rowsExpired: last.rowsExpired,
      rowsViolating: last.rowsViolating,
      fromUs: last.fromUs,
      toUs: last.toUs,
      ...details.fields,
      durationMs: Math.round(durationMs),
    },
    `${summary(work, last, durationMs)}${details.text}.\n`,
  );
}

function summary(work: Work, last: ProgressMessage, durationMs: number): string {
  const range = last.toUs > last.fromUs ? ` from ${timeText(last.fromUs)} to ${timeText(last.toUs)}` : "";
  const violating = last.rowsViolating > 0n ? `, ${count(last.rowsViolating)} against constraints` : "";
  const expired = last.rowsExpired > 0n ? `, ${count(last.rowsExpired)} too old to store` : "";
  const run = last.run > 0n ? ` (run ${last.run})` : "";
  const perSecond = durationMs > 0 ? `, ${count((Number(last.rowsRead) / durationMs) * 1000)} rows/s` : "";
  return `${work.verb} ${work.view}${range}: ${count(last.rowsRead)} rows read, ${count(last.rowsWritten)} ${work.changed ?? "changed online"}${expired}${violating} in ${durationText(durationMs)}${perSecond}${run}`;
}
