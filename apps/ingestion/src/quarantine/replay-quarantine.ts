import { create } from "@bufbuild/protobuf";
import {
  type ReplayQuarantineRequest,
  type ReplayQuarantineResponse,
  ReplayQuarantineResponseSchema,
} from "@timewell/contracts";
import type { CompiledProject, Violation } from "@timewell/model";
import type { LogAppend, QuarantineAppend, QuarantinedRow, QuarantineFilter } from "@timewell/store-ports";

import type { Applier } from "../applier.ts";
import { countViolations } from "../constraints/count-violations.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { judgeAgain } from "./judge-again.ts";
import { selectedRows } from "./selected-rows.ts";
import { shownRow } from "./shown-row.ts";

/** Rows of one append. */
const stepRows = 500;
const refusedShown = 10;

/**
 * Tries refused rows again, as definitions are now, the latest first; those that are accepted are durable in the log, and out of the
 * quarantine, in one step of some hundred. FENCED where somebody else does the same; nothing is written twice then.
 */
export async function replayQuarantine(
  deps: IngestionDeps,
  applier: Pick<Applier, "refuseWhenOverloaded" | "wake">,
  request: ReplayQuarantineRequest,
  signal: AbortSignal,
): Promise<ReplayQuarantineResponse> {
  const project = deps.definitions.project(request.project);
  const filter = selectedRows(project, request.featureView, request.selection);
  const answer = create(ReplayQuarantineResponseSchema);
  let beforeId: bigint | undefined;
  for (;;) {
    signal.throwIfAborted();
    applier.refuseWhenOverloaded();
    const { rows, last } = await readStep(deps, filter, beforeId);
    if (last === undefined) return answer;
    beforeId = last;
    await replayStep(deps, applier, project, rows, answer);
  }
}

async function readStep(
  { ingestLog }: IngestionDeps,
  filter: QuarantineFilter,
  beforeId: bigint | undefined,
): Promise<{ readonly rows: readonly QuarantinedRow[]; readonly last: bigint | undefined }> {
  const entries = await ingestLog.listQuarantine(filter, { beforeId, rowsMax: stepRows });
  const rows = await Promise.all(entries.map(({ id }) => ingestLog.getQuarantined(id)));
  return { rows: rows.filter((row) => row !== undefined), last: entries.at(-1)?.id };
}

async function replayStep(
  deps: IngestionDeps,
  applier: Pick<Applier, "wake">,
  project: CompiledProject,
  rows: readonly QuarantinedRow[],
  answer: ReplayQuarantineResponse,
): Promise<void> {
  const appends: LogAppend[] = [];
  const quarantined: QuarantineAppend[] = [];
  const leaving: bigint[] = [];
  const counted: { readonly viewId: number; readonly violations: readonly Violation[] }[] = [];
  const limits = { nowUs: deps.clock.nowUs(), futureToleranceUs: deps.settings.futureToleranceUs };
  for (const row of rows) {
    const view = project.viewsById.get(row.viewId);
    if (view === undefined) continue;
    const verdict = judgeAgain(view, row, limits);
    counted.push({ viewId: view.id, violations: verdict.violations });
    if ("append" in verdict) {
      appends.push(verdict.append);
      leaving.push(row.id);
      continue;
    }
    const { kind, message, constraint } = verdict.refused;
    answer.refused += 1n;
    if (answer.firstRefused.length < refusedShown)
      answer.firstRefused.push(shownRow(view, { ...row, kind, message, constraint }));
    // One that is refused for the same reason stays as it is, with its time and id.
    if (kind === row.kind && message === row.message) continue;
    quarantined.push(verdict.refused);
    leaving.push(row.id);
  }
  if (leaving.length === 0) return;
  const { positions } = await deps.ingestLog.append(appends, undefined, {
    quarantined,
    dropQuarantined: leaving,
  });
  applier.wake(positions);
  for (const { viewId, violations } of counted)
    countViolations(deps, project.viewsById.get(viewId)!, violations);
  answer.accepted += BigInt(appends.length);
}
