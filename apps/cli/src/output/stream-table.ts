import type { GetIngestionStatusResponse } from "@timewell/contracts";
import type { Palette } from "./colour.ts";
import { count } from "./progress.ts";
import { type Cell, renderTable } from "./table.ts";

/** How far the topics of views are read, and what keeps them from it, as a table behind an empty line; empty where there are none. */
export function streamTable({ views }: GetIngestionStatusResponse, palette: Palette): string {
  const streams = views.flatMap(({ view, version, stream }) =>
    stream === undefined ? [] : [{ view: `${view}@${version}`, ...stream }],
  );
  if (streams.length === 0) return "";
  const rows = streams.map(({ view, topic, records, lagRecords, problem }): Cell[] => [
    view,
    topic,
    count(records),
    lagRecords === undefined ? "unknown" : count(lagRecords),
    problem === "" ? { text: "ok", paint: palette.green } : { text: "problem", paint: palette.red },
  ]);
  const problems = [...new Set(streams.map(({ problem }) => problem).filter((problem) => problem !== ""))];
  const told = problems.map((problem) => `${palette.red(problem)}\n`).join("");
  return `\n${renderTable(["VIEW", "TOPIC", "READ", "NOT READ YET", "STATE"], rows, ["READ", "NOT READ YET"])}${told}`;
}
