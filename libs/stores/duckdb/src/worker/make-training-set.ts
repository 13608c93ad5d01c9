import { serialize } from "node:v8";
import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { RowRange, TrainingPlan, TrainingSummary } from "@timewell/store-ports";
import { builderFor } from "../arrow/builder-for.ts";
import type { LabelScan, TrainingQuery, ViewJoin, WindowsJoin } from "../plan/training-query.ts";
import { Parameters } from "../sql/parameters.ts";
import { hasLogRows } from "../sql/history-rows.ts";
import { trainingRows } from "../sql/training-rows.ts";
import type { FrameWriter } from "../wire/frame-writer.ts";
import { withHead } from "../wire/headed-payload.ts";
import { checkLabels, instantsOf } from "./check-labels.ts";
import { collectGarbage } from "./collect-garbage.ts";
import type { Database } from "./database.ts";
import { findRows } from "./find-rows.ts";
import { foldWindows } from "./fold-windows.ts";
import { outputNames } from "./output-names.ts";
import { planHistory } from "./plan-history.ts";
import { instantOf, planLabels } from "./plan-labels.ts";
import { batchRowsDefault, rowRange } from "./row-range.ts";
import type { StreamedResult } from "./streamed-result.ts";
import { TrainingBatches } from "./training-batches.ts";

/** Batches that one statement makes: a join of many labels is one of parts of them, each in the same memory. */
const batchesPerStatement = 16;

/** Makes a training set: sends its schema and batches, returns the summary. */
export async function makeTrainingSet(
  database: Database,
  plan: TrainingPlan,
  frames: FrameWriter,
): Promise<TrainingSummary> {
  const warnings: string[] = [];
  const labels = await planLabels(database, plan, warnings);
  const output = outputNames(plan, labels);
  const { rows, ...times } = await checkLabels(database, labels);
  const range = rowRange(rows, plan);
  const query = await planQuery(database, plan, labels, { range, times });
  const shown = labels.columns.flatMap(({ name }, i) => (output.has(name) ? [i] : []));
  const labelColumns = labelOutputs(labels, shown, warnings);
  const batchRows = plan.batchRows ?? batchRowsDefault;
  let batches: TrainingBatches | undefined;
  for (const part of await partsOf(database, query, range, batchRows * batchesPerStatement)) {
    // The result before: at the end of the job its own collection is near.
    if (batches !== undefined) await collectGarbage();
    for (const view of part.views) if (hasWindows(view)) await foldWindows(database, part, view);
    await findRows(database, part, part.range === undefined ? rows : part.range.end - part.range.from);
    const parameters = new Parameters();
    const result = await database.stream(trainingRows(part, labelColumns, parameters), parameters);
    if (batches === undefined) {
      batches = new TrainingBatches({
        plan,
        labels: shown.map((i) => labels.columns[i]!),
        output: [...output],
        instants: query.returned.length,
        types: result.columnTypes(),
      });
      await frames.write("schema", withHead(serialize(range), batches.schemaMessage));
    }
    await sendBatches(result, batches, frames, batchRows);
  }
  return { rows: batches!.rowsTotal, statusCounts: batches!.statusCounts, warnings };
}

/** The query in parts of so many rows, at least one part; in order of event time each reads the history of its own time alone. */
async function partsOf(
  database: Database,
  query: TrainingQuery,
  { nextOrdinal, endOrdinal }: RowRange,
  rowsMax: number,
): Promise<TrainingQuery[]> {
  if (endOrdinal - nextOrdinal <= rowsMax) return [query];
  const parts: TrainingQuery[] = [];
  for (let from = nextOrdinal; from < endOrdinal; from += rowsMax) {
    const range = { from, end: Math.min(endOrdinal, from + rowsMax) };
    const { labels, orderBy } = query;
    const times = orderBy === undefined ? {} : await instantsOf(database, labels, orderBy, range);
    parts.push({ ...query, range, ...times });
  }
  return parts;
}

async function planQuery(
  database: Database,
  plan: TrainingPlan,
  labels: LabelScan,
  checked: {
    readonly range: RowRange;
    readonly times: Pick<TrainingQuery, "eventTimeMinUs" | "eventTimeMaxUs">;
  },
): Promise<TrainingQuery> {
  const views: ViewJoin[] = [];
  for (const [v, view] of plan.views.entries()) {
    views.push({
      name: view.name,
      windows: view.windows && { ...view.windows, table: `windows_${v}` },
      keys: view.history.keys.map((key, i) => ({
        column: labels.columns.findIndex(({ name }) => name === (view.labelColumns[i] ?? key.name)),
        type: key.type,
      })),
      history: await planHistory(database, view.history, `tail_${v}`),
      ttlUs: view.ttlUs,
      forgetAfterUs: view.forgetAfterUs,
      mode: view.mode,
      instant: instantOf(labels, plan, view.eventTimeColumn),
    });
  }
  const orderBy = plan.order === "event-time" ? instantOf(labels, plan, undefined) : undefined;
  const { nextOrdinal: from, endOrdinal: end, labelRows } = checked.range;
  const isWhole = from === 0 && end === labelRows;
  const range = isWhole ? undefined : { from, end };
  const times = range === undefined ? checked.times : await instantsOf(database, labels, orderBy, range);
  const hasGaps = (plan.gaps ?? []).some(
    ({ fromUs, toUs }) => fromUs <= times.eventTimeMaxUs && toUs >= times.eventTimeMinUs,
  );
  const available = views.flatMap(({ mode, instant, history }) =>
    mode === "AVAILABLE" && hasLogRows(history) ? [instant] : [],
  );
  return { labels, views, orderBy, range, ...times, returned: hasGaps ? [...new Set(available)] : [] };
}

function hasWindows(view: ViewJoin): view is WindowsJoin {
  return view.windows !== undefined;
}

async function sendBatches(
  result: StreamedResult,
  batches: TrainingBatches,
  frames: FrameWriter,
  batchRows: number,
): Promise<void> {
  await result.forEach(async (chunk, rowCount) => {
    for (let start = 0; start < rowCount;) {
      const count = Math.min(rowCount - start, batchRows - batches.rows);
      batches.append(chunk, start, count);
      start += count;
      if (batches.rows === batchRows) await sendBatch(batches, frames);
    }
  });
  if (batches.rows > 0) await sendBatch(batches, frames);
}

async function sendBatch(batches: TrainingBatches, frames: FrameWriter): Promise<void> {
  await frames.write("batch", batches.finish());
  batches.takeBack();
}

/** Label columns as they are returned: untouched where Arrow has their type, else as text. */
function labelOutputs(labels: LabelScan, shown: readonly number[], warnings: string[]): string[] {
  return shown.map((i) => {
    const { name, type } = labels.columns[i]!;
    if (builderFor(type) !== undefined) return `c${i}`;
    if (!plainText.has(type.typeId)) {
      warnings.push(`Label column ${name} of type ${shortType(type)} is returned as text`);
    }
    return `CAST(c${i} AS VARCHAR) AS c${i}`;
  });
}

function shortType(type: DuckDBType): string {
  return type.toString().slice(0, 100);
}

/** Types that are text but for their encoding. */
const plainText = new Set([DuckDBTypeId.ENUM, DuckDBTypeId.UUID]);
