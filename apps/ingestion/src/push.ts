import { createHash } from "node:crypto";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type PushRequest,
  PushRequestSchema,
  type PushResponse,
  PushResponseSchema,
  type PushResult,
  PushResultSchema,
  PushRowSchema,
  Wait,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type CompiledView, findView } from "@timewell/model";
import type { AppendRequest, LogPosition } from "@timewell/store-ports";

import type { Applier } from "./applier.ts";
import { countViolations } from "./constraints/count-violations.ts";
import { RowAdmission } from "./constraints/row-admission.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";
import { readPushRow } from "./read-push-row.ts";

/** Most rows of one push. */
export const pushRowsMax = 10_000;

const requestIdCharactersMax = 64;

/** Who pushes, and until when it waits. */
export interface PushCaller {
  /** Name of the token, or empty where authentication is off. */
  readonly principal: string;
  readonly signal: AbortSignal;
}

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
  checkRequest(request);
  const view = findView(deps.definitions.project(request.project), request.featureView, request.version);
  applier.refuseWhenOverloaded();
  const { admission, results } = readRows(deps, view, request, caller.principal);
  const { rows, quarantined } = admission;
  if (rows.length + quarantined.length === 0 && request.requestId === "") return acknowledge(results, []);
  const answer = (positions: readonly LogPosition[]) => acknowledge(results, positions);
  const appended = await deps.ingestLog.append(rows, appendRequest(request, caller.principal, answer), {
    quarantined,
  });
  if (appended.replayedAnswer !== undefined) {
    const replayed = fromBinary(PushResponseSchema, appended.replayedAnswer);
    await waitUntilOnline(applier, request, positionsOf(replayed), caller.signal);
    return replayed;
  }
  countViolations(deps, view, admission.violations);
  applier.wake(appended.positions);
  await waitUntilOnline(applier, request, appended.positions, caller.signal);
  return answer(appended.positions);
}

function checkRequest(request: PushRequest): void {
  const { length } = request.rows;
  if (length < 1 || length > pushRowsMax)
    throw new FeatureStoreError(
      length === 0 ? "INVALID_REQUEST" : "LIMIT_EXCEEDED",
      `Cannot push ${length} rows: a push takes 1 to ${pushRowsMax}`,
      { field: "rows", hint: "Send more than one push" },
    );
  if (request.requestId.length > requestIdCharactersMax)
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot use request id: it has ${request.requestId.length} characters, at most ${requestIdCharactersMax} are allowed`,
      { field: "request_id", hint: "Send a UUID, for example" },
    );
}

/** Results by request row; those of good rows are filled in when their positions are known. */
type PendingResults = (PushResult | undefined)[];

function readRows(
  deps: IngestionDeps,
  view: CompiledView,
  request: PushRequest,
  principal: string,
): { admission: RowAdmission; results: PendingResults } {
  const nowUs = deps.clock.nowUs();
  const admission = new RowAdmission(view, nowUs, principal);
  const results = request.rows.map((row) => {
    try {
      const incoming = readPushRow(view, row, nowUs, deps.settings.futureToleranceUs);
      const refusal = admission.admit(incoming, () => toBinary(PushRowSchema, row));
      return refusal && refused(refusal.error);
    } catch (reason) {
      return refused(expectedError(reason));
    }
  });
  return { admission, results };
}

function refused({ kind, message }: FeatureStoreError): PushResult {
  return create(PushResultSchema, { outcome: { case: "error", value: { kind, message } } });
}

function expectedError(reason: unknown): FeatureStoreError {
  if (reason instanceof FeatureStoreError) return reason;
  throw reason;
}

function acknowledge(results: PendingResults, positions: readonly LogPosition[]): PushResponse {
  let next = 0;
  return create(PushResponseSchema, {
    results: results.map(
      (result) =>
        result ??
        create(PushResultSchema, { outcome: { case: "position", value: logPosition(positions[next++]) } }),
    ),
  });
}

function logPosition(position: LogPosition | undefined): { partition: number; position: bigint } {
  if (position === undefined) throw new Error("the log gave fewer positions than rows");
  return { partition: position.partition, position: position.position };
}

function appendRequest(
  request: PushRequest,
  principal: string,
  answer: (positions: readonly LogPosition[]) => PushResponse,
): AppendRequest | undefined {
  if (request.requestId === "") return undefined;
  const rows = request.rows.map((row) => ({
    ...row,
    keys: sorted(row.keys),
    features: sorted(row.features),
  }));
  const content = toBinary(PushRequestSchema, { ...request, rows, requestId: "", wait: Wait.UNSPECIFIED });
  return {
    scope: JSON.stringify([principal, request.project]),
    id: request.requestId,
    digest: createHash("sha256").update(content).digest(),
    encodeAnswer: (positions) => toBinary(PushResponseSchema, answer(positions)),
  };
}

/** Maps have no order on the wire; a retry may send another one. */
function sorted<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function positionsOf(response: PushResponse): LogPosition[] {
  return response.results.flatMap(({ outcome }) => (outcome.case === "position" ? [outcome.value] : []));
}

async function waitUntilOnline(
  applier: Applier,
  request: PushRequest,
  positions: readonly LogPosition[],
  signal: AbortSignal,
): Promise<void> {
  if (request.wait === Wait.ONLINE) await applier.waitApplied(positions, signal);
}
