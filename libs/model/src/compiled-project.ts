import type { BatchSource, FeatureView, Snapshot } from "@timewell/contracts";
import type { KeyType } from "@timewell/keys";
import type { RowCodec, RowField } from "@timewell/row";
import type { CompiledConstraint } from "./constraints/compiled-constraint.ts";
import type { Selection } from "./selection.ts";
import type { CompiledWindows } from "./windows/compiled-windows.ts";

/** A feature of a compiled view. */
export interface CompiledFeature extends RowField {
  readonly name: string;
  /** Its place in `view.features`. */
  readonly index: number;
  readonly description: string;
}

/** A part of an entity's key. */
export interface CompiledKey {
  readonly name: string;
  readonly type: KeyType;
}

/** The fields of rows that come in. */
export interface ViewInput {
  /** In the order of the definition. */
  readonly features: readonly CompiledFeature[];
  /** Over `features`, in their order. */
  readonly codec: RowCodec;
}

/** One version of a feature view, ready to be read and written. Frozen. */
export interface CompiledView {
  /** Registry-wide id of this version; part of every stored key. */
  readonly id: number;
  readonly project: string;
  readonly name: string;
  readonly version: number;
  readonly schemaRevision: number;
  /** Name of its entity. */
  readonly entity: string;
  /** In the order of the entity, as it was when this version was made. */
  readonly keys: readonly CompiledKey[];
  /** In the order of the definition. */
  readonly features: readonly CompiledFeature[];
  /** Over `features`, in their order. */
  readonly codec: RowCodec;
  /** What rows hold when they come in, and in the log and its segments: the event fields of a windowed view, else the features. */
  readonly input: ViewInput;
  /** What each feature aggregates of the events that come in. Undefined: the view has no windows, and rows hold its features. */
  readonly windows: CompiledWindows | undefined;
  /** µs; 0 = for ever. */
  readonly ttlUs: bigint;
  /** Undefined: the view is filled by pushes only. */
  readonly source: BatchSource | undefined;
  /**
   * Which history counts in training where the caller does not say: AVAILABLE where every row has a recorded
   * available time (pushes, or a source that declares a created column or a delay), else EVENT_TIME.
   */
  readonly historyMode: "EVENT_TIME" | "AVAILABLE";
  /** What every row that comes in must keep; in the order of the definition. */
  readonly constraints: readonly CompiledConstraint[];
  readonly definition: FeatureView;
}

/** A feature service, ready to be read. Frozen. */
export interface CompiledService {
  readonly name: string;
  readonly revision: number;
  readonly selection: Selection;
  /** View or alias name to field number in the typed response, from 16. */
  readonly fieldNumbers: ReadonlyMap<string, number>;
  /** Request key or request data to field number in the typed request, from 1. */
  readonly keyNumbers: ReadonlyMap<string, number>;
  /** On-demand feature to field number among the computed features of the typed response, from 1. */
  readonly computedNumbers: ReadonlyMap<string, number>;
}

/** Everything of a project at one version, compiled once. Frozen: a cached plan is never changed. */
export interface CompiledProject {
  readonly project: string;
  readonly version: bigint;
  readonly snapshot: Snapshot;
  /** View name to its versions, ascending; the last one is the latest. */
  readonly views: ReadonlyMap<string, readonly CompiledView[]>;
  readonly services: ReadonlyMap<string, CompiledService>;
  /** All versions of all views, by id. */
  readonly viewsById: ReadonlyMap<number, CompiledView>;
}
