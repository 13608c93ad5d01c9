import type { GetTrainingSetRequest } from "@timewell/contracts";
import type { OnDemandPlan, SelectedView, Selection } from "@timewell/model";
import type { HistoryMode } from "@timewell/store-ports";

/** A view to join. */
export interface ResolvedView {
  readonly selected: SelectedView;
  /** Places among `selected.features` of those that are read. */
  readonly features: readonly number[];
  readonly mode: HistoryMode;
  /** Label column with its instants. Undefined: that of the labels. */
  readonly eventTimeColumn: string | undefined;
}

/** What a request asks for, resolved against one version of the definitions; nothing in it depends on labels or on stored rows. */
export interface ResolvedSpec {
  /** The request as it is made again: without labels, shard, token and snapshot. */
  readonly request: GetTrainingSetRequest;
  readonly registryVersion: bigint;
  readonly selection: Selection;
  /** The views that are joined: those that any column is made of. */
  readonly views: readonly ResolvedView[];
  /** Every feature column of those views once, in the order of the result. */
  readonly columns: readonly string[];
  /** The on-demand features to compute. Undefined: none. */
  readonly onDemand: OnDemandPlan | undefined;
  /** Names of the columns of the result. Undefined: all. */
  readonly output: readonly string[] | undefined;
  readonly includeStatuses: boolean;
  /** Undefined where nothing needs it. */
  readonly eventTimeColumn: string | undefined;
  /** µs UTC. */
  readonly asOfUs: bigint | undefined;
  /** µs; undefined: the ttl alone. */
  readonly maxAgeUs: bigint | undefined;
  /** Rows older than ttl plus this are NOT_FOUND, µs. */
  readonly graceUs: bigint;
  readonly order: "labels" | "event-time";
  /** SHA-256 of all of this, lower-case hex. */
  readonly digest: string;
}
