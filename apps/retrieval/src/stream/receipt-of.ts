import { create } from "@bufbuild/protobuf";
import {
  Mode,
  type Receipt,
  Receipt_ColumnReceiptSchema,
  Receipt_StatusCountSchema,
  Receipt_ViewReceiptSchema,
  ReceiptSchema,
  ShardSchema,
  Status,
} from "@timewell/contracts";

import type { OpenedTrainingSet } from "../open-training-set.ts";
import type { ResolvedSpec, ResolvedView } from "../request/resolved-spec.ts";
import { formatVersion } from "./format-version.ts";
import type { CountsShape, StreamCounts } from "./stream-counts.ts";

/** How many numbers of each kind are counted in a stream. */
export function shapeOf({ views, columns, onDemand }: ResolvedSpec): CountsShape {
  return { views: views.length, columns: columns.length, computed: onDemand?.columns.length ?? 0 };
}

/** What a stream was at its end. */
export interface FinishedStream {
  readonly counts: StreamCounts;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** Of the engine. */
  readonly warnings: readonly string[];
  readonly labelsKept: boolean;
}

/** The receipt of a stream. */
export function receiptOf(set: OpenedTrainingSet, finished: FinishedStream): Receipt {
  const { spec, history, shard } = set;
  const { counts } = finished;
  return create(ReceiptSchema, {
    rows: BigInt(counts.rows),
    registryVersion: spec.registryVersion,
    featureService: spec.selection.service,
    featureServiceRevision: spec.selection.revision,
    manifestVersion: history.snapshot.manifestVersion,
    warnings: [...finished.warnings, ...failureWarnings(spec, counts)],
    views: spec.views.map((view, v) => viewReceipt(view, counts.statuses.slice(v * 3, v * 3 + 3))),
    trainingSetId: set.trainingSetId,
    snapshotId: history.snapshot.snapshotId,
    labelsDigest: set.labels.digest,
    digest: Buffer.from(finished.digest).toString("hex"),
    formatVersion,
    ...(shard.count === 1 ? {} : { shard: create(ShardSchema, shard) }),
    columns: columnReceipts(spec, counts),
    rowsInGaps: BigInt(counts.rowsInGaps),
    labelsKept: finished.labelsKept,
  });
}

function viewReceipt({ selected, mode }: ResolvedView, statuses: readonly number[]) {
  const { name, view } = selected;
  const codes = [Status.PRESENT, Status.EXPIRED, Status.NOT_FOUND];
  return create(Receipt_ViewReceiptSchema, {
    name,
    view: view.name,
    version: view.version,
    mode: mode === "AVAILABLE" ? Mode.AVAILABLE : Mode.EVENT_TIME,
    statuses: codes.map((status, i) =>
      create(Receipt_StatusCountSchema, { status, rows: BigInt(statuses[i]!) }),
    ),
  });
}

/** Columns of views, then computed ones, as far as they are returned; in the order asked for. */
function columnReceipts({ views, columns, onDemand, output }: ResolvedSpec, counts: StreamCounts) {
  const expired = new Map(
    views.flatMap(({ selected }, v) =>
      selected.columns.map((name) => [name, counts.statuses[v * 3 + 1]!] as const),
    ),
  );
  const all = [
    ...columns.map((name, i) => ({ name, nulls: counts.nulls[i]!, expired: expired.get(name)! })),
    ...(onDemand?.columns ?? []).map(({ name }, i) => ({
      name,
      nulls: counts.computedNulls[i]!,
      expired: 0,
    })),
  ];
  const byName = new Map(all.map((column) => [column.name, column]));
  const shown = output === undefined ? all : output.flatMap((name) => byName.get(name) ?? []);
  return shown.map((column) =>
    create(Receipt_ColumnReceiptSchema, {
      name: column.name,
      nulls: BigInt(column.nulls),
      expired: BigInt(column.expired),
    }),
  );
}

function failureWarnings({ onDemand }: ResolvedSpec, { failures }: StreamCounts): string[] {
  return (onDemand?.columns ?? []).flatMap(({ name }, column) => {
    const count = failures[column]!;
    return count === 0 ? [] : [`${name} could not be computed for ${count} rows and is NULL there`];
  });
}
