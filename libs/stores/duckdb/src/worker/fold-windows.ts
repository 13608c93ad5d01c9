import type { DuckDBAppender, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import type { FeatureValue } from "@timewell/row";
import type { TrainingQuery, WindowsJoin } from "../plan/training-query.ts";
import { labelledEvents } from "../sql/labelled-events.ts";
import { Parameters } from "../sql/parameters.ts";
import { quoteIdent } from "../sql/sql-ident.ts";
import { sqlType } from "../sql/sql-type.ts";
import { valueReader, type ValueReader } from "../vectors/value-reader.ts";
import { vectorOf } from "../vectors/raw-vector.ts";
import type { Database } from "./database.ts";
import { appendValue } from "./fill-tail.ts";
import { rawChunk } from "../vectors/raw-chunk.ts";
import { WindowFold } from "./window-fold.ts";

/** Columns of `labelledEvents` before the fields. */
const stamps = 5;

/**
 * Computes the windows of a view for the labels of a query, into the table that the view names. Events and labels go by once, in the order
 * in which an applier and its readers would have met, through the code that serving reads windows with: what an answer costs does not grow
 * with the events of its entity, and it is the same whatever other labels there are.
 */
export async function foldWindows(
  database: Database,
  query: TrainingQuery,
  view: WindowsJoin,
): Promise<void> {
  const { windows } = view;
  const fold = new WindowFold(windows.features, view.history.features);
  const columns = windows.features.map(({ type, dimension }, i) => `f${i} ${sqlType(type, dimension)}`);
  const table = quoteIdent(windows.table);
  await database.run(`CREATE OR REPLACE TABLE ${table} (${["n BIGINT", ...columns].join(", ")})`);
  const connection = await database.connect();
  try {
    const appender = await connection.createAppender(windows.table);
    const parameters = new Parameters();
    const sql = labelledEvents(query, view, fold, parameters);
    const result = await database.stream(sql, parameters);
    const answers = new Answers(fold, view, appender, result.columnTypes());
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null) break;
      answers.take(chunk);
    }
    appender.closeSync();
  } finally {
    connection.closeSync();
  }
}

/** Takes events and labels in order, and writes down the answer to each label. */
class Answers {
  private readonly fold: WindowFold;
  private readonly view: WindowsJoin;
  private readonly appender: DuckDBAppender;
  private readonly types: readonly DuckDBType[];
  private entity: bigint | undefined;
  private values: readonly FeatureValue[] | undefined;
  private instantUs = 0n;

  constructor(fold: WindowFold, view: WindowsJoin, appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.fold = fold;
    this.view = view;
    this.appender = appender;
    this.types = types;
  }

  take(chunk: DuckDBDataChunk): void {
    const { rowCount } = chunk;
    const raw = rawChunk(chunk);
    const readers = this.types.map((type, i) => valueReader(vectorOf(raw, i), type, rowCount));
    const [entityOf, instantOf, labelOf] = readers as unknown as readonly ((row: number) => bigint)[];
    for (let row = 0; row < rowCount; row++) {
      const entity = entityOf!(row);
      if (entity !== this.entity) this.begin(entity);
      const label = labelOf!(row) as bigint | null;
      if (label === null) this.event(readers, row);
      else this.answer(label, instantOf!(row));
    }
    // The vectors above stand on the chunk's memory, which must live until here.
    if (chunk.rowCount !== rowCount) throw new Error("A chunk changed while it was read");
  }

  private begin(entity: bigint): void {
    this.entity = entity;
    this.values = undefined;
    this.fold.clear();
  }

  private event(readers: readonly ValueReader[], row: number): void {
    const { places, values } = this.fold;
    for (let i = 0; i < places.length; i++) values[places[i]!] = readers[stamps + i]!(row) as FeatureValue;
    this.fold.add(readers[3]!(row) as bigint, readers[4]!(row) as bigint);
    this.values = undefined;
  }

  private answer(label: bigint, instantUs: bigint): void {
    if (this.values === undefined || instantUs !== this.instantUs) this.values = this.fold.answer(instantUs);
    this.instantUs = instantUs;
    const { values, appender, view } = this;
    appender.appendBigInt(label);
    view.windows.features.forEach(({ type, dimension }, i) =>
      appendValue(appender, type, dimension, values[i]!),
    );
    appender.endRow();
  }
}
