import { create } from "@bufbuild/protobuf";
import {
  type GetIngestionStatusRequest,
  type GetIngestionStatusResponse,
  GetIngestionStatusResponse_OnlineGap_Reason as Reason,
  GetIngestionStatusResponse_OnlineGapSchema,
  type GetIngestionStatusResponse_ViewStatus,
  GetIngestionStatusResponse_ViewStatusSchema,
  GetIngestionStatusResponseSchema,
} from "@timewell/contracts";
import type { CompiledView } from "@timewell/model";
import type { Manifest, OnlineGap, OnlineGapReason, ViewLogCount } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { nextRunAtUs } from "./schedule/next-run-at-us.ts";
import { streamStatus } from "./streams/stream-status.ts";
import type { Streams } from "./streams/streams.ts";

const gapsShown = 10;

const reasons = {
  UNREACHABLE: Reason.UNREACHABLE,
  MISCONFIGURED: Reason.MISCONFIGURED,
  RESTARTED: Reason.RESTARTED,
  LOST_DATA: Reason.LOST_DATA,
} as const satisfies Record<OnlineGapReason, Reason>;

/** The health of topics where nobody reads them in this process. */
const notRead: Pick<Streams, "health"> = { health: () => Promise.resolve({ problem: "", ends: undefined }) };

/** How far ingestion is with every view version of a project. */
export async function ingestionStatus(
  deps: IngestionDeps,
  request: GetIngestionStatusRequest,
  streams: Pick<Streams, "health"> = notRead,
): Promise<GetIngestionStatusResponse> {
  const project = deps.definitions.project(request.project);
  const [counts, manifest, progress, gaps, refused, onlineAvailable] = await Promise.all([
    deps.ingestLog.countByView(),
    deps.offlineCatalog.manifest(),
    deps.ingestLog.progress(),
    deps.offlineCatalog.onlineGaps(),
    deps.ingestLog.countQuarantine(),
    deps.onlineStore.check().then(
      () => true,
      () => false,
    ),
  ]);
  const quarantined = new Map(refused.map(({ viewId, rows }) => [viewId, rows]));
  const countById = new Map(counts.map((count) => [count.viewId, count]));
  const views = [...project.viewsById.values()].sort((a, b) =>
    a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1,
  );
  return create(GetIngestionStatusResponseSchema, {
    views: await Promise.all(
      views.map((view) =>
        viewStatus(deps, streams, view, {
          log: countById.get(view.id),
          manifest,
          quarantined: quarantined.get(view.id),
        }),
      ),
    ),
    backlogRows: progress.reduce((sum, { head, applied }) => sum + head - applied, 0n),
    logEngine: deps.ingestLog.engine,
    onlineEngine: deps.onlineStore.engine,
    onlineAvailable,
    onlineGaps: lastGaps(gaps),
  });
}

function lastGaps(gaps: readonly OnlineGap[]) {
  return [...gaps]
    .sort((a, b) => (a.fromUs < b.fromUs ? 1 : a.fromUs > b.fromUs ? -1 : 0))
    .slice(0, gapsShown)
    .map(({ fromUs, toUs, reason, store }) =>
      create(GetIngestionStatusResponse_OnlineGapSchema, {
        fromUs,
        ...optional("toUs", toUs),
        reason: reasons[reason],
        store,
      }),
    );
}

interface ViewNumbers {
  readonly log: ViewLogCount | undefined;
  readonly manifest: Manifest;
  readonly quarantined: bigint | undefined;
}

async function viewStatus(
  deps: IngestionDeps,
  streams: Pick<Streams, "health">,
  view: CompiledView,
  { log: count, manifest, quarantined }: ViewNumbers,
): Promise<GetIngestionStatusResponse_ViewStatus> {
  const [runs, stream] = await Promise.all([
    deps.offlineCatalog.finishedRuns(view.id),
    streamStatus(deps, streams, view),
  ]);
  const last = runs.at(-1);
  const segments = manifest.segments.filter((segment) => segment.viewId === view.id);
  return create(GetIngestionStatusResponse_ViewStatusSchema, {
    view: view.name,
    version: view.version,
    ...(last?.finished === undefined
      ? {}
      : {
          lastRun: last.run,
          lastRunFinishedAtUs: last.finished.finishedAtUs,
          lastRunRows: BigInt(last.finished.rowsRead),
        }),
    ...optional("materializedToUs", latest(runs.map((run) => run.toUs))),
    ...optional(
      "eventTimeMaxUs",
      latest([count?.eventTimeMaxUs, ...runs.map((run) => run.finished?.eventTimeMaxUs)]),
    ),
    ...optional("nextRunAtUs", nextRunAtUs(view, runs)),
    ...(stream && { stream }),
    quarantinedRows: quarantined ?? 0n,
    logRows: count?.rows ?? 0n,
    appliedRows: count?.applied ?? 0n,
    violations: Object.fromEntries(
      [...(deps.metrics?.violationsOf(view) ?? [])].map(([name, rows]) => [name, BigInt(rows)]),
    ),
    segmentRows: BigInt(segments.reduce((sum, segment) => sum + segment.rows, 0)),
  });
}

function latest(times: readonly (bigint | undefined)[]): bigint | undefined {
  return times.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
}

function optional<K extends string>(name: K, value: bigint | undefined): { [P in K]?: bigint } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: bigint });
}
