import { BIGINT, DuckDBDataChunk, UTINYINT, type DuckDBAppender } from "@duckdb/node-api";
import type { DataChunk } from "@duckdb/node-bindings";
import type { TrainingQuery, ViewJoin } from "../plan/training-query.ts";
import {
  askedInOrder,
  candidateRows,
  createAsked,
  createEntities,
  createFound,
  createHistory,
  foundTable,
} from "../sql/as-of-rows.ts";
import { Parameters } from "../sql/parameters.ts";
import { dataOf, vectorOf } from "../vectors/raw-vector.ts";
import { writeData, writeValidity } from "../vectors/write-vector.ts";
import type { Database } from "./database.ts";
import { found, LatestRows, type AskedLabels } from "./latest-rows.ts";
import { rawChunk } from "../vectors/raw-chunk.ts";

/** Rows of a chunk; a multiple of 8, so that bits can be copied as bytes. */
const chunkRows = 2048;

/** Status codes, in the order of `statusCodes`. */
const [present, expired, notFound] = [0, 1, 2];

/** Finds for each of `count` labels of a query the row of each view, into the tables that `trainingRows` reads. */
export async function findRows(database: Database, query: TrainingQuery, count: number): Promise<void> {
  if (query.views.every(({ windows }) => windows !== undefined)) return;
  const parameters = new Parameters();
  await database.run(createAsked(query, parameters), parameters);
  for (const [v, view] of query.views.entries()) {
    if (view.windows === undefined) await findInView(database, query, view, v, count);
  }
  await database.run("DROP TABLE asked; DROP TABLE IF EXISTS entities");
}

async function findInView(
  database: Database,
  query: TrainingQuery,
  view: ViewJoin,
  v: number,
  count: number,
): Promise<void> {
  await database.run(createEntities(view, v));
  const { labels, indexes } = await askedLabels(database, view, v, count);
  const history = new Parameters();
  const create = createHistory(query, view, v, history);
  if (create !== undefined) await database.run(create, history);
  const isAvailable = view.mode === "AVAILABLE";
  const latest = new LatestRows(labels, isAvailable);
  const parameters = new Parameters();
  const rows = await database.stream(candidateRows(query, view, v, parameters), parameters);
  await rows.forEach((chunk, rowCount) => {
    const column = (i: number) => wordsOf(chunk, i, rowCount * 2);
    latest.take(
      {
        entity: wordsOf(chunk, 0, rowCount),
        eventTime: column(1),
        order: column(2),
        row: column(3),
        deleted: dataOf(vectorOf(chunk, 4), rowCount),
        availableTime: isAvailable ? column(5) : undefined,
      },
      rowCount,
    );
  });
  await database.run(createFound(v));
  const appender = await database.appender(foundTable(v));
  appendFound(appender, judge(latest, view, indexes, count));
  appender.closeSync();
}

/** Reads the labels in the order of `LatestRows`, with the index of each. */
async function askedLabels(
  database: Database,
  view: ViewJoin,
  v: number,
  count: number,
): Promise<{ readonly labels: AskedLabels; readonly indexes: Int32Array }> {
  const starts = new Int32Array(count + 1);
  const instants = new Int32Array(count * 2);
  const indexes = new Int32Array(count);
  let [at, entities] = [0, 0];
  const rows = await database.stream(askedInOrder(view, v), new Parameters());
  await rows.forEach((chunk, rowCount) => {
    const numbers = wordsOf(chunk, 0, rowCount);
    instants.set(wordsOf(chunk, 1, rowCount * 2), at * 2);
    indexes.set(wordsOf(chunk, 2, rowCount), at);
    for (let row = 0; row < rowCount; row++, at++) {
      while (entities <= numbers[row]!) starts[entities++] = at;
    }
  });
  starts[entities] = at;
  const labels = { starts: starts.subarray(0, entities + 1), instants: instants.subarray(0, at * 2) };
  return { labels, indexes };
}

/** In the order of the labels: status, which rows there are as bits, the rows as pairs of words. */
interface Judged {
  readonly statuses: Uint8Array;
  readonly isPresent: Uint8Array;
  readonly rows: Int32Array;
}

/** Tombstone, then forgetting, then ttl: as `rowStatus` of @timewell/ttl. */
function judge(latest: LatestRows, view: ViewJoin, indexes: Int32Array, count: number): Judged {
  const statuses = new Uint8Array(count).fill(notFound!);
  const isPresent = new Uint8Array((count + 7) >> 3);
  const rows = new Int32Array(count * 2);
  const isExpired = latest.isOlderThan(view.ttlUs);
  const isForgotten = latest.isOlderThan(view.forgetAfterUs);
  latest.finish((label, state, best) => {
    if (state !== found.row || isForgotten(label, best)) return;
    const index = indexes[label]!;
    statuses[index] = isExpired(label, best) ? expired! : present!;
    if (statuses[index] === expired) return;
    isPresent[index >> 3]! |= 1 << (index & 7);
    rows[index * 2] = latest.rowLow(best);
    rows[index * 2 + 1] = latest.rowHigh(best);
  });
  return { statuses, isPresent, rows };
}

function appendFound(appender: DuckDBAppender, { statuses, isPresent, rows }: Judged): void {
  for (let start = 0; start < statuses.length; start += chunkRows) {
    const end = Math.min(start + chunkRows, statuses.length);
    const chunk = DuckDBDataChunk.create([UTINYINT, BIGINT], end - start);
    const row = vectorOf(rawChunk(chunk), 1);
    writeData(vectorOf(rawChunk(chunk), 0), statuses.subarray(start, end));
    writeData(row, bytesOf(rows.subarray(start * 2, end * 2)));
    writeValidity(row, isPresent.subarray(start >> 3, (end + 7) >> 3));
    appender.appendDataChunk(chunk);
  }
}

/** A column of a chunk as words of 32 bits. */
function wordsOf(chunk: DataChunk, column: number, words: number): Int32Array {
  const { buffer, byteOffset } = dataOf(vectorOf(chunk, column), words * 4);
  return new Int32Array(buffer, byteOffset, words);
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
