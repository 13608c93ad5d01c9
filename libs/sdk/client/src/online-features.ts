import { Status, StatusSchema, type GetOnlineFeaturesResponse } from "@timewell/contracts";
import { fromValue, type AnswerValue } from "./from-value.ts";
import type { Instant } from "./instant.ts";
import type { PushOutcome } from "./push-rows.ts";
import type { PlainValue } from "./to-value.ts";

/** Which features to read: those of a service, or by reference (`view:feature`, `view:*`, `view@version:feature`). */
export type FeatureSelection =
  | { readonly service: string; readonly features?: undefined }
  | { readonly service?: undefined; readonly features: readonly string[] };

/** An online read. */
export type OnlineFeaturesRequest = FeatureSelection & {
  readonly project: string;
  /** Join keys by name, one object per entity. */
  readonly rows: readonly Readonly<Record<string, PlainValue>>[];
  /** Request data of the service by name, one object for each of `rows`. What is left out is NULL. */
  readonly requestData?: readonly Readonly<Record<string, PlainValue>>[] | undefined;
  /** Answer as of this instant. Absent: now. */
  readonly asOf?: Instant | undefined;
  /** Treat older rows as EXPIRED, ms; it only tightens the ttl. */
  readonly maxAgeMs?: number | undefined;
  /** Return event times and available times too. */
  readonly includeTimes?: boolean | undefined;
  /**
   * Wait until these rows can be read, within the deadline: outcomes of pushes. Outcomes that are not ok are passed over. Past the deadline the
   * call fails with STORE_UNAVAILABLE.
   */
  readonly after?: readonly PushOutcome[] | undefined;
};

/** The answer of an online read. */
export interface OnlineFeatures {
  /** Column names `<view or alias>__<feature>`, in the order asked for, then the names of on-demand features. */
  readonly names: readonly string[];
  /** In request order. */
  readonly rows: readonly OnlineRow[];
  /** When the answer was made, µs UTC. */
  readonly servedAtUs: bigint;
  /** Version of the registry snapshot that answered. */
  readonly registryVersion: bigint;
  /** Revision of the feature service that answered; 0 where features were asked for by reference. */
  readonly serviceRevision: number;
}

/** How the read of one view for one entity ended. */
export type StatusName = "PRESENT" | "NOT_FOUND" | "EXPIRED" | "UNAVAILABLE" | "NEWER";

/** The answer for one entity. */
export interface OnlineRow {
  /** Value by column name; null for NULL, and where the view is not PRESENT. */
  readonly values: Readonly<Record<string, AnswerValue>>;
  /** Status by view or alias. */
  readonly statuses: Readonly<Record<string, StatusName>>;
  /** Event time by view or alias, µs UTC; where times were asked for. */
  readonly eventTimesUs?: Readonly<Record<string, bigint>>;
  /** Available time by view or alias, µs UTC, 0 where it is not recorded; where times were asked for. */
  readonly availableTimesUs?: Readonly<Record<string, bigint>>;
}

/** Plain objects of an answer. */
export function plainOnlineFeatures(response: GetOnlineFeaturesResponse): OnlineFeatures {
  const { names, servedAtUs, registryVersion, serviceRevision } = response;
  const views = response.views.map((view) => view.name);
  const rows = response.rows.map((row): OnlineRow => {
    const times = row.eventTimesUs.length > 0 || row.availableTimesUs.length > 0;
    return {
      values: Object.fromEntries(names.map((name, i) => [name, fromValue(row.values[i])])),
      statuses: Object.fromEntries(views.map((view, i) => [view, statusName(row.statuses[i])])),
      ...(times
        ? {
            eventTimesUs: Object.fromEntries(views.map((view, i) => [view, row.eventTimesUs[i] ?? 0n])),
            availableTimesUs: Object.fromEntries(
              views.map((view, i) => [view, row.availableTimesUs[i] ?? 0n]),
            ),
          }
        : {}),
    };
  });
  return { names, rows, servedAtUs, registryVersion, serviceRevision };
}

function statusName(status: Status | undefined): StatusName {
  return (StatusSchema.value[status ?? Status.UNSPECIFIED]?.localName ?? "UNAVAILABLE") as StatusName;
}
