import { fromBinary } from "@bufbuild/protobuf";
import { PushResponseSchema, Wait } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import type { LogAppend, LogPosition } from "@timewell/store-ports";

import type { Applier } from "../applier.ts";
import { countViolations } from "../constraints/count-violations.ts";
import type { RowAdmission } from "../constraints/row-admission.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { encodePushAnswer, type PendingResults } from "./push-answer.ts";

/** Most rows of one push. */
export const pushRowsMax = 10_000;

const requestIdCharactersMax = 64;

/** Who pushes, and until when it waits. */
export interface PushCaller {
  /** Name of the token, or empty where authentication is off. */
  readonly principal: string;
  readonly signal: AbortSignal;
}

/** A push whose rows were read, whatever it came in. */
export interface ReadPush {
  readonly view: CompiledView;
  readonly admission: RowAdmission;
  /** The same rows for other versions of the view. They come first, so that whoever waits for a row's position waits for them, too. */
  readonly others?: readonly LogAppend[];
  readonly results: PendingResults;
  readonly wait: Wait;
  /** Empty: the push stands alone. */
  readonly requestId: string;
  /** Digest of its content; called where it has a request id. */
  readonly digest: () => Uint8Array;
}

/** What the log made of it. */
export interface AcceptedPush {
  /** One for each good row. */
  readonly positions: readonly LogPosition[];
  /** The bytes of the first `PushResponse`, where the push was seen before. */
  readonly replayed: Uint8Array | undefined;
}

/** LIMIT_EXCEEDED for too many rows, INVALID_REQUEST for none and for a request id that is too long. */
export function checkPush(rows: number, requestId: string): void {
  if (rows < 1 || rows > pushRowsMax)
    throw new FeatureStoreError(
      rows === 0 ? "INVALID_REQUEST" : "LIMIT_EXCEEDED",
      `Cannot push ${rows} rows: a push takes 1 to ${pushRowsMax}`,
      { field: "rows", hint: "Send more than one push" },
    );
  if (requestId.length > requestIdCharactersMax)
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot use request id: it has ${requestId.length} characters, at most ${requestIdCharactersMax} are allowed`,
      { field: "request_id", hint: "Send a UUID, for example" },
    );
}

/** Appends the rows of a push; they are durable when this returns, and readable online where the push waits for that. */
export async function acceptPush(
  deps: IngestionDeps,
  applier: Applier,
  push: ReadPush,
  { principal, signal }: PushCaller,
): Promise<AcceptedPush> {
  const { view, admission, results, requestId, others = [] } = push;
  const { rows, quarantined, violations } = admission;
  if (rows.length + quarantined.length === 0 && requestId === "")
    return { positions: [], replayed: undefined };
  const request =
    requestId === ""
      ? undefined
      : {
          scope: JSON.stringify([principal, view.project]),
          id: requestId,
          digest: push.digest(),
          encodeAnswer: (positions: readonly LogPosition[]) =>
            encodePushAnswer(results, positions.slice(others.length)),
        };
  const { positions, replayedAnswer } = await deps.ingestLog.append([...others, ...rows], request, {
    quarantined,
  });
  const isOnlineWanted = push.wait === Wait.ONLINE;
  if (replayedAnswer !== undefined) {
    if (isOnlineWanted) await applier.waitApplied(positionsOf(replayedAnswer), signal);
    return { positions: [], replayed: replayedAnswer };
  }
  countViolations(deps, view, violations);
  applier.wake(positions);
  if (isOnlineWanted) await applier.waitApplied(positions, signal);
  return { positions: positions.slice(others.length), replayed: undefined };
}

function positionsOf(answer: Uint8Array): LogPosition[] {
  return fromBinary(PushResponseSchema, answer).results.flatMap(({ outcome }) =>
    outcome.case === "position" ? [outcome.value] : [],
  );
}
