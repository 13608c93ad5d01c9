import { create } from "@bufbuild/protobuf";
import {
  type FeatureRow,
  FeatureRowSchema,
  type GetOnlineFeaturesRequest,
  type GetOnlineFeaturesResponse,
  GetOnlineFeaturesResponseSchema,
  OnlineServing,
  type ReadOptions,
  Status,
  type Value,
  ValueSchema,
} from "@timewell/contracts";
import {
  type CompiledProject,
  encodeEntityRow,
  featureToValue,
  readRequestData,
  type SelectedView,
  requestedAsOfUs,
  requestedMaxAgeUs,
  type Selection,
  selectRequested,
} from "@timewell/model";
import { type FeatureValue, payloadOf, readHeader } from "@timewell/row";
import type { OnlineKey } from "@timewell/store-ports";
import { effectiveTtlUs, forgetAfterUs, rowStatus, type RowStatus } from "@timewell/ttl";

import { checkRowCount } from "./check-row-count.ts";
import { computeColumns, type DecodedView } from "./compute-columns.ts";
import { AppliedPositions } from "./read-after/applied-positions.ts";
import { isLostInPart } from "./read-after/is-lost-in-part.ts";
import type { MethodMetrics, ServingDeps } from "./serving-deps.ts";
import { CoalescedReads } from "./typed/coalesced-reads.ts";
import { lostRow } from "./typed/lost-row.ts";
import { partialWithinMs } from "./typed/partial-within-ms.ts";
import { maxAgeOf } from "./windows/max-age-of.ts";
import { WindowReads } from "./windows/window-reads.ts";

/** One stored row, or why there is none. */
type StoredRow = Uint8Array | undefined | "UNAVAILABLE";

/** What reads the store, and what waits for it. */
interface Readers {
  readonly reads: CoalescedReads;
  readonly applied: AppliedPositions;
}

/** How the views of a request are judged. */
interface Judgement {
  readonly atUs: bigint;
  readonly nowUs: bigint;
  readonly maxAgeUs: bigint | undefined;
  readonly includeTimes: boolean;
}

const methodName = `${OnlineServing.typeName}/${OnlineServing.method.getOnlineFeatures.name}`;

/** Reads features by name. `timeoutMs` is what is left to the caller's deadline; undefined where it has none. */
export type GetOnlineFeatures = (
  request: GetOnlineFeaturesRequest,
  timeoutMs?: number,
) => Promise<GetOnlineFeaturesResponse>;

/**
 * Makes the reader by name: one read of the store for all rows and views, then ttl and tombstones on the row headers.
 * A wrong key or wrong request data anywhere fails the request before anything is read (semantics 8).
 */
export function createGetOnlineFeatures(
  deps: ServingDeps,
  applied = new AppliedPositions(deps),
): GetOnlineFeatures {
  const reads = new CoalescedReads(deps);
  const stages = deps.metrics.forMethod(methodName);
  return (request, timeoutMs) => getOnlineFeatures(deps, { reads, applied }, stages, request, timeoutMs);
}

async function getOnlineFeatures(
  deps: ServingDeps,
  readers: Readers,
  stages: MethodMetrics,
  request: GetOnlineFeaturesRequest,
  timeoutMs: number | undefined,
): Promise<GetOnlineFeaturesResponse> {
  const { options } = request;
  const { clock } = deps;
  const startMs = clock.monotonicMs();
  checkRowCount(request.rows.length);
  const project = deps.definitions.project(request.project);
  const selection = selectRequested(project, request.selection);
  const keys = request.rows.flatMap((row, i) => onlineKeys(selection, encodeEntityRow(selection, row, i)));
  const windows = WindowReads.of(selection.views.map(({ view }) => view));
  if (windows !== undefined) keys.push(...windows.batchKeys(keys, request.rows.length));
  const requestData = request.rows.map((row, i) => readRequestData(selection, row, i));
  const decodedMs = clock.monotonicMs();
  stages.rows.observe(request.rows.length);
  stages.decode.observe((decodedMs - startMs) / 1000);
  const read = await readStored(readers, keys, options, timeoutMs);
  const readMs = clock.monotonicMs();
  stages.read.observe((readMs - decodedMs) / 1000);

  const nowUs = clock.nowUs();
  const judgement: Judgement = {
    nowUs,
    atUs: requestedAsOfUs(options?.asOfUs) ?? nowUs,
    maxAgeUs: requestedMaxAgeUs(options?.maxAgeMs),
    includeTimes: options?.includeTimes ?? false,
  };
  const stored = windows?.render(read, 0, request.rows.length, judgement.atUs) ?? read;
  const places = columnPlaces(selection);
  const width = selection.views.length;
  const rows = request.rows.map((entity, i) => {
    const part = stored.slice(i * width, (i + 1) * width);
    const { row, decoded } = answerRow(deps, selection, places, part, judgement);
    row.values.push(...computeColumns(deps, project, selection, entity, requestData[i] ?? [], decoded));
    return row;
  });
  countStatuses(deps, project, selection, rows);
  stages.assemble.observe((clock.monotonicMs() - readMs) / 1000);
  return create(GetOnlineFeaturesResponseSchema, {
    names: [...selection.columns, ...(selection.onDemand?.columns ?? []).map(({ name }) => name)],
    views: selection.views.map(({ name, view }, v) => ({
      name,
      view: view.name,
      version: view.version,
      columns: [...(places[v] ?? [])],
    })),
    rows,
    servedAtUs: nowUs,
    registryVersion: project.version,
    serviceRevision: selection.revision,
  });
}

function onlineKeys(selection: Selection, entityKeys: readonly Uint8Array[]): OnlineKey[] {
  return selection.views.map(({ view }, v) => ({ viewId: view.id, entityKey: entityKeys[v] as Uint8Array }));
}

/** Waits for what the caller wants to be applied first, then reads. */
async function readStored(
  { reads, applied }: Readers,
  keys: readonly OnlineKey[],
  options: ReadOptions | undefined,
  timeoutMs: number | undefined,
): Promise<StoredRow[]> {
  const allowPartial = options?.allowPartial ?? false;
  if (options !== undefined && options.after.length > 0) {
    try {
      await applied.wait(options.after, partialWithinMs(timeoutMs));
    } catch (reason) {
      if (!isLostInPart(reason, allowPartial)) throw reason;
      return keys.map(() => "UNAVAILABLE");
    }
  }
  return allowPartial ? readPartly(reads, keys, timeoutMs) : readRows(reads, keys);
}

function readRows(reads: CoalescedReads, keys: readonly OnlineKey[]): Promise<StoredRow[]> {
  return reads.read(keys, (rows, from) => rows.slice(from, from + keys.length));
}

/** What a shard that is lost has, and what is not there in time, is UNAVAILABLE; the rest is there. */
function readPartly(
  reads: CoalescedReads,
  keys: readonly OnlineKey[],
  timeoutMs: number | undefined,
): Promise<StoredRow[]> {
  return reads.readPartly(keys, partialWithinMs(timeoutMs), (rows, from) =>
    keys.map((_, i): StoredRow => (rows[from + i] === lostRow ? "UNAVAILABLE" : rows[from + i])),
  );
}

/** For each view, the places of its columns among all columns. */
function columnPlaces(selection: Selection): number[][] {
  const place = new Map(selection.columns.map((column, i) => [column, i]));
  return selection.views.map(({ columns }) => columns.map((column) => place.get(column) as number));
}

function answerRow(
  deps: ServingDeps,
  selection: Selection,
  places: readonly (readonly number[])[],
  stored: readonly StoredRow[],
  judgement: Judgement,
): { readonly row: FeatureRow; readonly decoded: readonly DecodedView[] } {
  const values = new Array<Value>(selection.columns.length).fill(nullValue);
  const row = create(FeatureRowSchema, { values });
  const decoded: DecodedView[] = selection.views.map(() => undefined);
  selection.views.forEach((selected, v) => {
    const bytes = stored[v];
    const status = statusOf(deps, selected, bytes, judgement);
    row.statuses.push(statusNumbers[status]);
    const header = bytes instanceof Uint8Array && status !== "NOT_FOUND" ? readHeader(bytes) : undefined;
    if (judgement.includeTimes) {
      row.eventTimesUs.push(header?.eventTimeUs ?? 0n);
      row.availableTimesUs.push(header?.availableTimeUs ?? 0n);
    }
    if (status !== "PRESENT" || header === undefined) return;
    decoded[v] = selected.view.codec.decode(payloadOf(bytes as Uint8Array));
    fillValues(row.values, selected, places[v] ?? [], decoded[v]);
    const { project, name } = selected.view;
    deps.metrics.observeAge(project, name, Number(judgement.nowUs - header.eventTimeUs) / 1e6);
  });
  return { row, decoded };
}

const nullValue = Object.freeze(create(ValueSchema));

const statusNumbers = {
  PRESENT: Status.PRESENT,
  NOT_FOUND: Status.NOT_FOUND,
  EXPIRED: Status.EXPIRED,
  UNAVAILABLE: Status.UNAVAILABLE,
  NEWER: Status.NEWER,
} as const satisfies Record<RowStatus, Status>;

const statusNames = new Map<Status, RowStatus>(
  Object.entries(statusNumbers).map(([name, status]) => [status, name as RowStatus]),
);

function statusOf(
  deps: ServingDeps,
  { view }: SelectedView,
  bytes: StoredRow,
  judgement: Judgement,
): RowStatus {
  if (bytes === "UNAVAILABLE") return bytes;
  const ttlUs = effectiveTtlUs(view.ttlUs, maxAgeOf(view, judgement.maxAgeUs));
  const header = bytes === undefined ? undefined : readHeader(bytes);
  return rowStatus(header, judgement.atUs, ttlUs, forgetAfterUs(view.ttlUs, deps.graceUs));
}

function fillValues(
  values: Value[],
  selected: SelectedView,
  places: readonly number[],
  decoded: readonly FeatureValue[],
): void {
  selected.features.forEach((feature, f) => {
    values[places[f] as number] = featureToValue(feature.type, decoded[feature.index] ?? null);
  });
}

function countStatuses(
  deps: ServingDeps,
  project: CompiledProject,
  selection: Selection,
  rows: readonly FeatureRow[],
): void {
  selection.views.forEach(({ view }, v) => {
    const counts = new Map<Status, number>();
    for (const row of rows) {
      const status = row.statuses[v] ?? Status.UNSPECIFIED;
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    for (const [status, count] of counts)
      deps.metrics.countViewRows(project.project, view.name, statusNames.get(status) ?? "", count);
  });
}
