import { createHash } from "node:crypto";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type PushRequest,
  PushRequestSchema,
  type PushResponse,
  PushResponseSchema,
  PushResultSchema,
  PushRowSchema,
  Wait,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type CompiledView, findView } from "@timewell/model";
import type { LogAppend, LogPosition } from "@timewell/store-ports";

import type { Applier } from "./applier.ts";
import { RowAdmission } from "./constraints/row-admission.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";
import { acceptPush, checkPush, type PushCaller } from "./push/accept-push.ts";
import type { PendingResults, RefusedRow } from "./push/push-answer.ts";
import { featuresOf, otherVersions, rowOfVersion, withoutFeaturesOf } from "./push/other-versions.ts";
import { readPushRow } from "./read-push-row.ts";

/**
 * Writes rows to the log; every good row is durable when this returns, and readable online where the request waits for
 * that. Wrong rows are answered one by one; only a wrong request as a whole throws.
 */
export async function push(
  deps: IngestionDeps,
  applier: Applier,
  request: PushRequest,
  caller: PushCaller,
): Promise<PushResponse> {
  const { wait, requestId } = request;
  checkPush(request.rows.length, requestId);
  const project = deps.definitions.project(request.project);
  const view = findView(project, request.featureView, request.version);
  const versions = otherVersions(project, view, request.alsoVersions);
  applier.refuseWhenOverloaded();
  const { admission, others, results } = readRows(deps, view, versions, request, caller.principal);
  const read = { view, admission, others, results, wait, requestId, digest: () => digestOf(request) };
  const { positions, replayed } = await acceptPush(deps, applier, read, caller);
  return replayed === undefined ? acknowledge(results, positions) : fromBinary(PushResponseSchema, replayed);
}

function readRows(
  deps: IngestionDeps,
  view: CompiledView,
  versions: readonly CompiledView[],
  request: PushRequest,
  principal: string,
): { admission: RowAdmission; others: readonly LogAppend[]; results: PendingResults } {
  const nowUs = deps.clock.nowUs();
  const { futureToleranceUs } = deps.settings;
  const admission = new RowAdmission(view, nowUs, principal);
  const others: LogAppend[] = [];
  const results = request.rows.map((row): RefusedRow | undefined => {
    try {
      const forOthers = versions.map((other) =>
        rowOfVersion(other, featuresOf(other, row), nowUs, futureToleranceUs),
      );
      const own = versions.length === 0 ? row : withoutFeaturesOf(versions, view, row);
      const incoming = readPushRow(view, own, nowUs, futureToleranceUs);
      const refusal = admission.admit(incoming, () => toBinary(PushRowSchema, own));
      if (refusal === undefined) others.push(...forOthers);
      return refusal?.error;
    } catch (reason) {
      if (reason instanceof FeatureStoreError) return reason;
      throw reason;
    }
  });
  return { admission, others, results };
}

function acknowledge(results: PendingResults, positions: readonly LogPosition[]): PushResponse {
  let next = 0;
  return create(PushResponseSchema, {
    results: results.map((refused) =>
      create(PushResultSchema, {
        outcome:
          refused === undefined
            ? { case: "position", value: logPosition(positions[next++]) }
            : { case: "error", value: { kind: refused.kind, message: refused.message } },
      }),
    ),
  });
}

function logPosition(position: LogPosition | undefined): { partition: number; position: bigint } {
  if (position === undefined) throw new Error("the log gave fewer positions than rows");
  return { partition: position.partition, position: position.position };
}

function digestOf(request: PushRequest): Uint8Array {
  const rows = request.rows.map((row) => ({
    ...row,
    keys: sorted(row.keys),
    features: sorted(row.features),
  }));
  const content = toBinary(PushRequestSchema, { ...request, rows, requestId: "", wait: Wait.UNSPECIFIED });
  return createHash("sha256").update(content).digest();
}

/** Maps have no order on the wire; a retry may send another one. */
function sorted<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
