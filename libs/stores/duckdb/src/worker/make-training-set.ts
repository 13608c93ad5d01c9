import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import { FeatureStoreError } from "@timewell/errors";
import type { TrainingPlan, TrainingSummary } from "@timewell/store-ports";
import { timeMaxUs, timeMinUs, timeRangeText } from "@timewell/ttl";
import { builderFor } from "../arrow/builder-for.ts";
import type { LabelScan, TrainingQuery, ViewJoin } from "../plan/training-query.ts";
import { labelRows } from "../sql/label-rows.ts";
import { Parameters } from "../sql/parameters.ts";
import { trainingRows } from "../sql/training-rows.ts";
import type { FrameWriter } from "../wire/frame-writer.ts";
import type { Database } from "./database.ts";
import { planHistory } from "./plan-history.ts";
import { planLabels } from "./plan-labels.ts";
import { rawChunk } from "./row-encoder.ts";
import { TrainingBatches } from "./training-batches.ts";

/** Rows of every batch but the last. */
export const batchRows = 65_536;

/** Makes a training set: sends its schema and batches, returns the summary. */
export async function makeTrainingSet(
  database: Database,
  plan: TrainingPlan,
  frames: FrameWriter,
): Promise<TrainingSummary> {
  const warnings: string[] = [];
  const labels = await planLabels(database, plan, warnings);
  const times = await checkRows(database, labels);
  const views: ViewJoin[] = [];
  for (const [v, view] of plan.views.entries()) {
    views.push({
      name: view.name,
      keys: view.history.keys.map((key, i) => ({
        column: labels.columns.findIndex(({ name }) => name === (view.labelColumns[i] ?? key.name)),
        type: key.type,
      })),
      history: await planHistory(database, view.history, `tail_${v}`),
      ttlUs: view.ttlUs,
      forgetAfterUs: view.forgetAfterUs,
      mode: view.mode,
    });
  }
  const query: TrainingQuery = { labels, views, ...times };
  const parameters = new Parameters();
  const sql = trainingRows(query, labelOutputs(labels, warnings), parameters);
  const result = await database.stream(sql, parameters);
  const batches = new TrainingBatches(plan, labels, result.columnTypes());
  await frames.write("schema", batches.schemaMessage);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null) break;
    const raw = rawChunk(chunk);
    const { rowCount } = chunk;
    for (let start = 0; start < rowCount;) {
      const count = Math.min(rowCount - start, batchRows - batches.rows);
      batches.append(raw, start, count);
      start += count;
      if (batches.rows === batchRows) await frames.write("batch", batches.finish());
    }
    // The vectors above stand on the chunk's memory, which must live until here.
    if (chunk.rowCount !== rowCount) throw new Error("A chunk changed while it was read");
  }
  if (batches.rows > 0) await frames.write("batch", batches.finish());
  return { rows: batches.rowsTotal, statusCounts: batches.statusCounts, warnings };
}

/** Refuses an event time that is NULL or that no TIMESTAMP can be, and finds the range of the others. */
async function checkRows(
  database: Database,
  labels: LabelScan,
): Promise<{ eventTimeMinUs: bigint; eventTimeMaxUs: bigint }> {
  const parameters = new Parameters();
  const rows = labelRows(labels, [], parameters);
  const text = `CAST(c${labels.eventTime} AS VARCHAR)`;
  const isWrong = `t IS NULL OR t < ${timeMinUs} OR t > ${timeMaxUs}`;
  const sql = `SELECT min(t), max(t), min(o) FILTER (WHERE ${isWrong}),
  arg_min(coalesce(${text}, 'NULL'), o) FILTER (WHERE ${isWrong}) FROM (${rows})`;
  const [min, max, wrongRow, got] = (await database.firstRow(sql, parameters)) as [
    bigint | null,
    bigint | null,
    bigint | null,
    string | null,
  ];
  if (wrongRow !== null) {
    const { name } = labels.columns[labels.eventTime]!;
    throw new FeatureStoreError(
      "INVALID_LABELS",
      `Cannot use the labels: row ${wrongRow + 1n} has ${got} as its event time ${name}, expected a time of ${timeRangeText}`,
      { field: name, hint: "Remove the row, or give it a time." },
    );
  }
  return { eventTimeMinUs: min ?? 0n, eventTimeMaxUs: max ?? 0n };
}

/** Label columns as they are returned: untouched where Arrow has their type, else as text. */
function labelOutputs(labels: LabelScan, warnings: string[]): string[] {
  return labels.columns.map(({ name, type }, i) => {
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
