import type { DuckDBType } from "@duckdb/node-api";
import type { DataChunk } from "@duckdb/node-bindings";
import { Field } from "apache-arrow";
import { FeatureStoreError } from "@timewell/errors";
import type { TrainingPlan, TrainingSummary } from "@timewell/store-ports";
import { BatchWriter } from "../arrow/batch-writer.ts";
import { builderFor } from "../arrow/builder-for.ts";
import type { ColumnBuilder } from "../arrow/column-builder.ts";
import { FixedWidthBuilder } from "../arrow/fixed-width-builder.ts";
import { hasNullElement } from "../arrow/has-null-element.ts";
import { StatusBuilder } from "../arrow/status-builder.ts";
import type { LabelScan } from "../plan/training-query.ts";
import { vectorOf } from "../vectors/raw-vector.ts";

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
  private readonly columns: OutputColumn[] = [];
  private readonly statuses: { readonly builder: StatusBuilder; readonly from: number }[] = [];
  private readonly writer: BatchWriter;

  constructor(plan: TrainingPlan, labels: LabelScan, types: readonly DuckDBType[]) {
    let from = 0;
    for (const { name, arrowType } of labels.columns) {
      const built = builderFor(types[from]!)!;
      // Same bytes, but the unit and zone that the labels came with.
      const builder =
        arrowType !== undefined && built instanceof FixedWidthBuilder ? built.withType(arrowType) : built;
      this.columns.push({ name, builder, from: from++, isFeature: false });
    }
    const features = new Map<string, OutputColumn>();
    for (const view of plan.views) {
      this.statuses.push({ builder: new StatusBuilder(plan.includeStatuses), from: from++ });
      for (const feature of view.history.features) {
        const name = `${view.name}__${feature.name}`;
        features.set(name, { name, builder: builderFor(types[from]!)!, from: from++, isFeature: true });
      }
    }
    this.columns.push(...inOrder(plan.columns, features));
    if (plan.includeStatuses) {
      plan.views.forEach(({ name }, v) =>
        this.columns.push({ name: `${name}__status`, ...this.statuses[v]!, isFeature: false }),
      );
    }
    this.writer = new BatchWriter(
      this.columns.map(({ name, builder }) => new Field(name, builder.type, true)),
    );
    this.schemaMessage = this.writer.schemaMessage;
  }

  /** What was counted, by view. */
  get statusCounts(): TrainingSummary["statusCounts"] {
    return this.statuses.map(({ builder }) => ({
      present: builder.counts[0]!,
      expired: builder.counts[1]!,
      notFound: builder.counts[2]!,
    }));
  }

  /** Appends rows of a chunk. */
  append(chunk: DataChunk, start: number, count: number): void {
    for (const { builder, from } of this.columns) {
      if (!(builder instanceof StatusBuilder)) builder.append(vectorOf(chunk, from), start, count);
    }
    for (const { builder, from } of this.statuses) builder.append(vectorOf(chunk, from), start, count);
    this.rows += count;
    this.rowsTotal += count;
  }

  /** The batch of the rows so far: its row count in four bytes, then its message. */
  finish(): readonly Uint8Array[] {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(this.rows);
    const columns = this.columns.map(({ name, builder, isFeature }) => {
      const data = builder.finish();
      if (isFeature && hasNullElement(data)) throw nullElement(name);
      return data;
    });
    const message = this.writer.batchMessage(columns, this.rows);
    this.rows = 0;
    return [head, ...message];
  }
}

/** The columns in the order asked for, every one once. */
function inOrder(names: readonly string[], columns: ReadonlyMap<string, OutputColumn>): OutputColumn[] {
  const ordered = names.map((name) => columns.get(name));
  if (names.length === columns.size && new Set(names).size === names.length) {
    const known = ordered.filter((column) => column !== undefined);
    if (known.length === names.length) return known;
  }
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot order the columns of a training set: got ${names.join(", ")}, expected each of ${[...columns.keys()].join(", ")} once`,
  );
}

function nullElement(name: string): FeatureStoreError {
  return new FeatureStoreError("SOURCE_MISMATCH", `Cannot return ${name}: a list has a NULL element`, {
    field: name,
    hint: "Leave NULL elements out, or make the whole list NULL.",
  });
}
