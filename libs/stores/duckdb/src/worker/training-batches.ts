import { serialize } from "node:v8";
import type { DuckDBType } from "@duckdb/node-api";
import type { DataChunk } from "@duckdb/node-bindings";
import { Field } from "apache-arrow";
import { FeatureStoreError } from "@timewell/errors";
import type { BatchCounts, TrainingPlan, TrainingSummary } from "@timewell/store-ports";
import { BatchWriter } from "../arrow/batch-writer.ts";
import { builderFor } from "../arrow/builder-for.ts";
import type { ColumnBuilder } from "../arrow/column-builder.ts";
import { FixedWidthBuilder } from "../arrow/fixed-width-builder.ts";
import { hasNullElement } from "../arrow/has-null-element.ts";
import { StatusBuilder } from "../arrow/status-builder.ts";
import type { LabelColumn } from "../plan/training-query.ts";
import { vectorOf } from "../vectors/raw-vector.ts";
import { withHead } from "../wire/headed-payload.ts";
import { GapCounter } from "./gap-counter.ts";
import { returnedFeatures } from "./returned-features.ts";

/** What travels with a batch. */
export interface BatchHead {
  readonly rows: number;
  readonly counts: BatchCounts;
}

/** What the columns of a result are. */
export interface TrainingBatchesInit {
  readonly plan: TrainingPlan;
  /** Label columns of the result, which come first. */
  readonly labels: readonly LabelColumn[];
  /** Names of the columns to return. */
  readonly output: readonly string[];
  /** Columns with instants, which come last. */
  readonly instants: number;
  /** Types of the result's columns. */
  readonly types: readonly DuckDBType[];
}

interface OutputColumn {
  readonly name: string;
  readonly builder: ColumnBuilder;
  /** Index of the result column it is made from. */
  readonly from: number;
  readonly isFeature: boolean;
}

/** Gathers the rows of a training set into Arrow batches, and counts the statuses. */
export class TrainingBatches {
  /** Rows since the last batch. */
  rows = 0;
  /** Rows of all batches. */
  rowsTotal = 0;
  /** The schema message. */
  readonly schemaMessage: readonly Uint8Array[];
  private readonly init: TrainingBatchesInit;
  private readonly columns: readonly OutputColumn[];
  private readonly statuses: { readonly builder: StatusBuilder; readonly from: number }[] = [];
  private readonly firstInstant: number;
  private readonly gaps: GapCounter;
  private readonly writer: BatchWriter;
  private counted: readonly (readonly number[])[];

  constructor(init: TrainingBatchesInit) {
    const { plan, labels, types } = init;
    this.init = init;
    this.gaps = new GapCounter(plan.gaps ?? []);
    const found = new Map<string, OutputColumn>();
    const add = (column: OutputColumn) => found.set(column.name, column);
    labels.forEach((label, i) =>
      add({ name: label.name, builder: labelBuilder(label, types[i]!), from: i, isFeature: false }),
    );
    let from = labels.length;
    for (const view of plan.views) {
      const status = { builder: new StatusBuilder(init.output.includes(`${view.name}__status`)), from };
      this.statuses.push(status);
      add({ name: `${view.name}__status`, ...status, isFeature: false });
      for (const feature of returnedFeatures(view)) {
        const builder = builderFor(types[++from]!)!;
        add({ name: `${view.name}__${feature.name}`, builder, from, isFeature: true });
      }
      from++;
    }
    this.firstInstant = from;
    checkOrder(plan);
    this.columns = init.output.map((name) => found.get(name)!);
    this.counted = this.statuses.map(({ builder }) => [...builder.counts]);
    this.writer = new BatchWriter(
      this.columns.map(({ name, builder }) => new Field(name, builder.type, true)),
    );
    this.schemaMessage = this.writer.schemaMessage;
  }

  /** What was counted, by view. */
  get statusCounts(): TrainingSummary["statusCounts"] {
    return this.statuses.map(({ builder }) => statusCounts(builder.counts));
  }

  /** Appends rows of a chunk. */
  append(chunk: DataChunk, start: number, count: number): void {
    for (const { builder, from } of this.columns) {
      if (!(builder instanceof StatusBuilder)) builder.append(vectorOf(chunk, from), start, count);
    }
    for (const { builder, from } of this.statuses) builder.append(vectorOf(chunk, from), start, count);
    const instants = Array.from({ length: this.init.instants }, (_, i) =>
      vectorOf(chunk, this.firstInstant + i),
    );
    this.gaps.append(instants, start, count);
    this.rows += count;
    this.rowsTotal += count;
  }

  /** The batch of the rows so far: its head, then its message. */
  finish(): readonly Uint8Array[] {
    const nulls = new Map<string, number>();
    const columns = this.columns.map(({ name, builder, isFeature }) => {
      const data = builder.finish();
      if (isFeature && hasNullElement(data)) throw nullElement(name);
      nulls.set(name, data.nullCount);
      return data;
    });
    const message = this.writer.batchMessage(columns, this.rows);
    const head: BatchHead = { rows: this.rows, counts: this.takeCounts(nulls) };
    this.rows = 0;
    return withHead(serialize(head), message);
  }

  /** The last batch has been sent: its memory may be used again. */
  takeBack(): void {
    for (const { builder } of this.columns) builder.takeBack?.();
  }

  private takeCounts(nulls: ReadonlyMap<string, number>): BatchCounts {
    const before = this.counted;
    this.counted = this.statuses.map(({ builder }) => [...builder.counts]);
    return {
      statuses: this.counted.map((counts, v) =>
        statusCounts(counts.map((count, code) => count - before[v]![code]!)),
      ),
      nulls: this.init.plan.columns.map((name) => nulls.get(name) ?? 0),
      rowsInGaps: this.gaps.take(),
    };
  }
}

/** Same bytes, but the unit and zone that the labels came with. */
function labelBuilder({ arrowType }: LabelColumn, type: DuckDBType): ColumnBuilder {
  const built = builderFor(type)!;
  return arrowType !== undefined && built instanceof FixedWidthBuilder ? built.withType(arrowType) : built;
}

function statusCounts(counts: readonly number[]): TrainingSummary["statusCounts"][number] {
  return { present: counts[0]!, expired: counts[1]!, notFound: counts[2]! };
}

/** The plan must name every feature column once. */
function checkOrder({ columns, views }: TrainingPlan): void {
  const all = views.flatMap((view) => returnedFeatures(view).map(({ name }) => `${view.name}__${name}`));
  const named = new Set(columns);
  if (columns.length === all.length && named.size === all.length && all.every((name) => named.has(name)))
    return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot order the columns of a training set: got ${columns.join(", ")}, expected each of ${all.join(", ")} once`,
  );
}

function nullElement(name: string): FeatureStoreError {
  return new FeatureStoreError("SOURCE_MISMATCH", `Cannot return ${name}: a list has a NULL element`, {
    field: name,
    hint: "Leave NULL elements out, or make the whole list NULL.",
  });
}
