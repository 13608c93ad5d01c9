import type { OnDemandPlan } from "./on-demand-plan.ts";
import type { NamedField } from "./value-to-feature.ts";
import type { CompiledFeature, CompiledKey, CompiledView } from "./compiled-project.ts";

/** A view or alias of a selection. */
export interface SelectedView {
  /** View or alias name: the prefix of its columns. */
  readonly name: string;
  readonly view: CompiledView;
  /** Features to return, in column order. */
  readonly features: readonly CompiledFeature[];
  /** `<name>__<feature>`, one for each of `features`. */
  readonly columns: readonly string[];
  /** The name in requests and labels of each of `view.keys`. */
  readonly keyNames: readonly string[];
  /** Index in `keyGroups` of the selection. */
  readonly keyGroup: number;
  /** True where the whole view was asked for: its payload may be handed on as it is stored. */
  readonly whole: boolean;
}

/** A composite key that one or more views of a selection share: encoded once, it serves them all. */
export interface KeyGroup {
  /** In the order of the key code. */
  readonly keys: readonly CompiledKey[];
}

/** Where a column comes from. */
export interface ColumnSource {
  /** Index in `views` of the selection. */
  readonly view: number;
  /** Index in `features` of that view. */
  readonly feature: number;
}

/** What one request reads. Frozen. */
export interface Selection {
  /** Name of the service; empty for references. */
  readonly service: string;
  /** Revision of the service; 0 for references. */
  readonly revision: number;
  /** In order of first mention. */
  readonly views: readonly SelectedView[];
  /** All columns in the order asked for. */
  readonly columns: readonly string[];
  /** One for each of `columns`. */
  readonly columnSources: readonly ColumnSource[];
  /** Request keys of all views, in order of first use. */
  readonly keys: readonly CompiledKey[];
  /** The distinct composite keys of the views, in order of first use. */
  readonly keyGroups: readonly KeyGroup[];
  /** What requests may bring along with the keys of a row, in the order of the service; none for references. */
  readonly requestData: readonly NamedField[];
  /** Features that are computed for each row; their columns come after all of `columns`. Undefined where there are none. */
  readonly onDemand: OnDemandPlan | undefined;
}
